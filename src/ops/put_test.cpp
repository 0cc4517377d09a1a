// create and put: exact requests, lifecycle, emptiness of whole items.
#include "ops/scripted_target.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

class PutTest : public testing::Test {
 protected:
  std::string create(Item item, const WriteOptions& options = {}) {
    return take(ItemWrite::create(target.environment(), orders(), Bound(orders(), std::move(item)), options));
  }
  std::string put(Item item, const WriteOptions& options = {}) {
    return take(ItemWrite::put(target.environment(), orders(), Bound(orders(), std::move(item)), options));
  }
  // The request, or the error's code and message.
  std::string take(ItemWrite::Created created) {
    if (!created) {
      error = created.error().code();
      return created.error().message();
    }
    error = ErrorCode{};
    write = std::move(*created);
    return write->request();
  }
  ScriptedTarget target;
  std::unique_ptr<ItemWrite> write;
  ErrorCode error{};
};

TEST_F(PutTest, CreateIsConditionalOnAbsenceAndSetsTheLifecycle) {
  EXPECT_EQ(
      create({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}, {"total", 12}}),
      R"({"TableName":"orders","Item":{"PK":{"S":"U#1"},"SK":{"S":"O#1"},"status":{"S":"open"},"total":{"N":"12"},)"
      R"("createdAt":{"S":"2026-01-02T03:04:05.678000000Z"},"updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"},)"
      R"~("version":{"N":"0"}},"ConditionExpression":"attribute_not_exists(#n1)",)~"
      R"("ExpressionAttributeNames":{"#n1":"PK"}})");
  EXPECT_EQ(write->service_operation(), "PutItem");
  EXPECT_EQ(write->lifecycle().created_at->to_string(), kNow);
  EXPECT_EQ(write->lifecycle().updated_at, write->lifecycle().created_at);
  EXPECT_EQ(write->lifecycle().version, Number(0));
}

TEST_F(PutTest, CreateOverwritesAGivenCreatedAtAndKeepsAGivenVersion) {
  const std::string request =
      create({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}, {"createdAt", "2020-01-01T00:00:00Z"}, {"version", 7}});
  EXPECT_NE(request.find(R"("createdAt":{"S":"2026-01-02T03:04:05.678000000Z"})"), std::string::npos);
  EXPECT_NE(request.find(R"("version":{"N":"7"})"), std::string::npos);
}

TEST_F(PutTest, PutHasNoConditionAndKeepsAGivenCreatedAt) {
  const std::string request =
      put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}, {"createdAt", "2020-01-01T00:00:00+01:00"}});
  EXPECT_NE(request.find(R"("createdAt":{"S":"2019-12-31T23:00:00.000000000Z"})"), std::string::npos);
  EXPECT_NE(request.find(R"("updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"})"), std::string::npos);
  EXPECT_EQ(request.find("ConditionExpression"), std::string::npos);
  EXPECT_EQ(write->lifecycle().created_at->unix_seconds(), 1'577'833'200);
}

TEST_F(PutTest, PutWithAVersionIsConditionalAndWritesTheNextOne) {
  const std::string request = put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}}, {.if_version = 4});
  EXPECT_NE(request.find(R"("version":{"N":"5"}})"), std::string::npos);
  EXPECT_NE(request.find(R"("ConditionExpression":"attribute_exists(#n1) AND #n2 = :v1",)"
                         R"("ExpressionAttributeNames":{"#n1":"PK","#n2":"version"},)"
                         R"("ExpressionAttributeValues":{":v1":{"N":"4"}}})"),
            std::string::npos);
  EXPECT_EQ(write->lifecycle().version, Number(5));
}

TEST_F(PutTest, CallersConditionsJoinByAnd) {
  WriteOptions options;
  options.condition.comparisons = {{"status", "=", {Value("draft")}}, {"total", "between", {1, 9}}};
  options.condition.raw = RawExpression{"size(#n1) > :v1", {{"#n1", "tags"}}, {{":v1", 2}}};
  const std::string request = put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}}, options);
  EXPECT_NE(request.find(R"("ConditionExpression":"#n1 = :v1 AND #n2 BETWEEN :v2 AND :v3 AND size(#n3) \u003e :v4",)"
                         R"("ExpressionAttributeNames":{"#n1":"status","#n2":"total","#n3":"tags"},)"
                         R"("ExpressionAttributeValues":{":v1":{"S":"draft"},":v2":{"N":"1"},":v3":{"N":"9"},)"
                         R"(":v4":{"N":"2"}}})"),
            std::string::npos)
      << request;
}

