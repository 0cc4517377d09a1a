// Entries of secondary indexes: which items have one, what it holds, and what a write to an item changes in them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/items/capacity.h"
#include "engine/storage.h"
#include "engine/table.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

// One state of an item, before or after a write.
struct ItemState {
  const Item* item = nullptr;  // nullptr: the item is not there
  std::string_view stored;     // its stored form
  std::size_t size_bytes = 0;
};

// Whether an entry of the index holds the attribute.
bool is_projected(const Table& table, const Index& index, std::string_view attribute);

// Adds the mutations that bring every index of the table from one state of the item to the other, and to `meter` what
// they cost: a new or changed entry is one write, a move to another key two.
void change_index_entries(const Table& table, const ItemState& before, const ItemState& after,
                          std::vector<Mutation>& mutations, CapacityMeter& meter);

}  // namespace tabletheory::engine
