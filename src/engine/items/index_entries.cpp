#include "engine/items/index_entries.h"

#include <algorithm>
#include <memory>

#include "engine/items/item_codec.h"
#include "engine/items/key_check.h"
#include "engine/key_codec.h"
#include "engine/operations.h"
#include "engine/request.h"

namespace tabletheory::engine {
namespace {

constexpr std::size_t kBackfillBatch = 256;

// Calls visit(name) for each attribute that entries hold, when the projection is not ALL; names may repeat.
template <class Visit>
void for_each_projected(const Table& table, const Index& index, const Visit& visit) {
  for (const KeySchema* keys : {&table.keys, &index.keys}) {
    for (const KeyAttribute& attribute : keys->hash) visit(attribute.name);
    for (const KeyAttribute& attribute : keys->range) visit(attribute.name);
  }
  if (index.projection == Index::Projection::kInclude) {
    for (const std::string& name : index.included) visit(name);
  }
}

Item projected_item(const Table& table, const Index& index, const Item& item) {
  Item projected;
  for_each_projected(table, index, [&](const std::string& name) {
    const Value* value = item.find(name);
    if (value != nullptr && !projected.contains(name)) projected.set(name, *value);
  });
  return projected;
}

struct Entry {
  std::string stored;
  std::size_t size_bytes = 0;
};

Entry make_entry(const Table& table, const Index& index, const ItemState& state) {
  if (index.projection == Index::Projection::kAll) return {std::string(state.stored), state.size_bytes};
  const Item projected = projected_item(table, index, *state.item);
  const std::size_t size = item_size_bytes(projected);
  return {encode_stored(projected, size), size};
}

std::size_t entry_size(const Table& table, const Index& index, const ItemState& state) {
  if (index.projection == Index::Projection::kAll) return state.size_bytes;
  return item_size_bytes(projected_item(table, index, *state.item));
}

// Whether two entries under one key hold the same. Key attributes do, for they are in the key.
bool same_entry(const Index& index, const ItemState& before, const ItemState& after) {
  if (index.projection == Index::Projection::kAll) return before.stored == after.stored;
  if (index.projection == Index::Projection::kKeysOnly) return true;
  return std::ranges::all_of(index.included, [&](const std::string& name) {
    const Value* old_value = before.item->find(name);
    const Value* new_value = after.item->find(name);
    if (old_value == nullptr || new_value == nullptr) return old_value == new_value;
    return *old_value == *new_value;
  });
}

void change_entry(const Table& table, const Index& index, const ItemState& before, const ItemState& after,
                  std::vector<Mutation>& mutations, CapacityMeter& meter) {
  const bool had = before.item != nullptr && has_index_keys(index, *before.item);
  const bool has = after.item != nullptr && has_index_keys(index, *after.item);
  if (!had && !has) return;
  std::string old_key = had ? index_entry_key(table, index, *before.item) : std::string();
  std::string new_key = has ? index_entry_key(table, index, *after.item) : std::string();
  if (had && has && old_key == new_key) {
    if (same_entry(index, before, after)) return;
    Entry entry = make_entry(table, index, after);
    if (meter.wanted()) {
      meter.add_index(index, write_halves(std::max(entry.size_bytes, entry_size(table, index, before))));
    }
    mutations.push_back({std::move(new_key), std::move(entry.stored)});
    return;
  }
  if (had) {
    if (meter.wanted()) meter.add_index(index, write_halves(entry_size(table, index, before)));
    mutations.push_back({std::move(old_key), std::nullopt});
  }
  if (has) {
    Entry entry = make_entry(table, index, after);
    if (meter.wanted()) meter.add_index(index, write_halves(entry.size_bytes));
    mutations.push_back({std::move(new_key), std::move(entry.stored)});
  }
}

Served<void> commit(Context& context, std::vector<Mutation>& mutations) {
  auto committed = context.storage.commit(std::move(mutations));
  mutations.clear();
  if (committed) return {};
  return std::unexpected(ServiceError{"InternalServerError", committed.error().message(), 500});
}

}  // namespace

bool is_projected(const Table& table, const Index& index, std::string_view attribute) {
  if (index.projection == Index::Projection::kAll) return true;
  bool found = false;
  for_each_projected(table, index, [&](const std::string& name) { found |= name == attribute; });
  return found;
}

void change_index_entries(const Table& table, const ItemState& before, const ItemState& after,
                          std::vector<Mutation>& mutations, CapacityMeter& meter) {
  for (const Index& index : table.indexes) change_entry(table, index, before, after, mutations, meter);
}

Served<void> backfill_index(Context& context, const Table& table, const Index& index) {
  const std::string prefix = partition_prefix(table.storage_id, {}).substr(0, sizeof(table.storage_id));
  // Snapshots show what is durable: items that other writers have only staged would be missed.
  if (auto synced = context.storage.sync(); !synced) {
    return std::unexpected(ServiceError{"InternalServerError", synced.error().message(), 500});
  }
  const auto snapshot = context.storage.snapshot();
  const auto cursor = snapshot->cursor();
  std::vector<Mutation> mutations;
  CapacityMeter unmetered;
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    const StoredItem stored(cursor->value());
    TT_SERVE(const Item item, stored.parse());
    change_entry(table, index, {}, {&item, cursor->value(), stored.size_bytes()}, mutations, unmetered);
    if (mutations.size() >= kBackfillBatch) TT_SERVE_CHECK(commit(context, mutations));
  }
  if (mutations.empty()) return {};
  return commit(context, mutations);
}

}  // namespace tabletheory::engine
