// Table: one model's items. Three ways to hold an item, one set of rules (docs/spec/operations.md):
//
//   Table<T>       typed: a struct with `describe(ModelBuilder<T>&)`
//   DynamicTable   a map bound to a model that was loaded at run time
//   DocumentTable  a map and no model: nothing is added, nothing left out
//
//     auto orders = client.table<Order>();                                    // Result<Table<Order>>
//     auto stored = orders->create({.pk = "C#1", .sk = "O#1", .total = 12});  // Result<Order>, as stored
//     stored->state = "paid";
//     stored = orders->update(*stored, {&Order::state});                      // locked on stored->version
//     if (!stored && stored.error().is(ErrorCode::kVersionConflict)) …        // somebody was faster
//     auto again = orders->get({"C#1", "O#1"}, {.consistent = true});
//
// Handles: cheap to copy, immutable, safe to share between threads. They keep their client alive.
//
// Errors every call may give: ErrTableNotFound, ErrRequestRejected and the others of the service, ErrThrottled,
// ErrServiceUnavailable, ErrTransport, ErrTimeout, ErrCancelled, ErrOutcomeUnknown (a write that may have happened).
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tabletheory/batch.h"
#include "tabletheory/client.h"
#include "tabletheory/detail/table_core.h"
#include "tabletheory/query.h"
#include "tabletheory/transaction.h"
#include "tabletheory/update.h"

namespace tabletheory {

// ErrBatchIncomplete of one table's batch write, with both halves.
template <class T>
class TableBatchWriteError : public Error {
 public:
  explicit TableBatchWriteError(Error error) : Error(std::move(error)) {}
  std::vector<T> done_puts, leftover_puts;
  std::vector<Key> done_removes, leftover_removes;
};

template <class T>
struct TableBatch {
  std::vector<T> puts = {};
  std::vector<Key> removes = {};
};

// What all three have.
template <class T>
class ItemTable {
 public:
  using value_type = T;

  // The table's name at run time.
  const std::string& name() const { return detail::table_name(*core_); }

  // Puts an item that must not be there yet; a duplicate is ErrConditionFailed. Returns the item as stored: createdAt
  // and updatedAt are now, an empty version is 0.
  Result<T> create(const T& item, const WriteOptions& options = {}) const {
    return write(detail::WriteKind::kCreate, item, {}, options, item);
  }
  // Replaces the whole item, or makes it. With `if_version = n` it locks, and writes n + 1.
  Result<T> put(const T& item, const WriteOptions& options = {}) const {
    return write(detail::WriteKind::kPut, item, {}, options, item);
  }
  // Idempotent: removing an absent item succeeds, unless a condition or version says otherwise. (`delete` is a
  // keyword.)
  Result<void> remove(const Key& key, const WriteOptions& options = {}) const {
    return detail::remove(core_, key, options);
  }

  // Absent is ErrItemNotFound.
  Result<T> get(const Key& key, const GetOptions& options = {}) const {
    T item{};
    auto found = detail::read(core_, key, options, true, &item);
    if (!found) return std::unexpected(std::move(found).error());
    return item;
  }
  // Absent is none.
  Result<std::optional<T>> find(const Key& key, const GetOptions& options = {}) const {
    T item{};
    auto found = detail::read(core_, key, options, false, &item);
    if (!found) return std::unexpected(std::move(found).error());
    return *found ? std::optional<T>(std::move(item)) : std::nullopt;
  }

  // The item as it stood when a condition failed (WriteOptions::return_item_on_failure), in the table's own type; none
  // when the error holds no item.
  Result<std::optional<T>> failed_item(const Error& error) const {
    T item{};
    auto found = detail::read_failed_item(core_, error, &item);
    if (!found) return std::unexpected(std::move(found).error());
    return *found ? std::optional<T>(std::move(item)) : std::nullopt;
  }

  // Items that share a partition key, in order of the sort key. By the partition key's value …
  template <class V>
    requires std::constructible_from<Value, const V&> && (!std::same_as<V, Condition>)
  Query<T> query(const V& partition) const {
    detail::ReadPlan plan;
    plan.partition_value = Value(partition);
    return Query<T>(core_, std::move(plan));
  }
  // … or by `==` on the key attributes of the table or of an index, which is then chosen by them.
  Query<T> query(Condition partition) const {
    detail::ReadPlan plan;
    plan.partition = std::move(partition);
    return Query<T>(core_, std::move(plan));
  }
  // Every item of the table or an index.
  Scan<T> scan() const {
    detail::ReadPlan plan;
    plan.is_scan = true;
    return Scan<T>(core_, std::move(plan));
  }

