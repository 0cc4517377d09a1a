#include "ops/opened_reads.h"

#include <map>

namespace tabletheory::ops {
namespace {

constexpr std::size_t kNothing = static_cast<std::size_t>(-1);

}  // namespace

void OpenedReads::begin(const std::function<Stored(std::size_t)>& read) {
  std::map<std::pair<const model::Model*, std::size_t>, std::size_t> known;
  numbers_.assign(models_.size(), kNothing);
  for (std::size_t position = 0; position < models_.size(); ++position) {
    if (!is_encrypted(position)) continue;
    const Stored stored = read(position);
    if (stored.item == nullptr) continue;
    const auto [entry, is_new] = known.try_emplace({models_[position].get(), stored.number}, opening_.size());
    if (is_new) opening_.add(models_[position], *stored.item, stored.key);
    numbers_[position] = entry->second;
  }
}

Detour OpenedReads::next(CallGroup& calls, const std::function<Stored(std::size_t)>& read) {
  if (!is_begun_) begin(read);
  is_begun_ = true;
  TT_TRY(auto step, opening_.next(calls));
  if (step) return step;
  for (std::size_t number = opened_.size(); number < opening_.size(); ++number) {
    opened_.push_back(opening_.item(number));
  }
  return std::nullopt;
}

const value::WireElement* OpenedReads::item(std::size_t position) const {
  if (position >= numbers_.size() || numbers_[position] >= opened_.size()) return nullptr;
  return &opened_[numbers_[position]];
}

}  // namespace tabletheory::ops
