// Deploy authority: whether metadata about a deployment may be believed (docs/release-state.md).
//
// Models that carry both attributes `provenance` and `confidence` are checked by every write, after types and ranges
// and before `required`, so nothing is sent when it fails. Pure; thread-safe.
//
// ErrInvalidModel: one of the two without the other, unknown or missing members, wrong types.
// ErrRejectedDeployAuthorityEvidence: well-formed, but it proves nothing. No message holds a value.
#pragma once

#include <cstdint>

#include "expr/ast.h"
#include "model/item_source.h"
#include "model/model.h"
#include "ops/update_builder.h"

namespace tabletheory::ops {

// The check itself. nullptr or NULL: absent.
Result<void> check_deploy_authority(const Value* provenance, const Value* confidence);

// What one write does to the two attributes: told while their slots are written, checked at the end. Does nothing for
// models that do not carry both.
class DeployAuthority {
 public:
  explicit DeployAuthority(const model::Model& model);

  void written(std::size_t slot) { note(slot, Effect::kWritten); }
  void removed(std::size_t slot) { note(slot, Effect::kRemoved); }
  // `source` holds the values that are written.
  Result<void> check(const model::ItemSource& source) const;

 private:
  enum class Effect : std::uint8_t { kUntouched, kRemoved, kWritten };
  struct Side {
    std::size_t slot = model::kNoSlot;
    Effect effect = Effect::kUntouched;
  };
  void note(std::size_t slot, Effect effect);

  const model::Model& model_;
  Side provenance_, confidence_;
};

// The same for the update builder and raw update expressions: both attributes are set, or removed, as a whole.
Result<void> check_deploy_authority(const model::Model& model, const UpdateBuilder& builder);
Result<void> check_deploy_authority(const model::Model& model, const expr::Update& update);

}  // namespace tabletheory::ops
