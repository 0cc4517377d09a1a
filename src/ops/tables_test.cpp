#include "ops/tables.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

using Models = std::vector<std::shared_ptr<const model::Model>>;

std::string described(const std::string& status, const std::string& member = "Table") {
  return R"({")" + member + R"(":{"TableName":"orders","TableStatus":")" + status + R"("}})";
}

class TablesTest : public testing::Test {
 protected:
  std::optional<Error> run(TableOperation::Created created) {
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
  std::unique_ptr<TableOperation> operation;
  const Models models{orders()};
};

TEST(TableRequestTest, DescribesKeysAndIndexes) {
  const auto request = create_table_request(Models{orders()});
  ASSERT_TRUE(request);
  EXPECT_EQ(
      *request,
      R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},)"
      R"({"AttributeName":"SK","AttributeType":"S"},{"AttributeName":"status","AttributeType":"S"},)"
      R"({"AttributeName":"createdAt","AttributeType":"S"},{"AttributeName":"customer","AttributeType":"S"},)"
      R"({"AttributeName":"total","AttributeType":"N"}],)"
      R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],)"
      R"("BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"by-status",)"
      R"("KeySchema":[{"AttributeName":"status","KeyType":"HASH"},{"AttributeName":"createdAt","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["total"]}},{"IndexName":"by-customer",)"
      R"("KeySchema":[{"AttributeName":"customer","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
      R"("LocalSecondaryIndexes":[{"IndexName":"by-total","KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},)"
      R"({"AttributeName":"total","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]})");
}

TEST(TableRequestTest, OptionsAreSent) {
  const auto request = create_table_request(
      Models{notes()}, {.provisioned = Throughput{3, 4}, .tags = {{"team", "a"}}, .deletion_protection = true});
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->ends_with(
      R"("BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4},)"
      R"("Tags":[{"Key":"team","Value":"a"}],"DeletionProtectionEnabled":true})"))
      << *request;
}

std::string shared(const std::string& name, const std::string& table, const std::string& key_type,
                   const std::string& index) {
  return "  - name: " + name + "\n    table: {name: " + table +
         "}\n    keys: {partition: {attribute: id, type: " + key_type +
         "}}\n    attributes: [{attribute: id, type: " + key_type +
         "}, {attribute: a, type: S}, {attribute: ttlA, type: N, roles: [ttl]}]\n" + index;
}

Models two(const std::string& first, const std::string& second) {
  return {compile("dms_version: \"0.2\"\nmodels:\n" + first), compile("dms_version: \"0.2\"\nmodels:\n" + second)};
}

TEST(TableRequestTest, ModelsOfOneTableAreMerged) {
  const std::string index = "    indexes: [{name: by-a, type: GSI, partition: {attribute: a, type: S}}]\n";
  const auto request = create_table_request(two(shared("A", "shared", "S", ""), shared("B", "shared", "S", index)));
  ASSERT_TRUE(request);
  EXPECT_NE(request->find(R"("IndexName":"by-a")"), std::string::npos);
  const auto twice = create_table_request(two(shared("A", "shared", "S", index), shared("B", "shared", "S", index)));
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->find("by-a"), twice->rfind("by-a")) << "an index they share is made once";
}

TEST(TableRequestTest, ModelsThatDoNotFitTogetherAreRefused) {
  const std::string by_a = "    indexes: [{name: by-a, type: GSI, partition: {attribute: a, type: S}}]\n";
  const std::string keys_only =
      "    indexes: [{name: by-a, type: GSI, partition: {attribute: a, type: S}, projection: {type: KEYS_ONLY}}]\n";
  const auto code = [](const Models& models) { return create_table_request(models).error().code(); };
  EXPECT_EQ(code(two(shared("A", "one", "S", ""), shared("B", "other", "S", ""))), ErrorCode::kInvalidModel);
  EXPECT_EQ(code(two(shared("A", "one", "S", ""), shared("B", "one", "N", ""))), ErrorCode::kInvalidModel);
  EXPECT_EQ(code(two(shared("A", "one", "S", by_a), shared("B", "one", "S", keys_only))), ErrorCode::kInvalidModel);
  EXPECT_EQ(code({}), ErrorCode::kInvalidModel);
}

TEST_F(TablesTest, CreateWaitsUntilActiveAndEnablesTtl) {
  target.answer(described("CREATING", "TableDescription"));
  target.refuse(400, "ResourceNotFoundException");  // not seen yet
  target.answer(described("CREATING"));
  target.answer(described("ACTIVE"));
  target.answer("{}");
  EXPECT_FALSE(run(TableOperation::create(target.environment(), models)));
  EXPECT_EQ(sent(), "CreateTable DescribeTable DescribeTable DescribeTable UpdateTimeToLive ");
  EXPECT_EQ(target.sleeps, (std::vector{250, 500, 1000}));
  EXPECT_EQ(target.requests.back().body,
            R"({"TableName":"orders","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"expiresAt"}})");
  ASSERT_NE(operation->description(), nullptr);
}

