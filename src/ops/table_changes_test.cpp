#include "ops/table_changes.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

using Models = std::vector<std::shared_ptr<const model::Model>>;

// The orders table as the service would describe it. `indexes`: the GlobalSecondaryIndexes.
std::string described(const std::string& indexes, const std::string& more = "", const std::string& status = "ACTIVE") {
  return R"({"Table":{"TableName":"orders","TableArn":"arn:orders","TableStatus":")" + status +
         R"(","AttributeDefinitions":[)"
         R"({"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"SK","AttributeType":"S"},)"
         R"({"AttributeName":"status","AttributeType":"S"},{"AttributeName":"createdAt","AttributeType":"S"},)"
         R"({"AttributeName":"customer","AttributeType":"S"},{"AttributeName":"total","AttributeType":"N"}],)"
         R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],)"
         R"("LocalSecondaryIndexes":[{"IndexName":"by-total","KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},)"
         R"({"AttributeName":"total","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],)"
         R"("GlobalSecondaryIndexes":[)" +
         indexes + "]" + more + "}}";
}

constexpr const char* kByStatus =
    R"({"IndexName":"by-status","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"status","KeyType":"HASH"},)"
    R"({"AttributeName":"createdAt","KeyType":"RANGE"}],)"
    R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["total"]}})";
constexpr const char* kByCustomer =
    R"({"IndexName":"by-customer","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"}],)"
    R"("Projection":{"ProjectionType":"ALL"}})";
constexpr const char* kNarrow =
    R"({"IndexName":"by-customer","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"}],)"
    R"("Projection":{"ProjectionType":"KEYS_ONLY"}})";
constexpr const char* kTtlOn =
    R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expiresAt"}})";
constexpr const char* kTtlOff = R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})";

std::string all_indexes() {
  return std::string(kByStatus) + "," + kByCustomer;
}

class TableVerifyTest : public testing::Test {
 protected:
  std::vector<std::string> verify(const std::string& table, const std::string& ttl) {
    target.answer(table);
    target.answer(ttl);
    auto operation = TableVerify::start(target.environment(), Models{orders()});
    const auto error = target.run(**operation);
    EXPECT_FALSE(error) << error->to_string();
    std::vector<std::string> lines;
    for (const TableDifference& difference : (*operation)->found()) {
      lines.push_back(difference.path + ": " + difference.model + " / " + difference.live);
    }
    return lines;
  }
  ScriptedTarget target;
};

TEST_F(TableVerifyTest, ATableThatIsAsDeclaredHasNoDifferences) {
  EXPECT_EQ(verify(described(all_indexes()), kTtlOn), std::vector<std::string>{});
}

TEST_F(TableVerifyTest, EveryDifferenceIsListed) {
  const std::string other =
      R"({"Table":{"TableName":"orders","TableStatus":"ACTIVE","AttributeDefinitions":[)"
      R"({"AttributeName":"PK","AttributeType":"N"},{"AttributeName":"customer","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"}],"GlobalSecondaryIndexes":[)" +
      std::string(kNarrow) + R"(,{"IndexName":"old","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"}],)" +
      R"("Projection":{"ProjectionType":"ALL"}}]}})";
  EXPECT_EQ(verify(other, kTtlOff),
            (std::vector<std::string>{
                "keys.partition: PK (S) / PK (N)", "keys.sort: SK (S) / (none)",
                "indexes.by-status: GSI on status (S) sorted by createdAt (S), INCLUDE [total] / (none)",
                "indexes.by-customer.projection: ALL / KEYS_ONLY",
                "indexes.by-total: LSI on PK (S) sorted by total (N), ALL / (none)",
                "indexes.old: (none) / GSI on customer (S), ALL", "ttl: expiresAt / (none)"}));
}

TEST_F(TableVerifyTest, AnAbsentTableIsAnError) {
  target.refuse(400, "ResourceNotFoundException");
  target.refuse(400, "ResourceNotFoundException");
  auto operation = TableVerify::start(target.environment(), Models{orders()});
  const auto error = target.run(**operation);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTableNotFound);
  EXPECT_EQ(error->table(), "orders");
}

