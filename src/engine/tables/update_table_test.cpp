#include <gmock/gmock.h>

#include "engine/engine_test_support.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

// Works on the table "tab": partition key pk (S), on demand.
class UpdateTableTest : public EngineTest {
 protected:
  UpdateTableTest() { make_table("tab"); }

  static std::string tab(std::string_view members) { return R"({"TableName":"tab",)" + std::string(members) + "}"; }
  static std::string create_index(std::string_view name, std::string_view attribute) {
    return R"({"Create":{"IndexName":")" + std::string(name) + R"(","KeySchema":[{"AttributeName":")" +
           std::string(attribute) + R"(","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}})";
  }
  static std::string define(std::string_view attribute, std::string_view type = "S") {
    return R"("AttributeDefinitions":[{"AttributeName":")" + std::string(attribute) + R"(","AttributeType":")" +
           std::string(type) + R"("}])";
  }
  std::string query(std::string_view index, std::string_view attribute, std::string_view text) {
    return call("Query", tab(R"("IndexName":")" + std::string(index) + R"(","KeyConditionExpression":"#a = :a",)" +
                             R"("ExpressionAttributeNames":{"#a":")" + std::string(attribute) + R"("},)" +
                             R"("ExpressionAttributeValues":{":a":{"S":")" + std::string(text) + R"("}})"));
  }
};

TEST_F(UpdateTableTest, ANewIndexHoldsTheItemsThatWereThere) {
  call("PutItem", tab(R"("Item":{"pk":{"S":"1"},"a":{"S":"x"}})"));
  call("PutItem", tab(R"("Item":{"pk":{"S":"2"},"a":{"N":"5"}})"));
  call("PutItem", tab(R"("Item":{"pk":{"S":"3"}})"));
  const std::string body =
      call("UpdateTable", tab(define("a") + R"(,"GlobalSecondaryIndexUpdates":[)" + create_index("by_a", "a") + "]"));
  EXPECT_THAT(body, HasSubstr(R"("IndexName":"by_a")"));
  EXPECT_THAT(body, HasSubstr(R"("AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},)"));
  EXPECT_EQ(query("by_a", "a", "x"), R"({"Items":[{"a":{"S":"x"},"pk":{"S":"1"}}],"Count":1,"ScannedCount":1})");
  EXPECT_THAT(call("DescribeTable", R"({"TableName":"tab"})"), HasSubstr(R"("IndexSizeBytes":5,"ItemCount":1)"));
}

TEST_F(UpdateTableTest, AnIndexMadeAgainDoesNotMeetItsOldEntries) {
  const std::string create = tab(define("a") + R"(,"GlobalSecondaryIndexUpdates":[)" + create_index("by_a", "a") + "]");
  call("UpdateTable", create);
  call("PutItem", tab(R"("Item":{"pk":{"S":"1"},"a":{"S":"x"}})"));
  const std::string body =
      call("UpdateTable", tab(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_a"}}])"));
  EXPECT_THAT(body, Not(HasSubstr("GlobalSecondaryIndexes")));
  EXPECT_THAT(body, HasSubstr(R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}])"));
  call("DeleteItem", tab(R"("Key":{"pk":{"S":"1"}})"));
  call("UpdateTable", create);
  EXPECT_EQ(query("by_a", "a", "x"), R"({"Items":[],"Count":0,"ScannedCount":0})");
}

TEST_F(UpdateTableTest, OneIndexIsMadeOrDeletedAtATime) {
  EXPECT_EQ(refusal("UpdateTable", tab(define("a") + R"(,"GlobalSecondaryIndexUpdates":[)" + create_index("one", "a") +
                                       "," + create_index("two", "a") + "]")),
            "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table");
}

TEST_F(UpdateTableTest, AnIndexIsNamedOnceInARequest) {
  EXPECT_THAT(refusal("UpdateTable", tab(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"idx"}},)"
                                         R"({"Delete":{"IndexName":"idx"}}])")),
              HasSubstr("Only one global secondary index update per index is allowed simultaneously. Index: idx"));
}

TEST_F(UpdateTableTest, AnElementHoldsOneKindOfUpdate) {
  EXPECT_THAT(refusal("UpdateTable", tab(R"("GlobalSecondaryIndexUpdates":[{}])")), HasSubstr("exactly one of"));
}

TEST_F(UpdateTableTest, AnIndexThatExistsCannotBeMade) {
  const std::string create = tab(define("a") + R"(,"GlobalSecondaryIndexUpdates":[)" + create_index("by_a", "a") + "]");
  call("UpdateTable", create);
  EXPECT_EQ(refusal("UpdateTable", create), "ValidationException: Attempting to create an index which already exists");
}

TEST_F(UpdateTableTest, AnAbsentIndexCannotBeDeleted) {
  EXPECT_EQ(refusal("UpdateTable", tab(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"none"}}])")),
            "ResourceNotFoundException: Requested resource not found");
}

