// The examples of docs/tables-and-migration.md, docs/several-models-in-one-table.md, docs/retries-and-deadlines.md and
// docs/conditions-and-updates.md, as programs that run. tools/check_docs.py holds the pages to these lines.
#include <iostream>

#include "sdk/test_shop.h"
#include "tabletheory/testing/faults.h"

namespace tabletheory::shop {

struct Buyer {
  std::string pk = {}, sk = {};
  std::string name = {};
};
inline void describe(ModelBuilder<Buyer>& m) {
  m.name("Buyer").table("market").dms_version("0.3").discriminator("kind", "buyer");
  m.partition_key("PK", &Buyer::pk);
  m.sort_key("SK", &Buyer::sk);
  m.attribute("name", &Buyer::name);
}

struct Sale {
  std::string pk = {}, sk = {};
  Number total = {};
};
inline void describe(ModelBuilder<Sale>& m) {
  m.name("Sale").table("market").dms_version("0.3").discriminator("kind", "sale");
  m.partition_key("PK", &Sale::pk);
  m.sort_key("SK", &Sale::sk);
  m.attribute("total", &Sale::total);
}

struct OldUser {
  std::string id = {}, mail = {};
};
inline void describe(ModelBuilder<OldUser>& m) {
  m.name("OldUser").table("old-users").partition_key("id", &OldUser::id).attribute("mail", &OldUser::mail);
}

struct User {
  std::string id = {}, email = {}, plan = {};
};
inline void describe(ModelBuilder<User>& m) {
  m.name("User").table("users").partition_key("id", &User::id);
  m.attribute("email", &User::email, {.required = true}).attribute("plan", &User::plan);
}

namespace {

class Guide : public Shop {};

TEST_F(Guide, VerifyAndUpdate) {
  auto& orders = orders_;
  auto run = [&]() -> Result<void> {
    TT_TRY(auto differences, orders.verify_table());
    for (const TableDifference& d : differences)
      std::cerr << d.path << ": declared " << d.model << ", live " << d.live << '\n';

    TT_TRY(auto plan, orders.update_table({.drop_indexes = true, .dry_run = true}));
    for (const std::string& step : plan) std::cout << "would " << step << '\n';
    TT_TRY(auto done, orders.update_table({.deletion_protection = true, .drop_indexes = true}));
    EXPECT_EQ(plan.size() + 1, done.size());
    return {};
  };
  const auto ran = run();
  EXPECT_TRUE(ran) << ran.error().to_string();
}

TEST_F(Guide, Migrate) {
  auto& client = client_;
  auto run = [&]() -> Result<void> {
    TT_TRY(auto before, client.table<OldUser>());
    TT_TRY(auto after, client.table<User>());
    TT_CHECK(before.ensure_table());
    TT_CHECK(before.put({.id = "1", .mail = "ada@example.org"}));

    std::string token;  // keep it somewhere safe: a run that stops goes on from it
    MigrationOptions options;
    options.rename = {{"mail", "email"}};
    options.transform = [](Item item) -> Result<std::optional<Item>> {
      item.set("plan", "free");
      return item;
    };
    options.on_progress = [&](const MigrationProgress& progress) { token = progress.token; };
    options.resume_from = token;
    TT_TRY(auto done, migrate(before, after, options));

    EXPECT_EQ(done.copied, 1U);
    EXPECT_EQ(after.get("1")->email, "ada@example.org");
    return {};
  };
  const auto ran = run();
  EXPECT_TRUE(ran) << ran.error().to_string();
}

TEST_F(Guide, SeveralModels) {
  auto& client = client_;
  auto run = [&]() -> Result<void> {
    TT_TRY(auto buyers, client.table<Buyer>());
    TT_TRY(auto sales, client.table<Sale>());
    TT_TRY(auto market, (SharedTable<Buyer, Sale>::of(buyers, sales)));
    TT_CHECK(market.ensure_table());
    TT_CHECK(buyers.create({.pk = "B#1", .sk = "PROFILE", .name = "Ada"}));
    TT_CHECK(sales.create({.pk = "B#1", .sk = "SALE#1", .total = 12}));

    Number spent;
    for (auto& entry : market.query("B#1").items()) {
      if (!entry) return std::unexpected(entry.error());
      if (auto* buyer = std::get_if<Buyer>(&*entry)) std::cout << buyer->name << '\n';
      if (auto* sale = std::get_if<Sale>(&*entry)) spent = sale->total;
    }

    EXPECT_EQ(spent, Number(12));
    return {};
  };
  const auto ran = run();
  EXPECT_TRUE(ran) << ran.error().to_string();
}

TEST_F(Guide, Deadlines) {
  auto& client = client_;
  auto& orders = orders_;
  ASSERT_TRUE(orders.create(order(1)));
  auto quick = orders.with({.timeout = std::chrono::milliseconds(500)});
  auto written = quick.update_builder({"C#1", "O#001"}).increment(&Order::attempts).run();
  if (!written && written.error().is(ErrorCode::kOutcomeUnknown)) {
    // It may have happened. Read, then decide: an increment that is sent again may count twice.
    auto now = orders.get({"C#1", "O#001"}, {.consistent = true});
    EXPECT_TRUE(now);
  }
  EXPECT_TRUE(written);

  using faults::Fault;
  auto flaky = std::make_shared<faults::FaultyTransport>(
      client.transport(),
      faults::FaultPlan{.seed = 7,
                        .rules = {{.fault = Fault::kThrottle, .operation = "PutItem", .nth_call = 1},
                                  {.fault = Fault::kLostAnswer, .probability = 0.1}}});
  auto shaky = Client::over(flaky, {.sleep = [](std::chrono::milliseconds) {}});
  auto put = shaky.table<Order>()->put(order(2));  // throttled once, then sent again
  EXPECT_TRUE(put);
  EXPECT_EQ(flaky->struck(Fault::kThrottle), 1U);
}

TEST_F(Guide, ConditionsAndUpdates) {
  auto& orders = orders_;
  ASSERT_TRUE(orders.create(order(1)));
  const Key key{"C#1", "O#001"};
  auto paid = orders.update_builder(key)
                  .set(&Order::state, "paid")
                  .append(&Order::events, std::vector<std::string>{"paid"})
                  .set("address.city", "Berlin")
                  .where((attr(&Order::state) == "open" || attr(&Order::state) == "draft") &&
                         !attr(&Order::note).exists() && attr("address.lines").size() <= 3)
                  .where(raw_condition("#t < :most", {{"#t", "total"}}, {{":most", 1000}}))
                  .return_item_on_failure()
                  .run_all_new();
  if (!paid && paid.error().is(ErrorCode::kConditionFailed)) {
    std::cerr << "it is " << orders.failed_item(paid.error())->value().state << " already\n";
  }
  EXPECT_TRUE(paid) << paid.error().to_string();

  auto why = orders.query(attr(&Order::state) == "paid").where(attr(&Order::total) > 5).explain();
  std::cout << why->operation << " of " << why->index << " (" << why->reason << "), about " << why->capacity_units
            << " units\n";
  EXPECT_EQ(why->index, "by-state");
}

}  // namespace
}  // namespace tabletheory::shop
