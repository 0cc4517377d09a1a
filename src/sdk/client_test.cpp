// Clients: addresses, sharing, transports, limits, names; dynamic and document tables; the equivalence gate; many
// threads.
#include <limits>
#include <thread>

#include "sdk/address.h"
#include "sdk/test_shop.h"
#include "tabletheory/throwing.h"

namespace tabletheory::shop {
namespace {

using sdk::parse_address;

TEST(Addresses, AreReadInEveryForm) {
  EXPECT_EQ(parse_address("memory:")->kind, sdk::Address::Kind::kMemory);
  EXPECT_EQ(parse_address("memory:tests")->name, "tests");
  EXPECT_EQ(parse_address("file:/tmp/a b#c?.db")->name, "/tmp/a b#c?.db");
  EXPECT_EQ(parse_address("aws:")->kind, sdk::Address::Kind::kAws);
  EXPECT_EQ(parse_address("aws:eu-central-1")->name, "eu-central-1");
  EXPECT_EQ(parse_address("http://localhost:8000")->name, "http://localhost:8000");
  EXPECT_TRUE(parse_address("https://[::1]:8000/"));
  EXPECT_TRUE(parse_address("http://host"));
}

TEST(Addresses, ThatAreNoneAreRefusedWithTheFormsThereAre) {
  for (const char* text : {"", "memory", "file:", "ftp://x", "http:/x", "http://", "http://a:99999", "http://a:b",
                           "http://a/b", "http://u@a", "http://[::1", "aws:EU_1", "http://a:"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code(), ErrorCode::kInvalidModel) << text;
    EXPECT_NE(address.error().message().find("memory:<name>"), std::string::npos) << text;
  }
}

TEST(Clients, AskNobodyUntilTheyAreUsed) {
  for (const char* text : {"http://localhost:1", "https://no-such-host.invalid", "aws:", "aws:eu-central-1"}) {
    EXPECT_TRUE(Client::connect(text)) << text;
  }
  EXPECT_EQ(Client::connect("nonsense").error().code(), ErrorCode::kInvalidModel);
}

TEST(Clients, ShareANamedEngineAndNoOther) {
  const auto table = [](std::string_view address) { return Client::connect(address)->table<Session>().value(); };
  const auto first = table("memory:shared-engine");
  ASSERT_TRUE(first.ensure_table());
  ASSERT_TRUE(first.create({.id = "s", .user = "u"}));
  EXPECT_TRUE(table("memory:shared-engine").get("s"));
  EXPECT_EQ(table("memory:another").get("s").error().code(), ErrorCode::kTableNotFound);
  EXPECT_EQ(table("memory:").get("s").error().code(), ErrorCode::kTableNotFound);
}

TEST(Clients, ForgetANamedEngineWithItsLastHandle) {
  ASSERT_TRUE(Client::connect("memory:short-lived")->table<Session>()->ensure_table());
  EXPECT_EQ(Client::connect("memory:short-lived")->table<Session>()->describe_table().error().code(),
            ErrorCode::kTableNotFound);
}

class ClientsOnAnEngine : public Shop {};

TEST_F(ClientsOnAnEngine, RenameTables) {
  ClientOptions named = options();
  named.table_prefix = "test-";
  named.table_names["sessions"] = "Sessions2";
  const Client client = Client::over(spy_, named);
  EXPECT_EQ(client.table<Order>()->name(), "test-orders");
  EXPECT_EQ(client.table<Session>()->name(), "Sessions2");
  ASSERT_TRUE(client.table<Order>()->create_table());
  EXPECT_EQ(client.documents("plain").name(), "plain");
  const Model model = Model::of<Order>().value();
  EXPECT_EQ(client.table(model, "mine").name(), "mine");
  EXPECT_EQ(model.table(), "orders");
}

TEST_F(ClientsOnAnEngine, PassRawCallsThrough) {
  const auto tables = client_.raw_call("ListTables", "{}");
  ASSERT_TRUE(tables);
  EXPECT_NE(tables->find("orders"), std::string::npos);
  const auto refused = client_.raw_call("GetItem", R"({"TableName":"nowhere","Key":{"a":{"S":"b"}}})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kTableNotFound);
  EXPECT_EQ(refused.error().service_type(), "ResourceNotFoundException");
  EXPECT_EQ(refused.error().http_status(), 400);
}

TEST_F(ClientsOnAnEngine, RepeatThrottledRequestsAndSleepBetween) {
  ASSERT_TRUE(sessions_.create({.id = "s", .user = "u"}));
  spy_->calls.clear();
  const Result<TransportAnswer> throttled =
      TransportAnswer{400, R"({"__type":"x#ProvisionedThroughputExceededException","message":"slow down"})", "id"};
  spy_->answers = {throttled, throttled};
  EXPECT_TRUE(sessions_.get("s"));
  EXPECT_EQ(spy_->calls.size(), 3U);
  spy_->answers = {throttled, throttled, throttled};
  const auto failed = sessions_.get("s");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kThrottled);
  EXPECT_EQ(failed.error().request_id(), "id");
}

TEST_F(ClientsOnAnEngine, KeepToTheirTimeout) {
  spy_->answers = {TransportAnswer{503, "{}", ""}};
  Client hasty = client_.with({.timeout = std::chrono::milliseconds(0)});
  const auto none = hasty.table<Session>()->get("s");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), ErrorCode::kTimeout);
  EXPECT_TRUE(spy_->calls.empty());
  // The clock stands still here, so that only the sleep before the retry is too long.
  const auto sessions = sessions_.with({.timeout = std::chrono::milliseconds(1)});
  spy_->answers.assign(1, TransportAnswer{503, "{}", ""});
  ClientOptions slow = options();
  slow.random = [] { return ~std::uint64_t{0}; };
  const auto late = Client::over(spy_, slow).with({.timeout = std::chrono::milliseconds(1)}).table<Session>()->get("s");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(spy_->calls.size(), 1U);
}

TEST_F(ClientsOnAnEngine, StopWhenCancelled) {
  std::stop_source source;
  const auto sessions = sessions_.with({.cancel = source.get_token()});
  EXPECT_EQ(sessions.get("s").error().code(), ErrorCode::kItemNotFound);
  source.request_stop();
  spy_->calls.clear();
  EXPECT_EQ(sessions.get("s").error().code(), ErrorCode::kCancelled);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(ClientsOnAnEngine, ThrowOnlyWhenAskedTo) {
  EXPECT_EQ(value_or_throw(sessions_.find("s")), std::nullopt);
  EXPECT_THROW(value_or_throw(sessions_.get("s")), Exception);
  try {
    value_or_throw(sessions_.get("s"));
  } catch (const Exception& exception) {
    EXPECT_EQ(exception.error().code(), ErrorCode::kItemNotFound);
    EXPECT_NE(std::string(exception.what()).find("ErrItemNotFound"), std::string::npos);
  }
}

class Schemas : public Shop {};

TEST_F(Schemas, AgreeWithTheModelInCode) {
  const Schema schema = Schema::load_text(kOrderSchema).value();
  const auto same = check_against<Order>(schema);
  EXPECT_TRUE(same) << same.error().to_string();
  EXPECT_TRUE(client_.table<Order>(schema.model("Order").value()));
  EXPECT_EQ(schema.model("Ordre").error().code(), ErrorCode::kInvalidModel);
  EXPECT_NE(schema.model("Ordre").error().message().find("Order"), std::string::npos);
}

TEST_F(Schemas, TellEveryDifferenceToTheModelInCode) {
  std::string text = kOrderSchema;
  text.replace(text.find("attempts, type: N"), 17, "attempts, type: S");
  text.replace(text.find("KEYS_ONLY"), 9, "ALL");
  const Schema schema = Schema::load_text(text).value();
  const auto found = differences(Model::of<Order>().value(), schema.model("Order").value());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, "attributes.attempts.type");
  EXPECT_EQ(found[0].code, "N");
  EXPECT_EQ(found[0].dms, "S");
  const auto refused = client_.table<Order>(schema.model("Order").value());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("attributes.attempts.type"), std::string::npos);
}

