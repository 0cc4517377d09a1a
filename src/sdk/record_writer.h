// Native structs to stored items, in one pass and without a value tree: RecordItem is the ItemSource of a struct.
#pragma once

#include <string>

#include "model/item_source.h"
#include "sdk/record_plan.h"

namespace tabletheory::detail {

// Borrows both; they must outlive this object. Immutable.
class RecordItem final : public model::ItemSource {
 public:
  RecordItem(const RecordPlan& plan, const void* record) : plan_(plan), record_(record) {}
  model::Presence presence(std::size_t slot) const override;
  Result<void> write(std::size_t slot, std::string& out) const override;
  Result<void> check_names() const override { return {}; }  // members are matched when the table is opened

 private:
  const void* at(const Field& field) const { return static_cast<const char*>(record_) + field.offset; }

  const RecordPlan& plan_;
  const void* record_;
};

// One native value as it would be stored in an attribute of its natural type. ErrInvalidModel when it cannot be.
Result<void> write_native(const Codec& codec, const void* native, std::string& out);

}  // namespace tabletheory::detail
