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
#include <utility>
#include <vector>

#include "engine/items/capacity.h"
#include "engine/items/item_codec.h"
#include "engine/operations.h"
#include "engine/table.h"
#include "expr/ast.h"

namespace tabletheory::engine {

// An item as it stands; read when someone first asks, and parsed when someone asks for the tree. A plain put asks for
// neither.
class CurrentItem {
 public:
  // For writers, under Context::writes. `storage` must outlive this object.
  CurrentItem(const Storage& storage, std::string key) : storage_(&storage), key_(std::move(key)) {}
  CurrentItem(const Snapshot& snapshot, std::string key) : key_(std::move(key)), stored_(snapshot.read(key_)) {}
  CurrentItem(std::string key, Blob stored) : key_(std::move(key)), stored_(std::move(stored)) {}

  const std::string& key() const { return key_; }
  bool exists() const { return read() != nullptr; }
  std::string_view stored() const { return read() ? std::string_view(*read()) : std::string_view(); }
  std::size_t size_bytes() const { return read() ? StoredItem(*read()).size_bytes() : 0; }
  std::string_view json() const { return StoredItem(stored()).json(); }
  // The tree; an empty item when it is not there. Valid as long as this object.
  Served<const Item*> item();

 private:
  const Blob& read() const {
    if (storage_ != nullptr) stored_ = std::exchange(storage_, nullptr)->read_latest(key_);
    return stored_;
  }

  mutable const Storage* storage_ = nullptr;  // not read yet
  std::string key_;
  mutable Blob stored_;
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

  // Commits these too, in the same batch.
  void add(std::vector<Mutation> mutations);

  // Stages what was collected (Storage::stage). The engine syncs before it answers.
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
