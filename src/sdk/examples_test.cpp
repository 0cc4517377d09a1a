// The examples of the public headers, as programs that run. A change to an example there is a change here.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "sdk/test_shop.h"
#include "tabletheory/derived_keys.h"
#include "tabletheory/throwing.h"

namespace tabletheory::shop {

// tabletheory/detail/codec.h: a type of one's own.
enum class Mood : std::uint8_t { kGood, kBad };

struct Diary {
  std::string day = {};
  Mood mood = Mood::kGood;
  std::int64_t version = 0;
};
inline void describe(ModelBuilder<Diary>& m);

struct Account {
  std::string id = {};
  Number balance = {};
};
inline void describe(ModelBuilder<Account>& m) {
  m.name("Account").table("accounts");
  m.partition_key("id", &Account::id);
  m.attribute("balance", &Account::balance);
}

}  // namespace tabletheory::shop

template <>
struct tabletheory::Converter<tabletheory::shop::Mood> {
  using Stored = std::string;
  static Stored to_stored(const shop::Mood& mood) { return mood == shop::Mood::kGood ? "good" : "bad"; }
  static tabletheory::Result<shop::Mood> from_stored(const Stored& text) {
    if (text == "good") return shop::Mood::kGood;
    if (text == "bad") return shop::Mood::kBad;
    return fail(ErrorCode::kInvalidModel, "\"" + text + "\" is no mood");
  }
};