TEST_F(PutTest, TheOldItemCanBeAskedForAndNothingElse) {
  const Item item{{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}};
  EXPECT_TRUE(put(item, {.return_values = ReturnValues::kAllOld}).ends_with(R"(,"ReturnValues":"ALL_OLD"})"));
  put(item, {.return_values = ReturnValues::kAllNew});
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PutTest, TheItemOfAFailedConditionCanBeAskedFor) {
  EXPECT_TRUE(create({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}}, {.return_item_on_failure = true})
                  .ends_with(R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"));
}

TEST_F(PutTest, OmitEmptyDropsEmptyValuesAndOthersAreStored) {
  const std::string request = put({{"PK", "U#1"},
                                   {"SK", "O#1"},
                                   {"status", "open"},
                                   {"note", ""},
                                   {"expiresAt", 0},
                                   {"total", 0},
                                   {"tags", StringSet{}},
                                   {"events", List{}}});
  EXPECT_EQ(request.find("note"), std::string::npos);
  EXPECT_EQ(request.find("expiresAt"), std::string::npos);
  EXPECT_NE(request.find(R"("total":{"N":"0"},"tags":{"NULL":true},"events":{"L":[]})"), std::string::npos) << request;
}

TEST_F(PutTest, NoValueIsLeftOut) {
  const std::string request = put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}, {"total", nullptr}});
  EXPECT_EQ(request.find("total"), std::string::npos);
}

TEST_F(PutTest, AnEmptyIndexKeyIsRefusedUnlessOmitEmptyDropsIt) {
  EXPECT_EQ(put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}, {"customer", ""}}).find("customer"),
            std::string::npos);
  const std::string message = put({{"PK", "U#1"}, {"SK", "O#1"}, {"status", ""}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  EXPECT_NE(message.find("\"status\": it keys an index"), std::string::npos);
}

TEST_F(PutTest, AZeroNumberOrInstantMayKeyAnIndex) {
  const auto model = compile(R"(
dms_version: "0.2"
models:
  - name: Event
    table: {name: events}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: rank, type: N}
      - {attribute: at, type: S, format: rfc3339nano}
    indexes:
      - {name: by-rank, type: GSI, partition: {attribute: rank, type: N}, sort: {attribute: at, type: S}}
)");
  const Bound item(model, {{"id", "1"}, {"rank", 0}, {"at", "1970-01-01T00:00:00Z"}});
  const std::string request = take(ItemWrite::put(target.environment(), model, item));
  EXPECT_NE(request.find(R"("rank":{"N":"0"},"at":{"S":"1970-01-01T00:00:00.000000000Z"})"), std::string::npos);
}

TEST_F(PutTest, ARequiredAttributeMustHaveAValue) {
  const std::string message = create({{"PK", "U#1"}, {"SK", "O#1"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  EXPECT_NE(message.find("\"status\": it is required"), std::string::npos);
}

TEST_F(PutTest, AKeyMayBeTheNumberZero) {
  const auto created = ItemWrite::put(target.environment(), notes(), Bound(notes(), {{"id", 0}}));
  ASSERT_TRUE(created);
  EXPECT_EQ((*created)->request(), R"({"TableName":"notes","Item":{"id":{"N":"0"}}})");
}

TEST_F(PutTest, KeysAndItemsHaveLimits) {
  create({{"PK", std::string(2049, 'x')}, {"SK", "O#1"}, {"status", "open"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  create({{"PK", "U#1"}, {"SK", std::string(1025, 'x')}, {"status", "open"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  create({{"PK", std::string(2048, '"')}, {"SK", std::string(1024, 'x')}, {"status", "open"}});
  EXPECT_EQ(error, ErrorCode{}) << "escapes do not count";
  const std::string message = create({{"PK", "U#1"}, {"SK", "O#1"}, {"status", std::string(409'600, 'x')}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  EXPECT_NE(message.find("409600"), std::string::npos);
}

TEST_F(PutTest, ErrorsSayWhere) {
  const auto created = ItemWrite::create(target.environment(), orders(), Bound(orders(), {{"PK", "U#1"}}));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code(), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(created.error().operation(), "create");
  EXPECT_EQ(created.error().model(), "Order");
  EXPECT_EQ(created.error().table(), "orders");
}

TEST_F(PutTest, IfVersionDoesNotGoWithCreateOrWithModelsWithoutVersion) {
  create({{"PK", "U#1"}, {"SK", "O#1"}, {"status", "open"}}, {.if_version = 1});
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  const auto created = ItemWrite::put(target.environment(), notes(), Bound(notes(), {{"id", 1}}), {.if_version = 1});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code(), ErrorCode::kInvalidModel);
}

}  // namespace
}  // namespace tabletheory::ops