TEST_F(TablesTest, ATableActiveAtOnceIsNotPolled) {
  const Models plain{notes()};
  target.answer(R"({"TableDescription":{"TableStatus":"ACTIVE"}})");
  EXPECT_FALSE(run(TableOperation::create(target.environment(), plain)));
  EXPECT_EQ(sent(), "CreateTable ");
}

TEST_F(TablesTest, AnExistingTableIsInUseForCreate) {
  target.refuse(400, "ResourceInUseException");
  const auto error = run(TableOperation::create(target.environment(), models));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTableInUse);
  EXPECT_EQ(error->table(), "orders");
}

TEST_F(TablesTest, ACreateThatFindsItsOwnTableAfterALostAnswerGoesOn) {
  target.refuse(500, "InternalServerError");
  target.refuse(400, "ResourceInUseException");
  target.answer(described("ACTIVE"));
  target.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  target.answer("{}");
  EXPECT_FALSE(run(TableOperation::create(target.environment(), models)));
}

TEST_F(TablesTest, EnsureMakesAnAbsentTable) {
  target.refuse(400, "ResourceNotFoundException");
  target.answer(described("ACTIVE", "TableDescription"));
  target.answer("{}");
  EXPECT_FALSE(run(TableOperation::ensure(target.environment(), models)));
  EXPECT_EQ(sent(), "DescribeTable CreateTable UpdateTimeToLive ");
}

TEST_F(TablesTest, EnsureLeavesAnExistingTableAndLooksAtItsTtl) {
  target.answer(described("ACTIVE"));
  target.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expiresAt"}})");
  EXPECT_FALSE(run(TableOperation::ensure(target.environment(), models)));
  EXPECT_EQ(sent(), "DescribeTable DescribeTimeToLive ");
}

TEST_F(TablesTest, EnsureRefusesAnotherTtlAttribute) {
  target.answer(described("ACTIVE"));
  target.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"other"}})");
  EXPECT_EQ(run(TableOperation::ensure(target.environment(), models))->code(), ErrorCode::kInvalidModel);
}

TEST_F(TablesTest, WaitsForIndexesToo) {
  target.answer(R"({"Table":{"TableStatus":"ACTIVE","GlobalSecondaryIndexes":[{"IndexStatus":"CREATING"}]}})");
  target.answer(R"({"Table":{"TableStatus":"ACTIVE","GlobalSecondaryIndexes":[{"IndexStatus":"ACTIVE"}]}})");
  EXPECT_FALSE(run(TableOperation::wait_until_active(target.environment(), "orders")));
  EXPECT_EQ(target.sleeps, std::vector{250});
}

TEST_F(TablesTest, WaitsAtMostFiveMinutesInPausesOfAtMostFiveSeconds) {
  for (int i = 0; i < 100; ++i) target.answer(described("CREATING"));
  const auto error = run(TableOperation::wait_until_active(target.environment(), "orders"));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTimeout);
  int total = 0;
  for (const int pause : target.sleeps) {
    EXPECT_LE(pause, 5000);
    total += pause;
  }
  EXPECT_EQ(total, 300'000);
}

TEST_F(TablesTest, AnAbsentTableCannotBeWaitedForOrDescribed) {
  target.refuse(400, "ResourceNotFoundException");
  EXPECT_EQ(run(TableOperation::wait_until_active(target.environment(), "orders"))->code(), ErrorCode::kTableNotFound);
  target.refuse(400, "ResourceNotFoundException");
  EXPECT_EQ(run(TableOperation::describe(target.environment(), "orders"))->code(), ErrorCode::kTableNotFound);
}

TEST_F(TablesTest, DeleteWaitsUntilTheTableIsGone) {
  target.answer(described("DELETING", "TableDescription"));
  target.answer(described("DELETING"));
  target.refuse(400, "ResourceNotFoundException");
  EXPECT_FALSE(run(TableOperation::remove(target.environment(), "orders")));
  EXPECT_EQ(sent(), "DeleteTable DescribeTable DescribeTable ");
}

TEST_F(TablesTest, DeletingAnAbsentTableIsAnError) {
  target.refuse(400, "ResourceNotFoundException");
  EXPECT_EQ(run(TableOperation::remove(target.environment(), "orders"))->code(), ErrorCode::kTableNotFound);
}

}  // namespace
}  // namespace tabletheory::ops