  UpdateBuilder<T> update_builder(Key key) const { return UpdateBuilder<T>(core_, std::move(key), false); }
  UpdateBuilder<T> upsert_builder(Key key) const { return UpdateBuilder<T>(core_, std::move(key), true); }

  // What the builder cannot say. The same rules hold: the item must exist, updatedAt and the version are kept up, keys,
  // lifecycle and protected attributes are not written. Refused for models with encrypted attributes. The item as it is
  // now.
  Result<T> update_expression(const Key& key, const RawUpdate& update, const WriteOptions& options = {}) const {
    T item{};
    auto done = detail::update_expression(core_, key, update, options, &item);
    if (!done) return std::unexpected(std::move(done).error());
    return item;
  }

  // In the order of the keys; absent items are none.
  std::expected<std::vector<std::optional<T>>, BatchGetError<std::vector<std::optional<T>>>> batch_get(
      const std::vector<Key>& keys, const BatchGetOptions& options = {}) const;
  // Puts and removes, in any order. An item named twice is ErrInvalidOperator.
  std::expected<void, TableBatchWriteError<T>> batch_write(const TableBatch<T>& items,
                                                           const BatchOptions& batch = {}) const;

  Result<Key> key_of(const T& item) const { return detail::key_of(core_, &item); }
  Result<TableDescription> describe_table() const { return detail::describe_table(core_); }

  // For the library.
  explicit ItemTable(detail::TablePointer core) : core_(std::move(core)) {}
  const detail::TablePointer& core() const { return core_; }

 protected:
  Result<T> write(detail::WriteKind kind, const T& item, std::span<const Path> selection, const WriteOptions& options,
                  T stored) const {
    auto written = detail::write(core_, kind, &item, selection, options, &stored);
    if (!written) return std::unexpected(std::move(written).error());
    return stored;
  }

  detail::TablePointer core_;
};

// What tables with a model have besides.
template <class T>
class ModelTable : public ItemTable<T> {
 public:
  using ItemTable<T>::ItemTable;

  const Model& model() const { return *detail::model_of(*this->core_); }

  // Writes the given attributes whether or not the item is there. createdAt is set for a new item only; the version
  // starts at 0, then goes up by one. All required attributes must be given.
  Result<T> upsert(const T& item, const WriteOptions& options = {}) const {
    return this->write(detail::WriteKind::kUpsert, item, {}, options, T{});
  }
  // Writes the selected attributes; the item must exist and, in a versioned model, have the version of `item` (or of
  // options.if_version): else ErrVersionConflict. Selected empty values are removed or written as docs/spec/dms.md
  // ("Emptiness") says. An empty selection touches updatedAt and version. Returns the item as it is now.
  //
  //     orders.update(order, {&Order::state, &Order::total});
  Result<T> update(const T& item, const std::vector<Path>& selection, const WriteOptions& options = {}) const {
    return this->write(detail::WriteKind::kUpdate, item, selection, options, T{});
  }
  // The same for every non-empty value of `item`.
  Result<T> patch(const T& item, const WriteOptions& options = {}) const {
    return this->write(detail::WriteKind::kPatch, item, {}, options, T{});
  }

