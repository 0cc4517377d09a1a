// Leases: exact requests, and what answers mean.
#include "ops/leases.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::string_view kToken = "80000000-0000-4000-8000-000000000000";
const HeldLease kLease{"job", std::string(kToken), ScriptedTarget::kNowSeconds + 10};

class LeasesTest : public testing::Test {
 protected:
  std::optional<Error> run(LeaseCall::Created created) {
    if (!created) return std::move(created).error();
    call = std::move(*created);
    return target.run(*call);
  }
  LeaseTable table{.table = "locks"};
  ScriptedTarget target;
  std::unique_ptr<LeaseCall> call;
};

TEST_F(LeasesTest, AcquireIsAPutUnlessSomebodyHoldsTheLease) {
  target.answer("{}");
  // Half a second past …045.678: ends at the whole second after that.
  ASSERT_FALSE(run(LeaseCall::acquire(target.environment(), table, "job", 30'500ms)));
  EXPECT_EQ(target.requests[0].operation, "PutItem");
  EXPECT_EQ(target.requests[0].body,
            R"~({"TableName":"locks","Item":{"lease_expires_at":{"N":"1767323077"},)~"
            R"~("lease_token":{"S":"80000000-0000-4000-8000-000000000000"},"pk":{"S":"job"},"sk":{"S":"LOCK"},)~"
            R"~("ttl":{"N":"1767326677"}},)~"
            R"~("ConditionExpression":"attribute_not_exists(#n1) OR #n2 \u003c= :v1 OR #n3 = :v2",)~"
            R"~("ExpressionAttributeNames":{"#n1":"pk","#n2":"lease_expires_at","#n3":"lease_token"},)~"
            R"~("ExpressionAttributeValues":{":v1":{"N":"1767323045"},)~"
            R"~(":v2":{"S":"80000000-0000-4000-8000-000000000000"}},)~"
            R"~("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})~");
  EXPECT_EQ(call->lease().token, kToken);
  EXPECT_EQ(call->lease().expires_at, 1'767'323'077);
}

TEST_F(LeasesTest, AHeldLeaseSaysUntilWhenButNotByWhom) {
  target.refuse(400, "ConditionalCheckFailedException",
                R"("message":"no","Item":{"lease_expires_at":{"N":"1767323050"},"lease_token":{"S":"secret"}})");
  const auto error = run(LeaseCall::acquire(target.environment(), table, "job", 30s));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kLeaseHeld);
  EXPECT_FALSE(error->is(ErrorCode::kConditionFailed));
  EXPECT_NE(error->message().find("until 2026-01-02T03:04:10"), std::string::npos) << error->message();
  EXPECT_EQ(error->to_string().find("secret"), std::string::npos);
  EXPECT_EQ(error->item(), nullptr);
  EXPECT_EQ(error->table(), "locks");
}

TEST_F(LeasesTest, ALostAnswerIsRepeatedWithTheSameToken) {
  target.fail_with(Error(ErrorCode::kTransport, "lost"));
  target.answer("{}");
  ASSERT_FALSE(run(LeaseCall::acquire(target.environment(), table, "job", 30s)));
  ASSERT_EQ(target.requests.size(), 2U);
  EXPECT_EQ(target.requests[0].body, target.requests[1].body);
}

TEST_F(LeasesTest, RefreshNeedsTheTokenAndALeaseThatHasNotEnded) {
  target.answer("{}");
  ASSERT_FALSE(run(LeaseCall::refresh(target.environment(), table, kLease, 60s)));
  EXPECT_EQ(target.requests[0].operation, "UpdateItem");
  EXPECT_EQ(target.requests[0].body,
            R"~({"TableName":"locks","Key":{"pk":{"S":"job"},"sk":{"S":"LOCK"}},)~"
            R"~("UpdateExpression":"SET #n1 = :v1, #n2 = :v2",)~"
            R"~("ConditionExpression":"#n3 = :v3 AND #n1 \u003e :v4",)~"
            R"~("ExpressionAttributeNames":{"#n1":"lease_expires_at","#n2":"ttl","#n3":"lease_token"},)~"
            R"~("ExpressionAttributeValues":{":v1":{"N":"1767323106"},":v2":{"N":"1767326706"},)~"
            R"~(":v3":{"S":"80000000-0000-4000-8000-000000000000"},":v4":{"N":"1767323045"}}})~");
  EXPECT_EQ(call->lease().expires_at, 1'767'323'106);
  EXPECT_EQ(call->lease().token, kToken);
}

TEST_F(LeasesTest, ARefusedRefreshIsNotOwned) {
  target.refuse(400, "ConditionalCheckFailedException");
  const auto error = run(LeaseCall::refresh(target.environment(), table, kLease, 60s));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kLeaseNotOwned);
  EXPECT_EQ(error->operation(), "lease_refresh");
}

TEST_F(LeasesTest, ReleaseSwallowsTheFailedConditionAndNothingElse) {
  target.refuse(400, "ConditionalCheckFailedException");
  ASSERT_FALSE(run(LeaseCall::release(target.environment(), table, kLease)));
  EXPECT_EQ(target.requests[0].body,
            R"~({"TableName":"locks","Key":{"pk":{"S":"job"},"sk":{"S":"LOCK"}},"ConditionExpression":"#n1 = :v1",)~"
            R"~("ExpressionAttributeNames":{"#n1":"lease_token"},)~"
            R"~("ExpressionAttributeValues":{":v1":{"S":"80000000-0000-4000-8000-000000000000"}}})~");
  target.refuse(400, "ResourceNotFoundException");
  const auto error = run(LeaseCall::release(target.environment(), table, kLease));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTableNotFound);
}

TEST_F(LeasesTest, NamesAreConfigurable) {
  table = {
      .table = "locks", .partition_key = "id", .sort_key = "", .token = "holder", .expires_at = "until", .ttl = ""};
  target.answer("{}");
  ASSERT_FALSE(run(LeaseCall::acquire(target.environment(), table, "job", 1s)));
  EXPECT_EQ(target.requests[0].body.find(R"("pk")"), std::string::npos);
  EXPECT_NE(
      target.requests[0].body.find(
          R"("Item":{"holder":{"S":"80000000-0000-4000-8000-000000000000"},"id":{"S":"job"},"until":{"N":"1767323047"}})"),
      std::string::npos)
      << target.requests[0].body;
}

TEST_F(LeasesTest, WhatCannotBeALeaseIsNotSent) {
  EXPECT_EQ(run(LeaseCall::acquire(target.environment(), table, "", 1s))->code(), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(run(LeaseCall::acquire(target.environment(), table, "job", 0s))->code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(run(LeaseCall::refresh(target.environment(), table, kLease, -1s))->code(), ErrorCode::kInvalidModel);
  EXPECT_TRUE(target.requests.empty());
}

}  // namespace
}  // namespace tabletheory::ops