TEST_F(Schemas, ReportProblemsWithTheirPlace) {
  const auto broken = Schema::load_text("dms_version: \"0.2\"\nmodels: []\n", "broken.yml");
  ASSERT_FALSE(broken);
  ASSERT_FALSE(broken.error().diagnostics().empty());
  EXPECT_EQ(broken.error().diagnostics()[0].file, "broken.yml");
  EXPECT_FALSE(Schema::load_file("/nonexistent/schema.yml"));
}

TEST_F(Schemas, DescribeTheirModels) {
  const Model model = Schema::load_text(kOrderSchema)->model("Order").value();
  EXPECT_EQ(model.partition_key(), "PK");
  EXPECT_EQ(*model.sort_key(), "SK");
  EXPECT_EQ(model.dms_version(), "0.2");
  EXPECT_EQ(model.attributes().size(), 12U);
  EXPECT_EQ(model.find_attribute("tags")->type, Type::kSS);
  EXPECT_TRUE(model.find_attribute("tags")->omit_empty);
  EXPECT_EQ(model.find_role("version")->name, "version");
  EXPECT_EQ(model.indexes()[1].sort, std::vector<std::string>{"total"});
}

class DynamicItems : public Shop {
 protected:
  Model model_ = Schema::load_text(kOrderSchema)->model("Order").value();
  DynamicTable dynamic_ = client_.table(model_);
};