class TableUpdateTest : public testing::Test {
 protected:
  std::optional<Error> update(TableChanges changes) {
    auto created = TableUpdate::start(target.environment(), Models{orders()}, std::move(changes));
    if (!created) return created.error();
    operation = std::move(*created);
    return target.run(*operation);
  }
  std::string sent() const {
    std::string names;
    for (const Request& request : target.requests) names += std::string(request.operation) + " ";
    return names;
  }
  ScriptedTarget target;
  std::unique_ptr<TableUpdate> operation;
};

TEST_F(TableUpdateTest, NothingIsSentWhenNothingIsToBeDone) {
  target.answer(described(all_indexes()));
  target.answer(kTtlOn);
  EXPECT_FALSE(update({}));
  EXPECT_EQ(sent(), "DescribeTable DescribeTimeToLive ");
  EXPECT_TRUE(operation->steps().empty());
}

TEST_F(TableUpdateTest, IndexesAreChangedOneAtATimeAndWaitedFor) {
  target.answer(described(std::string(kNarrow) + R"(,{"IndexName":"old","KeySchema":[],"Projection":{}})"));
  target.answer(kTtlOn);
  target.answer("{}");  // delete by-customer
  target.answer(described("", "", "UPDATING"));
  target.answer(described(""));
  target.answer("{}");  // delete old
  target.answer(described(""));
  target.answer("{}");  // create by-status
  target.answer(described(R"({"IndexName":"by-status","IndexStatus":"CREATING"})"));
  target.answer(described(kByStatus));
  target.answer("{}");  // create by-customer
  target.answer(described(all_indexes()));
  const auto error = update({.drop_indexes = true});
  ASSERT_FALSE(error) << error->to_string();
  EXPECT_TRUE(target.finished());
  EXPECT_EQ(operation->steps(), (std::vector<std::string>{"delete index by-customer", "delete index old",
                                                          "create index by-status", "create index by-customer"}));
  EXPECT_EQ(target.requests[2].body,
            R"({"TableName":"orders","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-customer"}}]})");
  EXPECT_EQ(target.requests[7].body,
            R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"status","AttributeType":"S"},)"
            R"({"AttributeName":"createdAt","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{)"
            R"("IndexName":"by-status","KeySchema":[{"AttributeName":"status","KeyType":"HASH"},)"
            R"({"AttributeName":"createdAt","KeyType":"RANGE"}],"Projection":{"ProjectionType":"INCLUDE",)"
            R"("NonKeyAttributes":["total"]}}}]})");
  EXPECT_EQ(target.sleeps, (std::vector{250, 250}));
}

TEST_F(TableUpdateTest, AnIndexIsMadeAnewOnlyWhenAllowed) {
  target.answer(described(std::string(kByStatus) + "," + kNarrow));
  const auto error = update({});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kInvalidModel);
  EXPECT_NE(error->message().find("drop_indexes"), std::string::npos) << error->message();
  EXPECT_EQ(sent(), "DescribeTable ");
}

TEST_F(TableUpdateTest, KeysAndLocalIndexesCannotBeChanged) {
  target.answer(R"({"Table":{"TableName":"orders","TableStatus":"ACTIVE","AttributeDefinitions":[],)"
                R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})");
  const auto error = update({.drop_indexes = true});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kInvalidModel);
  EXPECT_NE(error->message().find("local index by-total is missing"), std::string::npos) << error->message();
  EXPECT_NE(error->message().find("other keys"), std::string::npos) << error->message();
  EXPECT_EQ(sent(), "DescribeTable ");
}

