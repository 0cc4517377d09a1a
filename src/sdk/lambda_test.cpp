// Deadlines: moments that no call of an invocation goes past.
#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

using namespace std::chrono_literals;

class LambdaLimits : public Shop {
 protected:
  // The clock of a Shop stands at noon and a bit.
  static constexpr std::int64_t kInvocationEnds = (kNoon + 10) * 1000;
  static ErrorCode code_of(const Result<std::optional<Order>>& result) {
    return result ? ErrorCode{} : result.error().code();
  }
};

TEST_F(LambdaLimits, CallsEndABufferBeforeTheInvocationDoes) {
  const Table<Order> orders = orders_.with(lambda_limits(kInvocationEnds));
  EXPECT_TRUE(orders.find({"C#1", "O#1"}));
  seconds_ = kNoon + 8;
  EXPECT_TRUE(orders.find({"C#1", "O#1"})) << "one handle serves the whole invocation";
  seconds_ = kNoon + 9;
  spy_->calls.clear();
  EXPECT_EQ(code_of(orders.find({"C#1", "O#1"})), ErrorCode::kTimeout);
  EXPECT_TRUE(spy_->calls.empty()) << "nothing is sent past the deadline";
  EXPECT_TRUE(orders_.with(lambda_limits(kInvocationEnds, 100ms)).find({"C#1", "O#1"}));
}

TEST_F(LambdaLimits, TransportsHearWhatIsLeft) {
  class Clocked final : public Transport {
   public:
    Result<TransportAnswer> call(const TransportCall& call) override {
      left = call.time_left;
      return TransportAnswer{200, "{}", ""};
    }
    std::optional<std::chrono::nanoseconds> left;
  };
  const auto transport = std::make_shared<Clocked>();
  const Client client = Client::over(transport, options());
  const auto left_with = [&](CallLimits limits) {
    EXPECT_TRUE(client.with(std::move(limits)).raw_call("ListTables", "{}"));
    return transport->left;
  };
  EXPECT_EQ(left_with({}), std::nullopt);
  EXPECT_EQ(left_with(lambda_limits(kInvocationEnds)), 9s - 123'456'789ns);
  CallLimits both = lambda_limits(kInvocationEnds);
  both.timeout = 2s;
  EXPECT_EQ(left_with(both), 2s);
  both.timeout = 20s;
  EXPECT_EQ(left_with(both), 9s - 123'456'789ns);
  EXPECT_GT(left_with({.deadline = Timestamp(INT64_MAX, 0)}), 1h);
}

TEST_F(LambdaLimits, RawCallsEndToo) {
  seconds_ = kNoon + 9;
  const auto answer = client_.with(lambda_limits(kInvocationEnds)).raw_call("ListTables", "{}");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kTimeout);
}

TEST_F(LambdaLimits, NoSleepPastTheDeadline) {
  spy_->answers.push_back(TransportAnswer{400, R"({"__type":"x#ThrottlingException"})", ""});
  seconds_ = kNoon + 8;
  // 7 ms are left; the next attempt would come later.
  EXPECT_EQ(code_of(orders_.with(lambda_limits(kInvocationEnds, 1870ms)).find({"C#1", "O#1"})), ErrorCode::kTimeout);
  EXPECT_EQ(spy_->calls.size(), 1U);
  EXPECT_EQ(slept_, 0);
}

}  // namespace
}  // namespace tabletheory::shop
