// Guards: the local checks that every operation on items begins with. Internal to ops.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "ops/environment.h"
#include "tabletheory/error.h"

namespace tabletheory::ops {

// ErrEncryptionNotConfigured for models with encrypted attributes where there is no provider.
Result<void> check_encryption(const Environment& environment, const model::Model& model);

// What a write does to an item, as far as write policies care.
enum class WriteKind : std::uint8_t { kCreate, kReplace, kUpdate, kDelete };

// docs/spec/dms.md, "Write policies". `touched`: names of the attributes an update changes, the library's own included.
// ErrImmutableModelMutation, ErrProtectedFieldMutation.
Result<void> check_policy(const model::Model& model, WriteKind kind, std::span<const std::string> extra_protected,
                          std::span<const std::string_view> touched = {});

// Names given by a caller must be the model's. ErrInvalidModel.
Result<void> check_known(const model::Model& model, std::span<const std::string> names);

bool is_lifecycle(const model::Model& model, std::size_t slot);
// Whether a caller may select the attribute for an update: not the key, lifecycle or discriminator.
bool is_selectable(const model::Model& model, std::size_t slot);
// ErrInvalidModel saying why not.
Result<void> check_selectable(const model::Model& model, std::size_t slot);

// Says where an error happened; a null model is a document.
Error located(Error error, std::string_view operation, const model::Model* model, std::string_view table);

}  // namespace tabletheory::ops
