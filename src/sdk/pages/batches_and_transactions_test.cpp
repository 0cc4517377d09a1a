// The programs of docs/batches-and-transactions.md.
#include <gtest/gtest.h>

#include <sstream>

#include "tabletheory/tabletheory.h"
#include "tabletheory/testing/faults.h"

namespace tabletheory::pages::bank {

struct Account {
  std::string id = {};
  Number balance = {};
  std::int64_t version = 0;
};

void describe(ModelBuilder<Account>& m) {
  m.name("Account").table("accounts");
  m.partition_key("id", &Account::id);
  m.attribute("balance", &Account::balance);
  m.version("version", &Account::version);
}

struct Entry {
  std::string id = {}, from = {}, to = {};
  Number amount = {};
};

void describe(ModelBuilder<Entry>& m) {
  m.name("Entry").table("ledger");
  m.partition_key("id", &Entry::id);
  m.attribute("from", &Entry::from);
  m.attribute("to", &Entry::to);
  m.attribute("amount", &Entry::amount);
  m.write_once();
}

namespace {

std::ostringstream told;

Result<std::vector<Account>> bring_in(const Table<Account>& accounts, std::vector<Account> waiting) {
  for (int turn = 0; turn < 3 && !waiting.empty(); ++turn) {
    auto done = accounts.batch_write({.puts = waiting});
    if (done) return std::vector<Account>();
    if (!done.error().is(ErrorCode::kBatchIncomplete)) return std::unexpected<Error>(done.error());
    told << done.error().done_puts.size() << " written\n";
    waiting = done.error().leftover_puts;
  }
  return waiting;
}

Result<void> transfer(const Client& client, const Table<Account>& accounts, const Table<Entry>& ledger,
                      const Entry& entry) {
  auto done = client.transact_write()
                  .update(accounts.update_builder(entry.from)
                              .decrement(&Account::balance, entry.amount)
                              .where(attr(&Account::balance) >= entry.amount))
                  .update(accounts.update_builder(entry.to).increment(&Account::balance, entry.amount))
                  .create(ledger, entry)
                  .run();
  if (done) return done;
  for (const CancellationReason& reason : done.error().reasons()) {
    if (reason.code == "None") continue;  // this action did not stand in the way
    told << reason.index << ": " << reason.kind << " of " << reason.model << ", " << reason.code << '\n';
  }
  return done;
}

Result<Number> together(const Client& client, const Table<Account>& accounts, const Key& one, const Key& other) {
  auto read = client.transact_get();
  const Slot<Account> first = read.get(accounts, one);
  const Slot<Account> second = read.get(accounts, other);
  TT_TRY(const ItemsBySlot items, read.run());
  if (!items[first] || !items[second]) return fail(ErrorCode::kItemNotFound, "one of the accounts is not there");
  return items[first]->balance.plus(items[second]->balance);
}

TEST(Pages, BatchesAndTransactions) {
  // The first batch is left half done, and nothing of it is sent again by the library.
  const auto flaky = std::make_shared<faults::FaultyTransport>(
      Client::connect("memory:").value().transport(),
      faults::FaultPlan{.seed = 3, .rules = {{.fault = faults::Fault::kPartialBatch, .nth_call = 1}}});
  const Client client = Client::over(flaky, {.retry = {.batch_rounds = 0}});
  const Table<Account> accounts = client.table<Account>().value();
  const Table<Entry> ledger = client.table<Entry>().value();
  ASSERT_TRUE(accounts.ensure_table());
  ASSERT_TRUE(ledger.ensure_table());

  const auto left = bring_in(accounts, {{.id = "ada", .balance = 10}, {.id = "bob", .balance = 0}, {.id = "eve"}});
  ASSERT_TRUE(left) << left.error().to_string();
  EXPECT_TRUE(left->empty());
  EXPECT_NE(told.str().find(" written\n"), std::string::npos);
  EXPECT_EQ(accounts.scan().count().value(), 3U);

  told.str("");
  EXPECT_TRUE(transfer(client, accounts, ledger, {.id = "1", .from = "ada", .to = "bob", .amount = 7}));
  const auto refused = transfer(client, accounts, ledger, {.id = "2", .from = "ada", .to = "bob", .amount = 7});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorCode::kConditionFailed));
  EXPECT_EQ(told.str(), "0: update of Account, ConditionalCheckFailed\n");
  EXPECT_EQ(together(client, accounts, "ada", "bob").value(), Number(10));
  EXPECT_EQ(together(client, accounts, "ada", "nobody").error().code(), ErrorCode::kItemNotFound);
  EXPECT_EQ(ledger.scan().count().value(), 1U);
}

}  // namespace
}  // namespace tabletheory::pages::bank
