// WritePlan: the one way items are written. It collects what the writes of one request change — items, index entries,
// capacity — and commits all of it at once.
//
//     CurrentItem before(context.storage, item_key(*table, item));
//     …conditions on before.item()…
//     WritePlan plan(ConsumedCapacity::kNone);
//     TT_SERVE_CHECK(plan.put(*table, before, item, size_bytes));
//     TT_SERVE_CHECK(plan.commit(context));
//
// Used under Context::writes, from the read of CurrentItem to the end of commit.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/items/capacity.h"
#include "engine/items/item_codec.h"
#include "engine/operations.h"
#include "engine/table.h"
#include "expr/ast.h"

namespace tabletheory::engine {

// An item as it stands; parsed only when someone asks.
class CurrentItem {
 public:
  CurrentItem(const Storage& storage, std::string key) : key_(std::move(key)), stored_(storage.read(key_)) {}
  CurrentItem(const Snapshot& snapshot, std::string key) : key_(std::move(key)), stored_(snapshot.read(key_)) {}

  const std::string& key() const { return key_; }
  bool exists() const { return stored_ != nullptr; }
  std::string_view stored() const { return stored_ ? std::string_view(*stored_) : std::string_view(); }
  std::size_t size_bytes() const { return stored_ ? StoredItem(*stored_).size_bytes() : 0; }
  std::string_view json() const { return StoredItem(stored()).json(); }
  // The tree; an empty item when it is not there. Valid as long as this object.
  Served<const Item*> item();

 private:
  std::string key_;
  Blob stored_;
  std::optional<Item> item_;
};

class WritePlan {
 public:
  explicit WritePlan(ConsumedCapacity mode) : mode_(mode) {}

  // Puts `after` in the place of `before`; `size_bytes` is its size. Key and size have been checked.
  Served<void> put(const Table& table, CurrentItem& before, const Item& after, std::size_t size_bytes);
  // Removes `before`; a no-op when it is not there.
  Served<void> remove(const Table& table, CurrentItem& before);
  // Changes nothing, and costs what a write does (a condition check).
  void check_only(const Table& table, const CurrentItem& before);

  Served<void> commit(Context& context);

  // What the writes to a table cost so far.
  CapacityMeter& meter(const Table& table);
  bool capacity_wanted() const { return mode_ != ConsumedCapacity::kNone; }
  // The tables written to, in the order first met, with their meters.
  struct TableMeter {
    const Table* table;
    CapacityMeter meter;
  };
  std::deque<TableMeter>& meters() { return meters_; }

 private:
  ConsumedCapacity mode_;
  std::vector<Mutation> mutations_;
  std::deque<TableMeter> meters_;
};

// The refusal of a condition that is false for the item; nothing when there is no condition or it holds.
Served<void> check_condition(const std::optional<expr::Condition>& condition, CurrentItem& current,
                             bool old_on_failure);

// Appends {"ItemCollectionKey":{…},"SizeEstimateRangeGB":[0.0,1.0]} for a key or item of the table.
void append_collection_metrics(const Table& table, const Item& key, std::string& out);
bool has_local_indexes(const Table& table);

}  // namespace tabletheory::engine