namespace tabletheory::shop {

inline void describe(ModelBuilder<Diary>& m) {
  m.name("Diary").table("diary");
  m.partition_key("day", &Diary::day);
  m.attribute("mood", &Diary::mood);
  m.version("version", &Diary::version);
}

namespace {

// client.h
TEST(Examples, ConnectAndCreate) {
  auto client = tabletheory::Client::connect("memory:");
  ASSERT_TRUE(client);
  auto orders = client->table<Order>();
  ASSERT_TRUE(orders);
  ASSERT_TRUE(orders->ensure_table());
  Order order{.pk = "CUSTOMER#1", .sk = "ORDER#1", .total = 12};
  ASSERT_TRUE(orders->create(order));
  auto raw =
      client->raw_call("GetItem", R"({"TableName":"orders","Key":{"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#1"}}})");
  EXPECT_NE(raw->find(R"("total":{"N":"12"})"), std::string::npos);
}

// table.h
TEST(Examples, UpdateUnderAVersionLock) {
  auto client = tabletheory::Client::connect("memory:");
  auto orders = client->table<Order>();
  ASSERT_TRUE(orders->ensure_table());
  auto stored = orders->create({.pk = "C#1", .sk = "O#1", .total = 12});
  ASSERT_TRUE(stored);
  const Order mine = *stored;
  stored->state = "paid";
  stored = orders->update(*stored, {&Order::state});
  ASSERT_TRUE(stored);
  stored = orders->update(mine, {&Order::state});
  ASSERT_FALSE(stored);
  EXPECT_TRUE(stored.error().is(ErrorCode::kVersionConflict));
  auto again = orders->get({"C#1", "O#1"}, {.consistent = true});
  EXPECT_EQ(again->state, "paid");
}

// options.h
TEST(Examples, OptionsAreDesignatedInitialisers) {
  auto orders = tabletheory::Client::connect("memory:")->table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  const Key key{"C#1", "O#1"};
  ASSERT_TRUE(orders.create({.pk = "C#1", .sk = "O#1", .state = "draft"}));
  ASSERT_TRUE(orders.get(key, {.consistent = true}));
  ASSERT_TRUE(orders.remove(key, {.condition = attr(&Order::state) == "draft", .return_item_on_failure = true}));
}

// condition.h
TEST(Examples, Conditions) {
  using tabletheory::attr;
  auto orders = tabletheory::Client::connect("memory:")->table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  auto big = attr(&Order::total) > 10 && attr(&Order::state) == "open";
  auto deep = attr("address.lines[0]").begins_with("B") || attr("tags").contains("vip");
  auto old = !attr("note").exists() && attr("tags").size() >= 2;
  auto own = tabletheory::raw_condition("#s = :v", {{"#s", "state"}}, {{":v", "open"}});
  for (const Condition& condition : {big, deep, old, own}) {
    auto count = orders.scan().where(condition).count();
    ASSERT_TRUE(count) << count.error().to_string();
    EXPECT_EQ(*count, 0U);
  }
}

// query.h
Result<std::size_t> read_orders(const Table<Order>& orders) {
  std::size_t seen = 0;
  auto open = orders.query("CUSTOMER#1")
                  .sort(attr(&Order::sk).begins_with("ORDER#"))
                  .where(attr(&Order::total) > 100)
                  .descending()
                  .limit(20);
  for (Result<Order>& order : open.items()) {
    if (!order) return std::unexpected(order.error());
    ++seen;
  }
  auto first = open.page();
  if (!first) return std::unexpected(first.error());
  auto second = open.after(first->cursor).page();
  auto total = orders.query(attr(&Order::state) == "open").count();
  if (!second || !total) return fail(ErrorCode::kInternal, "unreachable in this test");
  return seen + first->items.size() + second->items.size() + *total;
}

TEST(Examples, Queries) {
  auto orders = tabletheory::Client::connect("memory:")->table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  ASSERT_TRUE(orders.create({.pk = "CUSTOMER#1", .sk = "ORDER#1", .state = "open", .total = 200}));
  const auto seen = read_orders(orders);
  ASSERT_TRUE(seen) << seen.error().to_string();
  EXPECT_EQ(*seen, 4U);  // in the range, on the first page, on the second (there is no cursor), in the index
}

// update.h
TEST(Examples, UpdateBuilder) {
  auto orders = tabletheory::Client::connect("memory:")->table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  Order made{.pk = "CUSTOMER#1", .sk = "ORDER#7", .note = "n", .version = 3};
  made.address.lines = {"street"};
  ASSERT_TRUE(orders.put(made));
  auto order = orders.update_builder({"CUSTOMER#1", "ORDER#7"})
                   .set(&Order::state, "paid")
                   .increment(&Order::attempts)
                   .append(&Order::events, std::vector<std::string>{"paid"})
                   .set("address.lines[0]", "Berlin")
                   .remove(&Order::note)
                   .where(attr(&Order::total) < 1000)
                   .if_version(3)
                   .run_all_new();
  ASSERT_TRUE(order) << order.error().to_string();
  EXPECT_EQ(order->state, "paid");
  EXPECT_EQ(order->version, 4);
}

// batch.h
TEST(Examples, Batches) {
  auto client = tabletheory::Client::connect("memory:").value();
  auto orders = client.table<Order>().value();
  auto accounts = client.table<Account>().value();
  ASSERT_TRUE(orders.ensure_table());
  ASSERT_TRUE(accounts.ensure_table());
  auto write = client.batch_write();
  write.put(orders, {.pk = "CUSTOMER#1", .sk = "ORDER#1", .state = "open"})
      .put(accounts, {.id = "A"})
      .remove(accounts, "B");
  if (auto done = write.run(); !done) FAIL() << done.error().leftover.size();
  auto batch = client.batch_get();
  auto order = batch.get(orders, {"CUSTOMER#1", "ORDER#1"});
  auto account = batch.get(accounts, "A");
  auto found = batch.run();
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)[order]->state, "open");
  EXPECT_EQ((*found)[account]->id, "A");
}

// transaction.h
TEST(Examples, Transactions) {
  auto client = tabletheory::Client::connect("memory:").value();
  auto accounts = client.table<Account>().value();
  auto orders = client.table<Order>().value();
  ASSERT_TRUE(accounts.ensure_table());
  ASSERT_TRUE(orders.ensure_table());
  ASSERT_TRUE(accounts.create({.id = "A", .balance = 30}));
  ASSERT_TRUE(accounts.create({.id = "B", .balance = 0}));
  ASSERT_TRUE(accounts.create({.id = "C", .balance = 1}));
  auto transfer = client.transact_write();
  transfer.update(accounts.update_builder("A").decrement(&Account::balance, 10).where(attr(&Account::balance) >= 10))
      .update(accounts.update_builder("B").increment(&Account::balance, 10))
      .create(orders, {.pk = "LEDGER", .sk = "1"})
      .check(accounts, "C", {.condition = attr(&Account::balance) == 1});
  auto done = transfer.run();
  ASSERT_TRUE(done) << done.error().to_string();
  auto read = client.transact_get();
  auto from = read.get(accounts, "A");
  auto to = read.get(accounts, "B");
  auto items = read.run();
  ASSERT_TRUE(items);
  EXPECT_EQ((*items)[from]->balance, Number(20));
  EXPECT_EQ((*items)[to]->balance, Number(10));
}

// schema.h
TEST(Examples, Schemas) {
  const auto path = std::filesystem::temp_directory_path() / "tabletheory-example-orders.yml";
  std::ofstream(path) << kOrderSchema;
  auto schema = tabletheory::Schema::load_file(path.string());
  std::filesystem::remove(path);
  if (!schema) {
    for (const auto& problem : schema.error().diagnostics()) std::cerr << problem.to_string() << '\n';
    FAIL();
  }
  auto model = schema->model("Order");
  auto item = tabletheory::item_from_json(*model, R"({"PK":"C#1","SK":"O#1","total":12.50})");
  ASSERT_TRUE(item);
  if (auto same = tabletheory::check_against<Order>(*schema); !same) FAIL() << same.error().to_string();
}

constexpr std::string_view kOrderKeys = R"yaml(tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: customer
        helper: customerKey
        join: "#"
        inputs:
          - { name: tenant, type: string }
          - { name: number, type: number, optional: true }
        segments:
          - { literal: TENANT }
          - { value: { input: tenant }, transforms: [trim, lowercase] }
          - { prefix: "N-", value: { input: number }, optional: true }
        fixtures:
          - { inputs: { tenant: " Acme/EU ", number: 7 }, expected: "TENANT#acme%2Feu#N-7" }
          - { inputs: { tenant: a }, expected: "TENANT#a" }
)yaml";

// derived_keys.h, docs/derived-keys.md
TEST(Examples, DerivedKeys) {
  const auto folder = std::filesystem::temp_directory_path() / "tabletheory-example-keys";
  std::filesystem::create_directories(folder);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  std::ofstream("orders.keys.yml") << kOrderKeys;
  auto keys = tabletheory::DerivedKeys::load_file("orders.keys.yml");
  if (!keys)
    for (const auto& problem : keys.error().diagnostics()) std::cerr << problem.to_string() << '\n';
  auto customer = keys->key("Order", "customer");
  auto pk = customer->evaluate({{"tenant", "Acme/EU"}, {"number", 7}});
  EXPECT_EQ(*pk, "TENANT#acme%2Feu#N-7");
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

// throwing.h
TEST(Examples, Exceptions) {
  auto client = value_or_throw(tabletheory::Client::connect("memory:"));
  auto orders = value_or_throw(client.table<Order>());
  value_or_throw(orders.ensure_table());
  value_or_throw(orders.create({.pk = "C#1", .sk = "O#1"}));
  Order order = value_or_throw(orders.get({"C#1", "O#1"}));
  EXPECT_EQ(order.sk, "O#1");
}

TEST(Examples, TypesOfOnesOwn) {
  auto diary = tabletheory::Client::connect("memory:")->table<Diary>().value();
  ASSERT_TRUE(diary.ensure_table());
  ASSERT_TRUE(diary.create({.day = "2026-01-02", .mood = Mood::kBad}));
  EXPECT_EQ(diary.get("2026-01-02")->mood, Mood::kBad);
  EXPECT_EQ(diary.scan().where(attr(&Diary::mood) == Mood::kBad).count().value(), 1U);
}

}  // namespace
}  // namespace tabletheory::shop
