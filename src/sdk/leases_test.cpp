// Leases on the embedded engine: who holds, until when, and threads that want the same one.
#include <thread>

#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

using namespace std::chrono_literals;

class LeasesOfAShop : public Shop {
 protected:
  void SetUp() override {
    const auto made = client_.raw_call(
        "CreateTable",
        R"({"TableName":"locks","BillingMode":"PAY_PER_REQUEST",)"
        R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]})");
    ASSERT_TRUE(made) << made.error().to_string();
  }
  template <class T>
  static std::string code_of(const Result<T>& result) {
    return result ? "" : std::string(error_code_name(result.error().code()));
  }
  const Leases leases_{client_, "locks"};
};

TEST_F(LeasesOfAShop, OneHolderAtATime) {
  const auto mine = leases_.acquire("job", 30s);
  ASSERT_TRUE(mine) << mine.error().to_string();
  EXPECT_EQ(mine->expires_at, Timestamp(kNoon + 31, 0));  // noon and a bit, rounded up
  EXPECT_EQ(code_of(leases_.acquire("job", 30s)), "ErrLeaseHeld");
  EXPECT_TRUE(leases_.acquire("other job", 30s));
  const auto stored = client_.documents("locks").get(leases_.key_of(*mine));
  EXPECT_EQ(*stored, (Item{{"pk", "job"},
                           {"sk", "LOCK"},
                           {"lease_token", mine->token},
                           {"lease_expires_at", kNoon + 31},
                           {"ttl", kNoon + 31 + 3600}}));
}

TEST_F(LeasesOfAShop, AnEndedLeaseIsFreeAndItsHolderHasLostIt) {
  const auto first = leases_.acquire("job", 30s);
  seconds_ = kNoon + 30;
  EXPECT_EQ(code_of(leases_.acquire("job", 30s)), "ErrLeaseHeld");
  seconds_ = kNoon + 31;
  EXPECT_EQ(code_of(leases_.refresh(*first, 30s)), "ErrLeaseNotOwned");
  const auto second = leases_.acquire("job", 30s);
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_NE(first->token, second->token);
  EXPECT_EQ(code_of(leases_.refresh(*first, 30s)), "ErrLeaseNotOwned");
  // The late holder's release leaves the new one alone.
  EXPECT_EQ(code_of(leases_.release(*first)), "");
  EXPECT_EQ(code_of(leases_.acquire("job", 30s)), "ErrLeaseHeld");
}

TEST_F(LeasesOfAShop, ARefreshedLeaseGoesOn) {
  auto lease = leases_.acquire("job", 30s);
  const std::string token = lease->token;
  seconds_ = kNoon + 20;
  lease = leases_.refresh(*lease, 60s);
  ASSERT_TRUE(lease) << lease.error().to_string();
  EXPECT_EQ(lease->token, token);
  EXPECT_EQ(lease->expires_at, Timestamp(kNoon + 81, 0));
  seconds_ = kNoon + 50;
  EXPECT_EQ(code_of(leases_.acquire("job", 30s)), "ErrLeaseHeld");
}

TEST_F(LeasesOfAShop, AReleasedLeaseIsFreeAtOnceAndReleasingTwiceIsNoError) {
  const auto lease = leases_.acquire("job", 30s);
  EXPECT_EQ(code_of(leases_.release(*lease)), "");
  EXPECT_EQ(code_of(leases_.release(*lease)), "");
  EXPECT_EQ(code_of(leases_.refresh(*lease, 30s)), "ErrLeaseNotOwned");
  EXPECT_TRUE(leases_.acquire("job", 30s));
}

TEST_F(LeasesOfAShop, WorkCanBeTiedToTheLease) {
  ASSERT_TRUE(orders_.ensure_table());
  const auto lease = leases_.acquire("job", 30s);
  const auto work = [&](std::string number) {
    auto transaction = client_.transact_write();
    transaction.check(client_.documents("locks"), leases_.key_of(*lease), {.condition = leases_.is_held(*lease)})
        .create(orders_, {.pk = "C#1", .sk = std::move(number), .state = "open"});
    return transaction.run();
  };
  EXPECT_EQ(code_of(work("O#1")), "");
  ASSERT_TRUE(leases_.release(*lease));
  EXPECT_EQ(code_of(work("O#2")), "ErrTransactionCanceled");
  EXPECT_EQ(orders_.scan().count().value(), 1U);
}

TEST_F(LeasesOfAShop, ATableThatIsNotThereIsToldByEveryCall) {
  const Leases nowhere(client_, "nowhere");
  EXPECT_EQ(code_of(nowhere.acquire("job", 30s)), "ErrTableNotFound");
  EXPECT_EQ(code_of(nowhere.release({"job", "token", {}})), "ErrTableNotFound");
}

// Many threads, one lease, real clocks: never two at once, and everybody gets a turn.
TEST(LeaseConcurrency, ThreadsHoldALeaseOneAtATime) {
  const Client client = Client::connect("memory:").value();
  ASSERT_TRUE(client.raw_call("CreateTable", R"({"TableName":"locks","BillingMode":"PAY_PER_REQUEST",)"
                                             R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                                             R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})"));
  const Leases leases(client, "locks", {.sort_key = ""});
  constexpr int kThreads = 4, kTurns = 25;
  std::atomic<int> inside = 0, most = 0, turns = 0, problems = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < kTurns;) {
          const auto lease = leases.acquire("job", 60s);
          if (!lease) {
            if (!lease.error().is(ErrorCode::kLeaseHeld)) ++problems;
            std::this_thread::yield();
            continue;
          }
          const int now = ++inside;
          if (now > most) most = now;
          if (!leases.refresh(*lease, 60s)) ++problems;
          --inside;
          if (!leases.release(*lease)) ++problems;
          ++turns;
          ++turn;
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(turns, kThreads * kTurns);
  EXPECT_EQ(problems, 0);
}

}  // namespace
}  // namespace tabletheory::shop
