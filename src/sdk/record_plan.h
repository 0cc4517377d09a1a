// RecordPlan: a described struct matched with a compiled model — which member lies in which slot. Made once per table.
// Immutable; safe to share between threads. Borrows the RecordInfo, which lives as long as the program.
#pragma once

#include <cstdint>
#include <cstring>
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

// Whether two names are equal, without a call for names of 2–16 bytes, as most are: every stored attribute is compared
// at least once.
inline bool is_same_name(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto same_at = [&](auto word, std::size_t at) {
    auto other = word;
    std::memcpy(&word, a.data() + at, sizeof word);
    std::memcpy(&other, b.data() + at, sizeof other);
    return word == other;
  };
  // Two words that may overlap cover the name.
  if (size >= 8 && size <= 16) return same_at(std::uint64_t{}, 0) && same_at(std::uint64_t{}, size - 8);
  if (size >= 4 && size < 8) return same_at(std::uint32_t{}, 0) && same_at(std::uint32_t{}, size - 4);
  if (size == 2 || size == 3) return same_at(std::uint16_t{}, 0) && a[size - 1] == b[size - 1];
  return a == b;
}

// The field of a nested record, or nullptr. `hint` is the position to try first, and becomes the one after the field
// found: stored records tend to list their fields in one order.
const Field* find_field(const RecordInfo& record, std::string_view name, std::size_t& hint);

}  // namespace tabletheory::detail
