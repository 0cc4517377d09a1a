// Faults on demand, each by itself.
#include "tabletheory/testing/faults.h"

#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

using faults::Fault;
using faults::FaultPlan;
using faults::FaultRule;
using faults::FaultyTransport;

class Faults : public Shop {
 protected:
  // A client that never repeats a request behind the plan.
  Client once(std::vector<FaultRule> rules) {
    ClientOptions once = options();
    once.retry.max_attempts = 1;
    faulty_ = std::make_shared<FaultyTransport>(
        spy_, FaultPlan{.seed = 1, .rules = std::move(rules), .sleep = [this](std::chrono::milliseconds duration) {
                          slept_ += duration.count();
                          seconds_ += duration.count() / 1000;
                        }});
    return Client::over(faulty_, once);
  }
  ErrorCode create_under(Fault fault) {
    const auto refused =
        once({{.fault = fault, .operation = "PutItem", .probability = 1}}).table<Order>()->create(order(1));
    return refused ? ErrorCode::kInternal : refused.error().code();
  }
  bool is_stored() { return orders_.find({"C#1", "O#001"})->has_value(); }
  std::shared_ptr<FaultyTransport> faulty_;
};

TEST_F(Faults, NothingIsDoneBeforeTheseFaults) {
  EXPECT_EQ(create_under(Fault::kThrottle), ErrorCode::kThrottled);
  EXPECT_EQ(create_under(Fault::kUnavailable), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(create_under(Fault::kNotSent), ErrorCode::kTransport);
  EXPECT_EQ(create_under(Fault::kInternalError), ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(create_under(Fault::kLostRequest), ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(create_under(Fault::kTransactionConflict), ErrorCode::kRequestRejected);
  EXPECT_FALSE(is_stored());
  EXPECT_EQ(faulty_->struck(Fault::kTransactionConflict), 1U);
}

TEST_F(Faults, TheWorkIsDoneBeforeTheseFaults) {
  EXPECT_EQ(create_under(Fault::kLostAnswer), ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(is_stored());
  ASSERT_TRUE(orders_.remove({"C#1", "O#001"}));
  EXPECT_EQ(create_under(Fault::kInternalErrorAfter), ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(is_stored());
}

TEST_F(Faults, RulesChooseOperationsTablesAndCalls) {
  const Client client = once({{.fault = Fault::kThrottle, .table = "sessions", .nth_call = 2},
                              {.fault = Fault::kUnavailable, .operation = "GetItem", .probability = 1, .times = 1}});
  const auto sessions = client.table<Session>().value();
  const auto orders = client.table<Order>().value();
  EXPECT_TRUE(sessions.put({.id = "s", .user = "u"}));
  EXPECT_TRUE(orders.put(order(1)));
  EXPECT_EQ(sessions.put({.id = "s", .user = "u"}).error().code(), ErrorCode::kThrottled);
  EXPECT_TRUE(sessions.put({.id = "s", .user = "u"}));
  EXPECT_EQ(orders.get({"C#1", "O#001"}).error().code(), ErrorCode::kServiceUnavailable);
  EXPECT_TRUE(orders.get({"C#1", "O#001"}));
  auto transaction = client.transact_write();
  transaction.put(sessions, {.id = "t", .user = "u"}).put(orders, order(2));
  EXPECT_TRUE(transaction.run());
}

TEST_F(Faults, ADelayPastTheDeadlineCutsTheCallOff) {
  const Client client = once({{.fault = Fault::kDelay, .probability = 1, .delay = std::chrono::milliseconds(5000)}});
  EXPECT_TRUE(client.table<Order>()->put(order(1)));
  EXPECT_EQ(slept_, 5000);
  const auto late = client.with({.timeout = std::chrono::milliseconds(2000)}).table<Order>()->put(order(2));
  ASSERT_FALSE(late);
  EXPECT_TRUE(late.error().is(ErrorCode::kTimeout));
  EXPECT_TRUE(late.error().is(ErrorCode::kOutcomeUnknown));
  EXPECT_EQ(slept_, 7000);
}

TEST_F(Faults, PartOfABatchIsLeftUnprocessed) {
  const std::vector<Order> wanted{order(1), order(2), order(3), order(4)};
  const Client client = once({{.fault = Fault::kPartialBatch, .probability = 1, .times = 2}});
  const auto orders = client.table<Order>().value();
  spy_->calls.clear();
  ASSERT_TRUE(orders.batch_write({.puts = wanted}));
  EXPECT_GE(spy_->calls.size(), 2U) << "what was left is sent again";
  EXPECT_EQ(orders_.scan().count().value(), 4U);
  std::vector<Key> keys;
  for (const Order& each : wanted) keys.push_back(orders_.key_of(each).value());
  const auto found =
      once({{.fault = Fault::kPartialBatch, .probability = 1, .times = 1}}).table<Order>()->batch_get(keys);
  ASSERT_TRUE(found) << found.error().to_string();
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ((*found)[i]->sk, wanted[i].sk);
  EXPECT_EQ(faulty_->struck(Fault::kPartialBatch), 1U);
}

TEST_F(Faults, TransactionsAreCancelledByAConflict) {
  const Client client = once({{.fault = Fault::kTransactionConflict, .probability = 1}});
  auto transaction = client.transact_write();
  transaction.put(orders_, order(1)).put(orders_, order(2));
  const auto cancelled = transaction.run();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code(), ErrorCode::kTransactionCanceled);
  ASSERT_EQ(cancelled.error().reasons().size(), 2U);
  EXPECT_EQ(cancelled.error().reasons()[0].code, "TransactionConflict");
  EXPECT_TRUE(cancelled.error().retryable());
  EXPECT_FALSE(is_stored());
}

TEST_F(Faults, EventualReadsMayBeStaleAndConsistentOnesNever) {
  const Client client = once({{.fault = Fault::kStaleRead, .probability = 1}});
  const auto orders = client.table<Order>().value();
  Order stored = orders.create(order(1)).value();
  const Key key{"C#1", "O#001"};
  EXPECT_EQ(orders.get(key)->state, "open");
  stored.state = "paid";
  ASSERT_TRUE(orders.update(stored, {&Order::state}));
  EXPECT_EQ(orders.get(key)->state, "open");
  EXPECT_EQ(orders.get(key, {.consistent = true})->state, "paid");
}

TEST_F(Faults, APlanRepeatsItself) {
  const auto failures = [this] {
    const Client client = once({{.fault = Fault::kThrottle, .probability = 0.5}});
    std::string pattern;
    for (int i = 0; i < 40; ++i) pattern += client.table<Order>()->put(order(i)) ? '.' : 'x';
    return pattern;
  };
  const std::string first = failures();
  EXPECT_EQ(failures(), first);
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
  faulty_->enable(false);
}

}  // namespace
}  // namespace tabletheory::shop
