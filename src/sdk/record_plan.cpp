#include "sdk/record_plan.h"

#include <algorithm>

namespace tabletheory::detail {
namespace {

// `sorted` is in byte order of its elements' names.
template <class T>
const T* find_by_name(const std::vector<T>& sorted, std::string_view name, std::size_t& hint) {
  if (hint < sorted.size() && sorted[hint].name == name) return &sorted[hint++];
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), name,
                                      [](const T& element, std::string_view wanted) { return element.name < wanted; });
  if (found == sorted.end() || found->name != name) return nullptr;
  hint = static_cast<std::size_t>(found - sorted.begin()) + 1;
  return &*found;
}

}  // namespace

RecordPlan::RecordPlan(std::shared_ptr<const model::Model> model, const RecordInfo& record)
    : model_(std::move(model)), by_slot_(model_->attributes().size(), nullptr) {
  for (const Field& field : record.fields) {
    const std::size_t slot = model_->slot_of(field.name);
    if (slot != model::kNoSlot) members_.push_back({field.name, &field, &model_->attribute(slot)});
  }
  for (const Member& member : members_) by_slot_[model_->slot_of(member.name)] = &member;
}

const RecordPlan::Member* RecordPlan::find(std::string_view name) const {
  std::size_t hint = members_.size();
  return find_by_name(members_, name, hint);
}

const Field* find_field(const RecordInfo& record, std::string_view name, std::size_t& hint) {
  // Small records, as most are: walking round from the hint beats a binary search.
  constexpr std::size_t kFewFields = 8;
  const std::size_t size = record.fields.size();
  if (size > kFewFields) return find_by_name(record.fields, name, hint);
  for (std::size_t walked = 0; walked < size; ++walked, ++hint) {
    if (hint >= size) hint = 0;
    if (is_same_name(record.fields[hint].name, name)) return &record.fields[hint++];
  }
  return nullptr;
}

}  // namespace tabletheory::detail
