#include "ops/call.h"

#include <gtest/gtest.h>

#include "ops/retry_quota.h"
#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

// One call as an operation, so that the scripted target can drive it.
class OneCall final : public Operation {
 public:
  OneCall(const Environment& environment, Repeat repeat) : calls(environment) { calls.add("PutItem", "{}", repeat); }
  Step next() override {
    if (auto step = calls.next()) return std::move(*step);
    if (calls.outcome(0).response) return Done{};
    return Failed{*calls.outcome(0).error};
  }
  void on_response(std::uint32_t id, Result<Response> response) override { calls.on_response(id, std::move(response)); }
  CallGroup calls;
};

Error lost_answer() {
  return Error(ErrorCode::kTransport, "connection reset");
}
Error not_written() {
  return Error(ErrorCode::kTransport, "connection refused").from_service("", "", 0, true);
}
Error attempt_timed_out() {
  return Error(ErrorCode::kTimeout, "no answer in 5 s").from_service("", "", 0, true);
}

class CallTest : public testing::Test {
 protected:
  std::optional<Error> run(Repeat repeat) {
    call.emplace(target.environment(), repeat);
    return target.run(*call);
  }
  ScriptedTarget target;
  std::optional<OneCall> call;
};

TEST_F(CallTest, RepeatsWhatTheServiceRefusedForNow) {
  target.refuse(400, "ThrottlingException");
  target.refuse(503, "ServiceUnavailable");
  target.answer("{}");
  EXPECT_FALSE(run(Repeat::kNever));
  EXPECT_EQ(target.requests.size(), 3U);
}

TEST_F(CallTest, WaitsWithFullJitterFromFiftyMillisecondsAndFromAHundredWhenThrottled) {
  target.environment().retry.max_attempts = 5;
  target.refuse(503, "ServiceUnavailable");            // half of 50 · 2^0
  target.refuse(400, "ThrottlingException");           // half of 100 · 2^1
  target.fail_with(not_written());                     // half of 50 · 2^2
  target.refuse(400, "TransactionConflictException");  // half of 50 · 2^3
  target.answer("{}");
  EXPECT_FALSE(run(Repeat::kNever));
  EXPECT_EQ(target.sleeps, (std::vector{25, 100, 100, 200}));
}

