#include "engine/items/write_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/items/index_entries.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "expr/evaluate.h"
#include "value/wire.h"

namespace tabletheory::engine {

Served<const Item*> CurrentItem::item() {
  if (!item_) {
    if (exists()) {
      TT_SERVE(item_, StoredItem(stored()).parse());
    } else {
      item_.emplace();
    }
  }
  return &*item_;
}

Served<void> WritePlan::put(const Table& table, CurrentItem& before, const Item& after, std::size_t size_bytes) {
  std::string stored = encode_stored(after, size_bytes);
  CapacityMeter& table_meter = meter(table);
  if (table_meter.wanted()) table_meter.add_table(write_halves(std::max(before.size_bytes(), size_bytes)));
  if (!table.indexes.empty()) {
    ItemState old_state;
    if (before.exists()) {
      TT_SERVE(old_state.item, before.item());
      old_state.stored = before.stored();
      old_state.size_bytes = before.size_bytes();
    }
    change_index_entries(table, old_state, {&after, stored, size_bytes}, mutations_, table_meter);
  }
  mutations_.push_back({before.key(), std::move(stored)});
  return {};
}

Served<void> WritePlan::remove(const Table& table, CurrentItem& before) {
  CapacityMeter& table_meter = meter(table);
  if (table_meter.wanted()) table_meter.add_table(write_halves(before.size_bytes()));
  if (!before.exists()) return {};
  if (!table.indexes.empty()) {
    TT_SERVE(const Item* item, before.item());
    change_index_entries(table, {item, before.stored(), before.size_bytes()}, {}, mutations_, table_meter);
  }
  mutations_.push_back({before.key(), std::nullopt});
  return {};
}

void WritePlan::check_only(const Table& table, const CurrentItem& before) {
  CapacityMeter& table_meter = meter(table);
  if (table_meter.wanted()) table_meter.add_table(write_halves(before.size_bytes()));
}

void WritePlan::add(std::vector<Mutation> mutations) {
  std::ranges::move(mutations, std::back_inserter(mutations_));
}

Served<void> WritePlan::commit(Context& context) {
  if (mutations_.empty()) return {};
  auto committed = context.storage.stage(std::move(mutations_));
  mutations_.clear();
  if (committed) return {};
  return std::unexpected(ServiceError{"InternalServerError", committed.error().message(), 500});
}

CapacityMeter& WritePlan::meter(const Table& table) {
  for (TableMeter& known : meters_) {
    if (known.table->storage_id == table.storage_id) return known.meter;
  }
  return meters_.emplace_back(&table, CapacityMeter(mode_)).meter;
}

Served<void> check_condition(const std::optional<expr::Condition>& condition, CurrentItem& current,
                             bool old_on_failure) {
  if (!condition) return {};
  TT_SERVE(const Item* item, current.item());
  if (expr::matches(*condition, *item)) return {};
  ServiceError error{"ConditionalCheckFailedException", std::string(messages::kConditionFailed)};
  if (old_on_failure && current.exists()) {
    error.members = ",\"Item\":";
    error.members += current.json();
  }
  return std::unexpected(std::move(error));
}

void append_collection_metrics(const Table& table, const Item& key, std::string& out) {
  value::WireWriter writer(out);
  writer.raw("{\"ItemCollectionKey\":{");
  const KeyAttribute& hash = table.keys.hash.front();
  if (const Value* value = key.find(hash.name)) {
    writer.key(hash.name);
    writer.attribute(*value);
  }
  // Collections here have no limit of 10 GB to come near to: always the first bracket.
  writer.raw("},\"SizeEstimateRangeGB\":[0.0,1.0]}");
}

bool has_local_indexes(const Table& table) {
  return std::ranges::any_of(table.indexes, [](const Index& index) { return !index.global; });
}

}  // namespace tabletheory::engine