TEST_F(TableUpdateTest, SettingsAreSentOnlyWhereTheyDiffer) {
  target.answer(described(all_indexes(),
                          R"(,"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},)"
                          R"("DeletionProtectionEnabled":true,)"
                          R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})"));
  target.answer(kTtlOn);
  for (int i = 0; i < 4; ++i) {  // protection, stream off, stream on, throughput: each changed and waited for
    target.answer("{}");
    target.answer(described(all_indexes()));
  }
  for (int i = 0; i < 3; ++i) target.answer("{}");
  const auto error = update({.provisioned = Throughput{3, 4},
                             .deletion_protection = false,
                             .stream = StreamView::kNewImage,
                             .point_in_time_recovery = true,
                             .tags = {{"team", "a"}},
                             .remove_tags = {"old"}});
  ASSERT_FALSE(error) << error->to_string();
  EXPECT_TRUE(target.finished());
  EXPECT_EQ(target.requests[2].body, R"({"TableName":"orders","DeletionProtectionEnabled":false})");
  EXPECT_EQ(target.requests[4].body, R"({"TableName":"orders","StreamSpecification":{"StreamEnabled":false}})");
  EXPECT_EQ(target.requests[6].body,
            R"({"TableName":"orders","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
  EXPECT_EQ(target.requests[8].body,
            R"({"TableName":"orders","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":3,)"
            R"("WriteCapacityUnits":4},"GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-status",)"
            R"("ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}}},{"Update":{"IndexName":)"
            R"("by-customer","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}}}]})");
  EXPECT_EQ(target.requests[10].body, R"({"ResourceArn":"arn:orders","Tags":[{"Key":"team","Value":"a"}]})");
  EXPECT_EQ(target.requests[11].body, R"({"ResourceArn":"arn:orders","TagKeys":["old"]})");
  EXPECT_EQ(target.requests[12].operation, "UpdateContinuousBackups");
}

TEST_F(TableUpdateTest, AnotherTtlAttributeIsLetGoOfFirst) {
  target.answer(described(all_indexes()));
  target.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"old"}})");
  target.answer("{}");
  target.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLING","AttributeName":"old"}})");
  target.answer(kTtlOff);
  target.answer("{}");
  const auto error = update({});
  ASSERT_FALSE(error) << error->to_string();
  EXPECT_EQ(
      sent(),
      "DescribeTable DescribeTimeToLive UpdateTimeToLive DescribeTimeToLive DescribeTimeToLive UpdateTimeToLive ");
  EXPECT_EQ(operation->steps().size(), 2U);
}

TEST_F(TableUpdateTest, ADryRunOnlyTells) {
  target.answer(described(kByStatus));
  target.answer(kTtlOff);
  EXPECT_FALSE(update({.dry_run = true}));
  EXPECT_EQ(sent(), "DescribeTable DescribeTimeToLive ");
  EXPECT_EQ(operation->steps(),
            (std::vector<std::string>{"create index by-customer", "expire items by \"expiresAt\""}));
}

TEST_F(TableUpdateTest, WhatTheTargetLacksIsRefusedBeforehand) {
  target.environment().target = Capabilities::embedded();
  for (TableChanges changes :
       {TableChanges{.stream = StreamView::kNewImage}, TableChanges{.point_in_time_recovery = true}}) {
    const auto error = update(changes);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::kInvalidOperator);
    EXPECT_NE(error->message().find("the embedded engine has no"), std::string::npos) << error->message();
  }
  target.environment().target = Capabilities::alternator();
  const auto projection = update({});
  ASSERT_TRUE(projection);
  EXPECT_NE(projection->message().find("projections other than ALL"), std::string::npos) << projection->message();
  const auto created = TableOperation::create(target.environment(), Models{orders()});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(target.requests.empty());
}

TEST(TableRequestTest, SettingsOfANewTable) {
  const auto request = create_table_request(
      Models{notes()}, {.stream = StreamView::kNewAndOldImages, .encryption_at_rest = EncryptionAtRest{"arn:key"}});
  ASSERT_TRUE(request);
  EXPECT_TRUE(
      request->ends_with(R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},)"
                         R"("SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"arn:key"}})"))
      << *request;
}

TEST(TableOperationTest, PointInTimeRecoveryComesAfterTheTableIsActive) {
  ScriptedTarget target;
  target.answer(R"({"TableDescription":{"TableName":"notes","TableStatus":"ACTIVE"}})");
  target.answer("{}");
  auto operation = TableOperation::create(target.environment(), Models{notes()}, {.point_in_time_recovery = true});
  ASSERT_TRUE(operation);
  EXPECT_FALSE(target.run(**operation));
  EXPECT_EQ(target.requests.back().operation, "UpdateContinuousBackups");
  EXPECT_EQ(target.requests.back().body,
            R"({"TableName":"notes","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}})");
}

}  // namespace
}  // namespace tabletheory::ops