TEST_F(CallTest, NoPauseIsLongerThanTwentySeconds) {
  target.environment().random = [] { return ~std::uint64_t{0}; };
  EXPECT_LE(full_jitter(target.environment(), std::chrono::milliseconds(50), 60).count(), 20'000);
  EXPECT_GE(full_jitter(target.environment(), std::chrono::milliseconds(50), 60).count(), 19'990);
}

TEST_F(CallTest, GivesUpAfterThreeAttemptsByDefault) {
  for (int i = 0; i < 3; ++i) target.refuse(400, "ThrottlingException");
  const auto error = run(Repeat::kRead);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kThrottled);
  EXPECT_TRUE(target.finished());
}

TEST_F(CallTest, DoesNotRepeatWhatCannotSucceed) {
  target.refuse(400, "ValidationException");
  const auto error = run(Repeat::kRead);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kRequestRejected);
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(CallTest, ALostAnswerOfAReadIsSimplyRepeated) {
  target.fail_with(lost_answer());
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_FALSE(run(Repeat::kRead));
  EXPECT_FALSE(call->calls.outcome(0).earlier_unknown);
}

TEST_F(CallTest, AWriteThatMayHaveHappenedIsNotRepeatedIfItCouldHappenTwice) {
  target.fail_with(lost_answer());
  const auto error = run(Repeat::kNever);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(error->is(ErrorCode::kTransport));
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(CallTest, ARepeatableWriteIsRepeatedAndRemembersThatTheOutcomeWasUnknown) {
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_FALSE(run(Repeat::kAlways));
  EXPECT_TRUE(call->calls.outcome(0).earlier_unknown);
}

TEST_F(CallTest, AGuardedRepeatAsksForTheItem) {
  target.fail_with(attempt_timed_out());
  target.answer("{}");
  call.emplace(target.environment(), Repeat::kGuarded);
  call->calls.clear();
  call->calls.add("PutItem", R"({"TableName":"t"})", Repeat::kGuarded);
  EXPECT_FALSE(target.run(*call));
  EXPECT_EQ(target.requests[0].body, R"({"TableName":"t"})");
  EXPECT_EQ(target.requests[1].body, R"({"TableName":"t","ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
}

TEST_F(CallTest, FiveHundredsToTheEndLeaveAWriteUnknownAndAReadUnavailable) {
  for (int i = 0; i < 3; ++i) target.refuse(500, "InternalServerError");
  const auto write = run(Repeat::kAlways);
  ASSERT_TRUE(write);
  EXPECT_EQ(write->code(), ErrorCode::kOutcomeUnknown);
  EXPECT_TRUE(write->is(ErrorCode::kServiceUnavailable));

  for (int i = 0; i < 3; ++i) target.refuse(500, "InternalServerError");
  const auto read = run(Repeat::kRead);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code(), ErrorCode::kServiceUnavailable);
  EXPECT_FALSE(read->is(ErrorCode::kOutcomeUnknown));
}

TEST_F(CallTest, ARefusalAfterAnUnknownOutcomeStaysUnknown) {
  target.refuse(500, "InternalServerError");
  target.refuse(400, "ValidationException");
  const auto error = run(Repeat::kAlways);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kRequestRejected);
  EXPECT_TRUE(error->is(ErrorCode::kOutcomeUnknown));
}

TEST_F(CallTest, NothingIsRetriedPastTheDeadline) {
  target.fail_with(Error(ErrorCode::kTimeout, "deadline").also(ErrorCode::kOutcomeUnknown));
  const auto error = run(Repeat::kAlways);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTimeout);
  EXPECT_TRUE(error->is(ErrorCode::kOutcomeUnknown));
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(CallTest, ADeadlineAfterAnUnknownOutcomeAnswersToBoth) {
  target.refuse(500, "InternalServerError");
  target.fail_with(Error(ErrorCode::kCancelled, "before it was sent"));
  const auto error = run(Repeat::kAlways);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kCancelled);
  EXPECT_TRUE(error->is(ErrorCode::kOutcomeUnknown));
}

TEST_F(CallTest, AReadCutOffOnItsWayHasNoUnknownOutcome) {
  target.fail_with(Error(ErrorCode::kTimeout, "deadline").also(ErrorCode::kOutcomeUnknown));
  const auto error = run(Repeat::kRead);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTimeout);
  EXPECT_FALSE(error->is(ErrorCode::kOutcomeUnknown));
}

TEST_F(CallTest, RetriesTakeFromTheQuotaAndSuccessGivesBack) {
  auto quota = std::make_shared<RetryQuota>();
  target.environment().quota = quota;
  target.refuse(503, "ServiceUnavailable");
  target.fail_with(attempt_timed_out());
  for (int i = 0; i < 1; ++i) target.answer("{}");
  EXPECT_FALSE(run(Repeat::kRead));
  // 5 and 10 were taken; the last one came back.
  EXPECT_EQ(quota->available(), RetryQuota::kCapacity - RetryQuota::kRetryCost);
}

TEST_F(CallTest, WithoutQuotaThereIsNoRetry) {
  auto quota = std::make_shared<RetryQuota>();
  ASSERT_TRUE(quota->acquire(RetryQuota::kCapacity - 1));
  target.environment().quota = quota;
  target.refuse(503, "ServiceUnavailable");
  const auto error = run(Repeat::kRead);
  ASSERT_TRUE(error);
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(CallTest, CallsOfAGroupAreSentTogetherAndRetriedTogether) {
  CallGroup group(target.environment());
  group.add("GetItem", "{1}", Repeat::kRead);
  group.add("GetItem", "{2}", Repeat::kRead);
  auto first = group.next();
  ASSERT_TRUE(first);
  ASSERT_EQ(std::get<Send>(*first).requests.size(), 2U);
  group.on_response(0, Response{200, "{}", ""});
  group.on_response(1, Response{503, "", ""});
  EXPECT_TRUE(std::holds_alternative<Sleep>(*group.next()));
  auto again = group.next();
  ASSERT_EQ(std::get<Send>(*again).requests.size(), 1U);
  EXPECT_EQ(std::get<Send>(*again).requests.front().body, "{2}");
}

}  // namespace
}  // namespace tabletheory::ops
