// Batches and transactions over typed tables on the embedded engine.
#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

class Batches : public Shop {
 protected:
  std::vector<Order> many(int count) {
    std::vector<Order> orders;
    for (int i = 0; i < count; ++i) orders.push_back(order(i));
    return orders;
  }
  std::size_t calls(std::string_view operation) const {
    return static_cast<std::size_t>(std::count_if(spy_->calls.begin(), spy_->calls.end(),
                                                  [&](const Spy::Call& call) { return call.operation == operation; }));
  }
};

TEST_F(Batches, WriteAndReadBeyondOneRequest) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(130)}));
  EXPECT_EQ(calls("BatchWriteItem"), 6U);  // of 25
  std::vector<Key> keys;
  for (int i = 249; i >= 0; --i) keys.push_back(orders_.key_of(order(i)).value());
  const auto found = orders_.batch_get(keys, {.consistent = true});
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(calls("BatchGetItem"), 3U);  // of 100
  ASSERT_EQ(found->size(), 250U);
  for (int i = 0; i < 250; ++i) {
    const auto& item = (*found)[static_cast<std::size_t>(249 - i)];
    ASSERT_EQ(item.has_value(), i < 130) << i;
    if (item) {
      EXPECT_EQ(item->sk, order(i).sk);
    }
  }
}

TEST_F(Batches, PutsGetTheirLifecycle) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(1)}));
  const Order stored = orders_.get({"C#1", "O#000"}).value();
  EXPECT_EQ(stored.version, 0);
  EXPECT_EQ(stored.created_at, Timestamp(kNoon, 123'000'000));
}

TEST_F(Batches, FoldKeysGivenTwiceAndAnswerEachPosition) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(2)}));
  const auto found = orders_.batch_get({{"C#1", "O#000"}, {"C#1", "O#001"}, {"C#1", "O#000"}});
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ((*found)[0], (*found)[2]);
  EXPECT_EQ((*found)[1]->sk, "O#001");
}

TEST_F(Batches, RefuseTwoWritesOfOneItemBeforeAnythingIsSent) {
  const auto refused = orders_.batch_write({.puts = many(2), .removes = {{"C#1", "O#000"}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(Batches, SpanTables) {
  const Session session{.id = "s", .user = "u"};
  auto write = client_.batch_write();
  write.put(orders_, order(1)).put(orders_, order(2)).put(sessions_, session);
  ASSERT_TRUE(write.run());
  auto read = client_.batch_get();
  const Slot<Order> first = read.get(orders_, {"C#1", "O#001"});
  const Slot<Session> second = read.get(sessions_, "s");
  const Slot<Session> third = read.get(sessions_, "nobody");
  const auto found = read.run();
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ((*found)[first]->total, Number(10));
  EXPECT_EQ((*found)[second], session);
  EXPECT_EQ((*found)[third], std::nullopt);
  EXPECT_EQ(calls("BatchGetItem"), 1U);
}

// Leaves the writes of some items unprocessed for as long as it lives.
class Stingy final : public Transport {
 public:
  explicit Stingy(std::shared_ptr<Transport> next) : next_(std::move(next)) {}
  Result<TransportAnswer> call(const TransportCall& call) override {
    const std::string_view body = call.body;
    if (call.operation != "BatchWriteItem" || body.find("O#001") == std::string_view::npos) return next_->call(call);
    const std::size_t begin = body.find(R"({"orders")");
    return TransportAnswer{
        200, R"({"UnprocessedItems":)" + std::string(body.substr(begin, body.rfind(']') + 2 - begin)) + "}", ""};
  }

 private:
  std::shared_ptr<Transport> next_;
};

TEST_F(Batches, LeftoversAreAnErrorThatHoldsBothHalves) {
  const auto orders = Client::over(std::make_shared<Stingy>(client_.transport()), options()).table<Order>().value();
  const auto result = orders.batch_write({.puts = many(26), .removes = {{"C#9", "x"}}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kBatchIncomplete);
  EXPECT_EQ(result.error().leftover_puts.size() + result.error().done_puts.size(), 26U);
  EXPECT_EQ(result.error().leftover_puts.size(), 25U);
  ASSERT_EQ(result.error().done_puts.size(), 1U);
  EXPECT_EQ(result.error().done_puts[0].sk, "O#025");
  EXPECT_EQ(result.error().done_removes.size(), 1U);
  EXPECT_GT(slept_, 0);
}

class Transactions : public Batches {};

TEST_F(Transactions, WriteAllOrNothing) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(2)}));
  const auto transfer = [&](int amount) {
    return client_.transact_write()
        .update(orders_.update_builder({"C#1", "O#001"})
                    .decrement(&Order::total, amount)
                    .where(attr(&Order::total) >= amount))
        .update(orders_.update_builder({"C#1", "O#000"}).increment(&Order::total, amount))
        .create(sessions_, {.id = "receipt", .user = "u"})
        .run();
  };
  const auto refused = transfer(11);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(refused.error().is(ErrorCode::kConditionFailed));
  ASSERT_EQ(refused.error().reasons().size(), 3U);
  EXPECT_EQ(refused.error().reasons()[0].code, "ConditionalCheckFailed");
  EXPECT_EQ(refused.error().reasons()[0].model, "Order");
  EXPECT_EQ(refused.error().reasons()[1].code, "None");
  EXPECT_EQ(*sessions_.find("receipt"), std::nullopt);
  ASSERT_TRUE(transfer(10));
  EXPECT_EQ(orders_.get({"C#1", "O#000"})->total, Number(10));
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->total, Number(0));
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->version, 1);
}

