// Transactions: all or nothing, over any tables and models; up to 100 actions.
//
//     auto transfer = client.transact_write();
//     transfer.update(accounts.update_builder("A").decrement(&Account::balance, 10).where(attr(&Account::balance) >=
//     10))
//         .update(accounts.update_builder("B").increment(&Account::balance, 10))
//         .create(ledger, entry)
//         .check(users, "USER#1", {.condition = attr(&User::blocked) == false});
//     if (auto done = transfer.run(); !done)
//       for (const auto& reason : done.error().reasons()) …         // one per action
//
// A cancelled transaction is ErrTransactionCanceled; it answers to ErrConditionFailed and ErrVersionConflict too when a
// reason is one. Two actions on one item, none at all, or more than 100 are ErrInvalidOperator before anything is sent.
// A client token is always sent, the same one on retries.
//
// A transaction is used by one thread; what it holds it has copied.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tabletheory/batch.h"
#include "tabletheory/update.h"

namespace tabletheory {

namespace detail {

struct TransactAction {
  enum class Kind : std::uint8_t { kCreate, kPut, kUpsert, kUpdate, kBuild, kRemove, kCheck };
  Kind kind;
  TablePointer table;
  std::shared_ptr<const void> item;
  Key key;
  std::vector<Path> selection;
  WriteOptions options;
  UpdatePlan plan;
};
Result<void> run_transact_write(const Client& client, const std::vector<TransactAction>& actions,
                                const std::string& token);
Result<Explanation> explain_transact_write(const Client& client, const std::vector<TransactAction>& actions,
                                           const std::string& token);

}  // namespace detail

class TransactWrite {
 public:
  explicit TransactWrite(Client client) : client_(std::move(client)) {}

  // Each follows its rule for single items (Table), except that an update needs no version: it is then conditioned on
  // the item's existence.
  template <class T>
  TransactWrite& create(const ItemTable<T>& table, std::type_identity_t<T> item, WriteOptions options = {}) {
    return push(Kind::kCreate, table, std::make_shared<const T>(std::move(item)), Key(Value()), {}, std::move(options));
  }
  template <class T>
  TransactWrite& put(const ItemTable<T>& table, std::type_identity_t<T> item, WriteOptions options = {}) {
    return push(Kind::kPut, table, std::make_shared<const T>(std::move(item)), Key(Value()), {}, std::move(options));
  }
  template <class T>
  TransactWrite& upsert(const ItemTable<T>& table, std::type_identity_t<T> item, WriteOptions options = {}) {
    return push(Kind::kUpsert, table, std::make_shared<const T>(std::move(item)), Key(Value()), {}, std::move(options));
  }
  // The selected attributes of `item`. The version lock is options.if_version alone.
  template <class T>
  TransactWrite& update(const ItemTable<T>& table, std::type_identity_t<T> item, std::vector<Path> selection,
                        WriteOptions options = {}) {
    return push(Kind::kUpdate, table, std::make_shared<const T>(std::move(item)), Key(Value()), std::move(selection),
                std::move(options));
  }
  template <class T>
  TransactWrite& update(const UpdateBuilder<T>& builder) {
    actions_.push_back({Kind::kBuild, builder.table(), nullptr, builder.key(), {}, {}, builder.plan()});
    return *this;
  }
  template <class T>
  TransactWrite& remove(const ItemTable<T>& table, Key key, WriteOptions options = {}) {
    return push(Kind::kRemove, table, nullptr, std::move(key), {}, std::move(options));
  }
  // Checks an item without writing it: options.condition or options.if_version.
  template <class T>
  TransactWrite& check(const ItemTable<T>& table, Key key, WriteOptions options) {
    return push(Kind::kCheck, table, nullptr, std::move(key), {}, std::move(options));
  }

  // A token of your own (1–36 characters), to repeat a transaction across processes within ten minutes.
  TransactWrite& client_token(std::string token) {
    token_ = std::move(token);
    return *this;
  }

  std::size_t size() const { return actions_.size(); }
  Result<void> run() const { return detail::run_transact_write(client_, actions_, token_); }
  Result<Explanation> explain() const { return detail::explain_transact_write(client_, actions_, token_); }

 private:
  using Kind = detail::TransactAction::Kind;

  template <class T>
  TransactWrite& push(Kind kind, const ItemTable<T>& table, std::shared_ptr<const void> item, Key key,
                      std::vector<Path> selection, WriteOptions options) {
    actions_.push_back(
        {kind, table.core(), std::move(item), std::move(key), std::move(selection), std::move(options), {}});
    return *this;
  }

  Client client_;
  std::vector<detail::TransactAction> actions_;
  std::string token_;
};

// Up to 100 items as they stood at one moment.
//
//     auto read  = client.transact_get();
//     auto from  = read.get(accounts, "A");
//     auto to    = read.get(accounts, "B");
//     auto items = read.run();                  // Result<ItemsBySlot>; (*items)[from] is none when absent
class TransactGet {
 public:
  explicit TransactGet(Client client) : client_(std::move(client)) {}

  template <class T>
  Slot<T> get(const ItemTable<T>& table, Key key) {
    reads_.push_back(detail::slot_read<T>(table.core(), std::move(key)));
    return {reads_.size() - 1};
  }

  Result<ItemsBySlot> run() const {
    std::vector<detail::SlotRead> reads = reads_;
    auto done = detail::run_transact_get(client_, reads);
    if (!done) return std::unexpected(std::move(done).error());
    std::vector<std::shared_ptr<void>> homes;
    for (detail::SlotRead& read : reads) homes.push_back(std::move(read.home));
    return ItemsBySlot(std::move(homes));
  }

 private:
  Client client_;
  std::vector<detail::SlotRead> reads_;
};

}  // namespace tabletheory