TEST_F(DynamicItems, ObeyTheSameRulesAsTypedOnes) {
  const Item item =
      item_from_json(model_, R"({"PK":"C#1","SK":"O#001","state":"open","total":12.50,"tags":["x"]})").value();
  const auto stored = dynamic_.create(item);
  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(*stored->find("version"), Value(0));
  EXPECT_EQ(*stored->find("createdAt"), Value("2026-01-02T12:00:00.123000000Z"));
  const Order typed = orders_.get({"C#1", "O#001"}).value();
  EXPECT_EQ(typed.total, Number::parse("12.5").value());
  EXPECT_EQ(typed.tags, std::set<std::string>{"x"});
  EXPECT_EQ(*dynamic_.get({"C#1", "O#001"}), *stored);
  Item changed = *stored;
  changed.set("state", "paid");
  const auto updated = dynamic_.update(changed, {"state"});
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(*updated->find("version"), Value(1));
  EXPECT_TRUE(dynamic_.update(changed, {"state"}).error().is(ErrorCode::kVersionConflict));
  EXPECT_EQ(dynamic_.query(attr("state") == "paid").count().value(), 1U);
}

TEST_F(DynamicItems, RefuseUnknownAttributes) {
  const auto refused = dynamic_.create({{"PK", "a"}, {"SK", "b"}, {"colour", "red"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidModel);
  EXPECT_NE(refused.error().message().find("colour"), std::string::npos);
  EXPECT_EQ(dynamic_.update({{"PK", "a"}, {"SK", "b"}, {"version", 0}}, {"colour"}).error().code(),
            ErrorCode::kInvalidModel);
}

TEST_F(DynamicItems, AreReadFromJson) {
  EXPECT_EQ(value_from_json(model_, "tags", R"(["a"])").value(), Value(StringSet{{"a"}}));
  EXPECT_EQ(value_from_json(R"({"a":[1,null]})").value(), Value(Map{{"a", List{Value(1), Value()}}}));
  EXPECT_FALSE(item_from_json(model_, "{"));
  EXPECT_FALSE(item_from_json(model_, R"({"totl":1})"));
}

class Documents : public Shop {
 protected:
  DocumentTable documents_ = client_.documents("orders", {"PK", "SK"});
};

TEST_F(Documents, KeepEverything) {
  const Item item{{"PK", "a"}, {"SK", "b"}, {"anything", Map{{"deep", List{Value(), Value(true)}}}}, {"empty", ""}};
  ASSERT_TRUE(documents_.put(item));
  EXPECT_EQ(*documents_.get({"a", "b"}), item);
  EXPECT_EQ(*documents_.get(Key::named({{"PK", "a"}, {"SK", "b"}})), item);
  EXPECT_EQ(documents_.query("a").all().value(), std::vector<Item>{item});
  EXPECT_EQ(documents_.query(attr("PK") == "a").where(attr("anything.deep[1]") == true).count().value(), 1U);
  EXPECT_EQ(documents_.scan().all()->size(), 1U);
  EXPECT_TRUE(orders_.get({"a", "b"}));  // a typed read leaves out what it does not know
}

TEST_F(Documents, CreateUpdateAndRemove) {
  const Item item{{"PK", "a"}, {"SK", "b"}};
  ASSERT_TRUE(documents_.create(item));
  EXPECT_EQ(documents_.create(item).error().code(), ErrorCode::kConditionFailed);
  const auto updated = documents_.update_builder({"a", "b"}).set("n", 1).add("tags", StringSet{{"x"}}).run_all_new();
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(*updated, (Item{{"PK", "a"}, {"SK", "b"}, {"n", 1}, {"tags", StringSet{{"x"}}}}));
  EXPECT_TRUE(documents_.remove({"a", "b"}));
  EXPECT_EQ(*documents_.find({"a", "b"}), std::nullopt);
}

TEST_F(Documents, BatchAndTransact) {
  ASSERT_TRUE(documents_.batch_write({.puts = {Item{{"PK", "a"}, {"SK", "1"}}, Item{{"PK", "a"}, {"SK", "2"}}}}));
  const auto found = documents_.batch_get({{"a", "2"}, {"a", "3"}});
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_TRUE((*found)[0]);
  EXPECT_FALSE((*found)[1]);
  EXPECT_TRUE(client_.transact_write()
                  .put(documents_, Item{{"PK", "a"}, {"SK", "9"}})
                  .remove(documents_, {"a", "1"})
                  .update(documents_.update_builder({"a", "2"}).set("n", 1))
                  .run());
  EXPECT_EQ(documents_.query("a").count().value(), 2U);
}

class Conditions : public Shop {
 protected:
  void SetUp() override {
    Shop::SetUp();
    Order mine = order(1);
    mine.tags = {"a", "b"};
    mine.events = {"made", "paid"};
    mine.address = {"Berlin", {"x"}, {}};
    ASSERT_TRUE(orders_.create(mine));
  }
  bool holds(const Condition& condition) {
    const auto count = orders_.scan().where(condition).count();
    EXPECT_TRUE(count) << count.error().to_string();
    return count && *count == 1;
  }
  ErrorCode refusal(const Condition& condition) {
    const auto count = orders_.scan().where(condition).count();
    return count ? ErrorCode::kInternal : count.error().code();
  }
};

TEST_F(Conditions, SayWhatTheyMean) {
  EXPECT_TRUE(holds(attr(&Order::total) == 10));
  EXPECT_FALSE(holds(attr(&Order::total) != 10));
  EXPECT_TRUE(holds(attr(&Order::total) > 9.5 && attr(&Order::total) < Number(11)));
  EXPECT_TRUE(holds(attr(&Order::total) < 5 || attr(&Order::state) == "open"));
  EXPECT_FALSE(holds(!(attr(&Order::state) == "open")));
  EXPECT_TRUE(holds(attr(&Order::state).in({"open", "paid"})));
  EXPECT_TRUE(holds(attr(&Order::total).between(10, 20)));
  EXPECT_TRUE(holds(attr(&Order::sk).begins_with("O#")));
  EXPECT_TRUE(holds(attr(&Order::tags).contains("a")));
  EXPECT_FALSE(holds(attr(&Order::tags).contains("z")));
  EXPECT_TRUE(holds(attr(&Order::events).contains("paid")));
  EXPECT_TRUE(holds(attr(&Order::tags).size() == 2));
  EXPECT_TRUE(holds(attr(&Order::events).size() >= attr(&Order::tags).size()));
  EXPECT_TRUE(holds(attr(&Order::note).not_exists() && attr(&Order::state).exists()));
  EXPECT_TRUE(holds(attr(&Order::total).has_type(Type::kN)));
  EXPECT_TRUE(holds(attr(&Order::address).member(&Address::city) == "Berlin"));
  EXPECT_TRUE(holds(attr(&Order::address).member(&Address::lines)[0] == "x"));
  EXPECT_TRUE(holds(attr("address.lines[0]") == "x"));
  EXPECT_TRUE(holds(attr(&Order::created_at) == attr(&Order::updated_at)));
  EXPECT_TRUE(holds(attr(&Order::created_at) <= Timestamp(kNoon + 1, 0)));
  EXPECT_TRUE(holds(attr("state").compare("NE", {"paid"})));
  EXPECT_TRUE(holds(raw_condition("#s = :v1", {{"#s", "state"}}, {{":v1", "open"}})));
  EXPECT_TRUE(holds(!raw_condition("#s = :v1", {{"#s", "state"}}, {{":v1", "x"}}) && attr(&Order::total) == 10));
  EXPECT_TRUE(holds(Condition() && attr(&Order::total) == 10));
}

TEST_F(Conditions, AreRefusedWhenTheyMakeNoSense) {
  EXPECT_EQ(refusal(attr("state").compare("like", {"x"})), ErrorCode::kInvalidOperator);
  EXPECT_EQ(refusal(attr("state").compare("between", {"x"})), ErrorCode::kInvalidOperator);
  EXPECT_EQ(refusal(attr("nosuch") == 1), ErrorCode::kInvalidModel);
  EXPECT_EQ(refusal(attr("total") == "ten"), ErrorCode::kInvalidModel);
  EXPECT_EQ(refusal(attr("address..x") == 1), ErrorCode::kInvalidOperator);
  EXPECT_EQ(refusal(attr(&Order::total) == std::numeric_limits<double>::infinity()), ErrorCode::kInvalidModel);
  EXPECT_EQ(refusal(raw_condition("state = :v")), ErrorCode::kInvalidOperator);
  EXPECT_EQ(refusal(raw_condition("#s = ", {{"#s", "state"}})), ErrorCode::kInvalidOperator);
}

template <class A, class B>
concept Comparable = requires(A a, B b) { a == b; };
static_assert(Comparable<TypedPath<std::string>, const char*> && !Comparable<TypedPath<std::string>, int>);
static_assert(Comparable<TypedPath<Number>, double> && !Comparable<TypedPath<Number>, std::string>);
static_assert(!Comparable<TypedPath<bool>, const char*> && !Comparable<TypedPath<Timestamp>, int>);

// The lost update: many threads, each retrying until its own increment is in. None may vanish.
TEST(Concurrency, OptimisticLocksLoseNoUpdate) {
  const Client client = Client::connect("memory:").value();
  const auto orders = client.table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  Order counter;
  counter.pk = counter.sk = "counter";
  ASSERT_TRUE(orders.create(counter));
  constexpr int kThreads = 8, kIncrements = 25;
  std::atomic<int> conflicts = 0, failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kIncrements; ++i) {
          for (bool done = false; !done;) {
            Order mine = orders.get({"counter", "counter"}).value();
            ++mine.attempts;
            std::this_thread::yield();
            const auto updated = orders.update(mine, {&Order::attempts});
            done = updated.has_value();
            if (done) continue;
            if (updated.error().is(ErrorCode::kVersionConflict))
              ++conflicts;
            else
              return void(++failures);
          }
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  const Order last = orders.get({"counter", "counter"}).value();
  EXPECT_EQ(last.attempts, kThreads * kIncrements);
  EXPECT_EQ(last.version, kThreads * kIncrements);
}

TEST(Concurrency, OneClientServesManyThreads) {
  const Client client = Client::connect("memory:").value();
  const auto orders = client.table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 40; ++i) {
          Order mine;
          mine.pk = "C#" + std::to_string(t);
          mine.sk = std::to_string(i);
          EXPECT_TRUE(orders.create(mine));
          EXPECT_TRUE(orders.update_builder({"shared", "counter"}).increment(&Order::attempts).run() ||
                      orders.upsert_builder({"shared", "counter"}).increment(&Order::attempts).run());
          EXPECT_EQ(orders.query(mine.pk).count().value(), static_cast<std::size_t>(i + 1));
        }
      });
    }
  }
  EXPECT_EQ(orders.get({"shared", "counter"})->attempts, 8 * 40);
  EXPECT_EQ(orders.scan().count().value(), 8U * 40U + 1U);
}

}  // namespace
}  // namespace tabletheory::shop