  // Makes the table; an existing one is ErrTableInUse.
  Result<void> create_table(const TableOptions& options = {}) const {
    return detail::manage_table(this->core_, detail::TableCall::kCreate, options);
  }
  // Makes the table unless it is there.
  Result<void> ensure_table(const TableOptions& options = {}) const {
    return detail::manage_table(this->core_, detail::TableCall::kEnsure, options);
  }
  // Every difference between the live table and what the code or schema declares; empty when there is none. An absent
  // table is ErrTableNotFound.
  //
  //     for (const auto& d : *orders.verify_table()) std::cerr << d.path << ": " << d.model << " / " << d.live << '\n';
  Result<std::vector<TableDifference>> verify_table() const { return detail::verify_table(this->core_); }
  // Brings the live table to what is declared, and to what `changes` say: one change at a time, each waited for. The
  // value says what was done, in order. What no update can change (keys, local indexes) is ErrInvalidModel before
  // anything is; what a failure left undone is done by the same call again.
  //
  //     auto done = orders.update_table({.provisioned = Throughput{10, 5}, .drop_indexes = true});
  Result<std::vector<std::string>> update_table(const TableChanges& changes = {}) const {
    return detail::update_table(this->core_, changes);
  }
  // Deletes the table with all its items.
  Result<void> delete_table(const TableOptions& options = {}) const {
    return detail::manage_table(this->core_, detail::TableCall::kDelete, options);
  }
};

template <class T>
class Table : public ModelTable<T> {
 public:
  using ModelTable<T>::ModelTable;
  // The same table with limits on every call: `orders.with({.timeout = 500ms}).get(key)`.
  Table with(CallLimits limits) const { return Table(detail::with_limits(this->core_, std::move(limits))); }
};

// Items are maps of logical values: a `json` attribute holds any value, a set attribute a set (or a List of its
// elements), timestamps text. NULL at the top level is "no value" unless the attribute has type NULL or is `json`.
// Attributes the model does not have are ErrInvalidModel when written and left out when read.
class DynamicTable : public ModelTable<Item> {
 public:
  using ModelTable<tabletheory::Item>::ModelTable;
  DynamicTable with(CallLimits limits) const { return DynamicTable(detail::with_limits(core_, std::move(limits))); }
};

// Items are maps of stored values, kept whole. `create` and `update_builder` need the key attributes' names, given to
// Client::documents; keys are Key::named otherwise.
class DocumentTable : public ItemTable<Item> {
 public:
  using ItemTable<tabletheory::Item>::ItemTable;
  DocumentTable with(CallLimits limits) const { return DocumentTable(detail::with_limits(core_, std::move(limits))); }
};

template <class T>
std::expected<std::vector<std::optional<T>>, BatchGetError<std::vector<std::optional<T>>>> ItemTable<T>::batch_get(
    const std::vector<Key>& keys, const BatchGetOptions& options) const {
  std::vector<detail::SlotRead> reads;
  reads.reserve(keys.size());
  for (const Key& key : keys) {
    reads.push_back(detail::slot_read<T>(core_, key));
    reads.back().consistent = options.consistent;
  }
  auto done = detail::run_batch_get(detail::client_of(core_), reads, {.parallel = options.parallel});
  std::vector<std::optional<T>> items;
  items.reserve(reads.size());
  for (const detail::SlotRead& read : reads)
    items.push_back(std::move(*static_cast<std::optional<T>*>(read.home.get())));
  if (done) return items;
  return std::unexpected(BatchGetError<std::vector<std::optional<T>>>(std::move(done.error().error), std::move(items),
                                                                      std::move(done.error().positions)));
}

template <class T>
std::expected<void, TableBatchWriteError<T>> ItemTable<T>::batch_write(const TableBatch<T>& items,
                                                                       const BatchOptions& batch) const {
  std::vector<detail::BatchPut> writes;
  writes.reserve(items.puts.size() + items.removes.size());
  for (const T& item : items.puts) {
    // Borrowed: the batch is over before this call returns.
    writes.push_back({core_, std::shared_ptr<const void>(std::shared_ptr<void>(), &item), Key(Value())});
  }
  for (const Key& key : items.removes) writes.push_back({core_, nullptr, key});
  auto done = detail::run_batch_write(detail::client_of(core_), writes, batch);
  if (done) return {};
  std::vector<bool> left(writes.size(), false);
  for (const std::size_t position : done.error().positions) left[position] = true;
  TableBatchWriteError<T> error(std::move(done.error().error));
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (i < items.puts.size()) {
      (left[i] ? error.leftover_puts : error.done_puts).push_back(items.puts[i]);
    } else {
      (left[i] ? error.leftover_removes : error.done_removes).push_back(items.removes[i - items.puts.size()]);
    }
  }
  return std::unexpected(std::move(error));
}

template <class T>
Result<Table<T>> Client::table() const {
  auto core = detail::open_record(core_, detail::record_info<T>(), nullptr);
  if (!core) return std::unexpected(std::move(core).error());
  return Table<T>(std::move(*core));
}
template <class T>
Result<Table<T>> Client::table(const Model& model) const {
  auto core = detail::open_record(core_, detail::record_info<T>(), &model);
  if (!core) return std::unexpected(std::move(core).error());
  return Table<T>(std::move(*core));
}

}  // namespace tabletheory
