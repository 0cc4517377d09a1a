#include "engine/table.h"

#include <algorithm>

namespace tabletheory::engine {

const KeyAttribute* KeySchema::find(std::string_view name) const {
  for (const auto* attributes : {&hash, &range}) {
    const auto found = std::ranges::find(*attributes, name, &KeyAttribute::name);
    if (found != attributes->end()) return &*found;
  }
  return nullptr;
}

const Index* Table::find_index(std::string_view index_name) const {
  const auto found = std::ranges::find(indexes, index_name, &Index::name);
  return found == indexes.end() ? nullptr : &*found;
}

}  // namespace tabletheory::engine