TEST_F(UpdateTableTest, AnIndexKeyMustBeDefinedAndKeepItsType) {
  EXPECT_THAT(refusal("UpdateTable", tab(R"("GlobalSecondaryIndexUpdates":[)" + create_index("by_a", "a") + "]")),
              HasSubstr("Keys: [a], AttributeDefinitions: [pk]"));
  EXPECT_THAT(refusal("UpdateTable", tab(define("pk", "N") + R"(,"GlobalSecondaryIndexUpdates":[)" +
                                         create_index("by_pk", "pk") + "]")),
              HasSubstr("The attribute pk is defined as S already"));
}

TEST_F(UpdateTableTest, ARefusedChangeChangesNothing) {
  const std::string before = call("DescribeTable", R"({"TableName":"tab"})");
  refusal("UpdateTable", tab(R"("DeletionProtectionEnabled":true,"GlobalSecondaryIndexUpdates":[{"Delete":)"
                             R"({"IndexName":"none"}}])"));
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"tab"})"), before);
}

TEST_F(UpdateTableTest, ARequestThatAsksForNothingIsRefused) {
  EXPECT_EQ(refusal("UpdateTable", R"({"TableName":"tab"})"),
            "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
}

TEST_F(UpdateTableTest, AnAbsentTableIsNotFound) {
  EXPECT_EQ(refusal("UpdateTable", R"({"TableName":"absent","DeletionProtectionEnabled":true})"),
            "ResourceNotFoundException: Requested resource not found: Table: absent not found");
}

TEST_F(UpdateTableTest, TheBillingModeChangesTogetherWithTheThroughput) {
  EXPECT_THAT(refusal("UpdateTable", tab(R"("BillingMode":"PROVISIONED")")),
              HasSubstr("must both be specified when BillingMode is PROVISIONED"));
  const std::string provisioned =
      call("UpdateTable", tab(R"("BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":2,)"
                              R"("WriteCapacityUnits":3})"));
  EXPECT_THAT(provisioned, HasSubstr(R"("ReadCapacityUnits":2,"WriteCapacityUnits":3)"));
  EXPECT_THAT(provisioned, Not(HasSubstr("PAY_PER_REQUEST")));
  EXPECT_EQ(
      refusal("UpdateTable", tab(R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3})")),
      "ValidationException: The provisioned throughput for the table will not change. The requested value equals "
      "the current value. Current ReadCapacityUnits provisioned for the table: 2. Requested ReadCapacityUnits: 2. "
      "Current WriteCapacityUnits provisioned for the table: 3. Requested WriteCapacityUnits: 3. Refer to the "
      "Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
  const std::string back = call("UpdateTable", tab(R"("BillingMode":"PAY_PER_REQUEST")"));
  EXPECT_THAT(back, HasSubstr(R"("BillingMode":"PAY_PER_REQUEST")"));
  EXPECT_THAT(back, HasSubstr(R"("ReadCapacityUnits":0,"WriteCapacityUnits":0)"));
}

TEST_F(UpdateTableTest, AProvisionedIndexNeedsThroughputAndMayChangeIt) {
  call("UpdateTable", tab(define("a") + R"(,"GlobalSecondaryIndexUpdates":[)" + create_index("by_a", "a") + "]"));
  const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3})";
  EXPECT_THAT(refusal("UpdateTable", tab(R"("BillingMode":"PROVISIONED",)" + units)),
              HasSubstr("ProvisionedThroughput must be specified for index: by_a"));
  const std::string update = R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_a",)" + units + R"(}}])";
  call("UpdateTable", tab(R"("BillingMode":"PROVISIONED",)" + units + "," + update));
  EXPECT_THAT(refusal("UpdateTable", tab(update)), HasSubstr("for the index by_a will not change"));
}

TEST_F(UpdateTableTest, SettingsAreReplaced) {
  EXPECT_THAT(call("UpdateTable", tab(R"("TableClass":"STANDARD_INFREQUENT_ACCESS","DeletionProtectionEnabled":true)")),
              HasSubstr(R"("TableClassSummary":{"TableClass":"STANDARD_INFREQUENT_ACCESS"},)"
                        R"("DeletionProtectionEnabled":true)"));
  EXPECT_THAT(call("UpdateTable", tab(R"("TableClass":"STANDARD")")), Not(HasSubstr("TableClassSummary")));
}

TEST_F(UpdateTableTest, WhatTheEngineDoesNotDoIsRefused) {
  EXPECT_EQ(refusal("UpdateTable", tab(R"("StreamSpecification":{"StreamEnabled":false})")),
            "ValidationException: Table already has a disabled stream: TableName: tab");
  for (const std::string member : {
           R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})",
           R"("SSESpecification":{"Enabled":true})",
           R"("ReplicaUpdates":[{"Create":{"RegionName":"eu-west-1"}}])",
           R"("MultiRegionConsistency":"STRONG")",
           R"("BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-c",)"
           R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"OnDemandThroughput":{}}}])",
       }) {
    EXPECT_THAT(refusal("UpdateTable", tab(member)), HasSubstr("is not supported by this engine")) << member;
  }
}

}  // namespace
}  // namespace tabletheory::engine
