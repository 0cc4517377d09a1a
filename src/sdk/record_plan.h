// RecordPlan: a described struct matched with a compiled model — which member lies in which slot. Made once per table.
// Immutable; safe to share between threads. Borrows the RecordInfo, which lives as long as the program.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "tabletheory/detail/codec.h"

namespace tabletheory::detail {

class RecordPlan {
 public:
  struct Member {
    std::string_view name;
    const Field* field;
    const model::Attribute* attribute;
  };

  RecordPlan(std::shared_ptr<const model::Model> model, const RecordInfo& record);

  // The member behind an attribute name, or nullptr.
  const Member* find(std::string_view name) const;
  // The member of a slot; nullptr when the struct has none.
  const Member* at_slot(std::size_t slot) const { return by_slot_[slot]; }
  const model::Model& model() const { return *model_; }

 private:
  std::shared_ptr<const model::Model> model_;
  std::vector<Member> members_;  // in byte order of their names
  std::vector<const Member*> by_slot_;
};

// The field of a nested record, or nullptr. `hint` is the position to try first, and becomes the one after the field
// found: stored records tend to list their fields in one order.
const Field* find_field(const RecordInfo& record, std::string_view name, std::size_t& hint);

}  // namespace tabletheory::detail
