// Checks of key attributes, in the service's order and words.
#pragma once

#include <optional>
#include <string>

#include "engine/service_error.h"
#include "engine/table.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

// An item to be put: its table key, then every index key attribute it has.
Served<void> check_item_keys(const Table& table, const Item& item);

// The Key of a get, delete, update or condition check: exactly the table's key attributes.
Served<void> check_key(const Table& table, const Item& key);

// One key attribute of a key given on its own (a Key, an ExclusiveStartKey, a key condition's value).
Served<void> check_key_value(const KeyAttribute& attribute, const Value* value, bool hash);

// An updated item's index key attributes, in the words of UpdateItem.
Served<void> check_updated_index_keys(const Table& table, const Item& item);

// Whether the item belongs in the index: it has every key attribute of the index.
bool has_index_keys(const Index& index, const Item& item);

// The refusal of a path that goes below a key attribute, found with `below(attribute)` (see path_below).
template <class Below>
Served<void> check_key_paths(const Table& table, const Below& below);
ServiceError key_path_error(bool of_index, const std::string& attribute);

template <class Below>
Served<void> check_key_paths(const Table& table, const Below& below) {
  const auto check = [&below](const KeySchema& keys, bool of_index) -> Served<void> {
    for (const auto* attributes : {&keys.hash, &keys.range}) {
      for (const KeyAttribute& attribute : *attributes) {
        if (below(attribute.name)) return std::unexpected(key_path_error(of_index, attribute.name));
      }
    }
    return {};
  };
  if (auto checked = check(table.keys, false); !checked) return checked;
  for (const Index& index : table.indexes) {
    if (auto checked = check(index.keys, true); !checked) return checked;
  }
  return {};
}

}  // namespace tabletheory::engine