TEST_F(Transactions, KnowEveryKindOfAction) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(4)}));
  Order changed = order(1, "paid");
  const auto done = client_.transact_write()
                        .create(orders_, order(10))
                        .put(orders_, order(0, "replaced"))
                        .update(orders_, changed, {&Order::state}, {.if_version = 0})
                        .upsert(orders_, order(11))
                        .remove(orders_, {"C#1", "O#002"})
                        .check(orders_, {"C#1", "O#003"}, {.condition = attr(&Order::state) == "open"})
                        .run();
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(orders_.get({"C#1", "O#000"})->state, "replaced");
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->state, "paid");
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->version, 1);
  EXPECT_EQ(*orders_.find({"C#1", "O#002"}), std::nullopt);
  EXPECT_TRUE(orders_.get({"C#1", "O#010"}));
  EXPECT_EQ(orders_.get({"C#1", "O#011"})->version, 0);
}

TEST_F(Transactions, ALostVersionLockAnswersToBothCodes) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(1)}));
  const auto lost = client_.transact_write().update(orders_, order(0), {&Order::state}, {.if_version = 5}).run();
  ASSERT_FALSE(lost);
  EXPECT_TRUE(lost.error().is(ErrorCode::kTransactionCanceled));
  EXPECT_TRUE(lost.error().is(ErrorCode::kVersionConflict));
  EXPECT_TRUE(lost.error().is(ErrorCode::kConditionFailed));
}

TEST_F(Transactions, AreRefusedBeforeSendingWhenTheyCannotBe) {
  EXPECT_EQ(client_.transact_write().run().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(client_.transact_write().put(orders_, order(1)).remove(orders_, {"C#1", "O#001"}).run().error().code(),
            ErrorCode::kInvalidOperator);
  auto large = client_.transact_write();
  for (int i = 0; i < 101; ++i) large.put(orders_, order(i));
  EXPECT_EQ(large.run().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(Transactions, RepeatWithTheirTokenApplyOnce) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(1)}));
  auto increment = client_.transact_write();
  increment.update(orders_.update_builder({"C#1", "O#000"}).increment(&Order::attempts)).client_token("once");
  ASSERT_TRUE(increment.run());
  ASSERT_TRUE(increment.run());
  EXPECT_EQ(orders_.get({"C#1", "O#000"})->attempts, 1);
  EXPECT_NE(increment.explain()->request.find(R"("ClientRequestToken":"once")"), std::string::npos);
}

TEST_F(Transactions, ReadManyAtOneMoment) {
  ASSERT_TRUE(orders_.batch_write({.puts = many(2)}));
  auto read = client_.transact_get();
  const auto first = read.get(orders_, {"C#1", "O#001"});
  const auto absent = read.get(sessions_, "none");
  const auto again = read.get(orders_, {"C#1", "O#001"});
  const auto items = read.run();
  ASSERT_TRUE(items) << items.error().to_string();
  EXPECT_EQ((*items)[first]->total, Number(10));
  EXPECT_EQ((*items)[again], (*items)[first]);
  EXPECT_EQ((*items)[absent], std::nullopt);
  EXPECT_EQ(client_.transact_get().run().error().code(), ErrorCode::kInvalidOperator);
}

}  // namespace
}  // namespace tabletheory::shop
