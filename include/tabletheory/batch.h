// Batches: many items in few requests, over any tables and models.
//
//     auto batch = client.batch_get();
//     auto order = batch.get(orders, {"CUSTOMER#1", "ORDER#1"});     // Slot<Order>
//     auto user  = batch.get(users, "USER#1");                       // Slot<User>
//     auto found = batch.run();
//     if (found && (*found)[order]) std::cout << (*found)[order]->state;
//
//     auto write = client.batch_write();
//     write.put(orders, first).put(orders, second).remove(users, "USER#9");
//     if (auto done = write.run(); !done) retry_later(done.error().leftover);    // error().done are written
//
// Chunking (100 keys, 25 writes, 16 MB) and the retry of what the service left unprocessed are done here. Keys given
// twice are folded for reads and refused for writes (ErrInvalidOperator). For one table there are shorthands:
// Table::batch_get and Table::batch_write.
//
// A batch is used by one thread; what it holds it has copied.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tabletheory/detail/table_core.h"

namespace tabletheory {

template <class T>
class ItemTable;

// The place of one item of type T among the items of a batch or transaction.
template <class T>
struct Slot {
  std::size_t position = 0;
};

namespace detail {

// One key to be read, with a home for its item.
struct SlotRead {
  TablePointer table;
  Key key;
  bool consistent = false;
  std::shared_ptr<void> home;  // a std::optional<T>
  void* (*emplace)(void* home);
  void (*reset)(void* home);
};

template <class T>
SlotRead slot_read(const TablePointer& table, Key key) {
  return {table,
          std::move(key),
          false,
          std::make_shared<std::optional<T>>(),
          kOptionalOps<T>.emplace,
          kOptionalOps<T>.reset};
}

struct BatchLeftovers {
  Error error;
  std::vector<std::size_t> positions;
};
// Fills the homes. On ErrBatchIncomplete those that were answered are filled.
std::expected<void, BatchLeftovers> run_batch_get(const Client& client, std::vector<SlotRead>& reads,
                                                  const BatchOptions& options);
Result<void> run_transact_get(const Client& client, std::vector<SlotRead>& reads);

struct BatchPut {
  TablePointer table;
  std::shared_ptr<const void> item;  // to put; null: remove `key`
  Key key;
};
std::expected<void, BatchLeftovers> run_batch_write(const Client& client, const std::vector<BatchPut>& writes,
                                                    const BatchOptions& options);

}  // namespace detail

// Items found, by their slots; each is none when absent.
class ItemsBySlot {
 public:
  explicit ItemsBySlot(std::vector<std::shared_ptr<void>> homes = {}) : homes_(std::move(homes)) {}
  template <class T>
  const std::optional<T>& operator[](Slot<T> slot) const {
    return *static_cast<const std::optional<T>*>(homes_.at(slot.position).get());
  }
  std::size_t size() const { return homes_.size(); }

 private:
  std::vector<std::shared_ptr<void>> homes_;
};

// ErrBatchIncomplete with both halves; any other error with nothing done that is known of.
template <class Items>
class BatchGetError : public Error {
 public:
  BatchGetError(Error error) : Error(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  BatchGetError(Error error, Items found, std::vector<std::size_t> positions)
      : Error(std::move(error)), done(std::move(found)), leftover(std::move(positions)) {}
  Items done;                         // what was answered; none at the positions left over
  std::vector<std::size_t> leftover;  // positions that were not answered
};

class BatchWriteError : public Error {
 public:
  BatchWriteError(Error error) : Error(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  BatchWriteError(Error error, std::vector<std::size_t> positions)
      : Error(std::move(error)), leftover(std::move(positions)) {}
  std::vector<std::size_t> done;      // positions, in the order added, that are written
  std::vector<std::size_t> leftover;  // those that are not known to be
};

class BatchGet {
 public:
  explicit BatchGet(Client client) : client_(std::move(client)) {}

  template <class T>
  Slot<T> get(const ItemTable<T>& table, Key key) {
    reads_.push_back(detail::slot_read<T>(table.core(), std::move(key)));
    reads_.back().consistent = consistent_;
    return {reads_.size() - 1};
  }
  // For the keys added from here on.
  BatchGet& consistent(bool on = true) {
    consistent_ = on;
    return *this;
  }

  std::expected<ItemsBySlot, BatchGetError<ItemsBySlot>> run(const BatchOptions& options = {}) const {
    std::vector<detail::SlotRead> reads = reads_;
    auto done = detail::run_batch_get(client_, reads, options);
    std::vector<std::shared_ptr<void>> homes;
    for (detail::SlotRead& read : reads) homes.push_back(std::move(read.home));
    ItemsBySlot items(std::move(homes));
    if (done) return items;
    return std::unexpected(
        BatchGetError<ItemsBySlot>(std::move(done.error().error), std::move(items), std::move(done.error().positions)));
  }

 private:
  Client client_;
  std::vector<detail::SlotRead> reads_;
  bool consistent_ = false;
};

class BatchWrite {
 public:
  explicit BatchWrite(Client client) : client_(std::move(client)) {}

  // Whole-item replacement, by the rules of Table::put.
  template <class T>
  BatchWrite& put(const ItemTable<T>& table, std::type_identity_t<T> item) {
    writes_.push_back({table.core(), std::make_shared<const T>(std::move(item)), Key(Value())});
    return *this;
  }
  template <class T>
  BatchWrite& remove(const ItemTable<T>& table, Key key) {
    writes_.push_back({table.core(), nullptr, std::move(key)});
    return *this;
  }

  std::expected<void, BatchWriteError> run(const BatchOptions& options = {}) const {
    auto done = detail::run_batch_write(client_, writes_, options);
    if (done) return {};
    BatchWriteError error(std::move(done.error().error), std::move(done.error().positions));
    auto left = error.leftover.begin();  // in ascending order
    for (std::size_t position = 0; position < writes_.size(); ++position) {
      if (left != error.leftover.end() && *left == position) {
        ++left;
      } else {
        error.done.push_back(position);
      }
    }
    return std::unexpected(std::move(error));
  }

 private:
  Client client_;
  std::vector<detail::BatchPut> writes_;
};

}  // namespace tabletheory
