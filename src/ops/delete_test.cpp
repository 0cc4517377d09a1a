// delete, and documents: exact requests.
#include "ops/documents.h"
#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

class DeleteTest : public testing::Test {
 protected:
  std::string remove(Item key, const WriteOptions& options = {}) {
    return take(ItemWrite::remove(target.environment(), orders(), Bound(orders(), std::move(key)), options));
  }
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

TEST_F(DeleteTest, IsUnconditionalWhateverVersionTheItemHolds) {
  EXPECT_EQ(remove({{"PK", "U#1"}, {"SK", "O#1"}, {"version", 4}}),
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}}})");
  EXPECT_EQ(write->service_operation(), "DeleteItem");
}

TEST_F(DeleteTest, AnExplicitVersionLocks) {
  EXPECT_EQ(remove(order_key(), {.if_version = 4}),
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}},)"
            R"("ConditionExpression":"attribute_exists(#n1) AND #n2 = :v1",)"
            R"("ExpressionAttributeNames":{"#n1":"PK","#n2":"version"},)"
            R"("ExpressionAttributeValues":{":v1":{"N":"4"}}})");
}

TEST_F(DeleteTest, TheKeyMustBeWhole) {
  remove({{"PK", "U#1"}});
  EXPECT_EQ(error, ErrorCode::kMissingPrimaryKey);
  remove({{"PK", ""}, {"SK", "x"}});
  EXPECT_EQ(error, ErrorCode::kMissingPrimaryKey);
  remove({{"PK", 1}, {"SK", "x"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
}

class DocumentTest : public DeleteTest {
 protected:
  DocumentTable table{"things", {"id"}};
};

TEST_F(DocumentTest, PutSendsTheItemAsItIs) {
  EXPECT_EQ(take(ItemWrite::put(target.environment(), table, Item{{"id", 1}, {"gone", nullptr}, {"empty", ""}})),
            R"({"TableName":"things","Item":{"empty":{"S":""},"gone":{"NULL":true},"id":{"N":"1"}}})");
}

TEST_F(DocumentTest, CreateNeedsToKnowTheKey) {
  EXPECT_EQ(take(ItemWrite::create(target.environment(), table, Item{{"id", 1}})),
            R"~({"TableName":"things","Item":{"id":{"N":"1"}},"ConditionExpression":"attribute_not_exists(#n1)",)~"
            R"("ExpressionAttributeNames":{"#n1":"id"}})");
  take(ItemWrite::create(target.environment(), DocumentTable{"things"}, Item{{"id", 1}}));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  take(ItemWrite::create(target.environment(), table, Item{{"other", 1}}));
  EXPECT_EQ(error, ErrorCode::kMissingPrimaryKey);
}

TEST_F(DocumentTest, TheBuilderRequiresTheItem) {
  EXPECT_EQ(take(ItemWrite::build(target.environment(), table, Item{{"id", 1}}, UpdateBuilder().set("a.b", "x"))),
            R"({"TableName":"things","Key":{"id":{"N":"1"}},"UpdateExpression":"SET #n1.#n2 = :v1",)"
            R"~("ConditionExpression":"attribute_exists(#n3)",)~"
            R"("ExpressionAttributeNames":{"#n1":"a","#n2":"b","#n3":"id"},)"
            R"("ExpressionAttributeValues":{":v1":{"S":"x"}}})");
}

TEST_F(DocumentTest, HasNoVersion) {
  take(ItemWrite::remove(target.environment(), table, Item{{"id", 1}}, {.if_version = 1}));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(DocumentTest, AKeyIsOfAKeysType) {
  take(ItemWrite::remove(target.environment(), table, Item{{"id", true}}));
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  take(ItemWrite::remove(target.environment(), table, Item{}));
  EXPECT_EQ(error, ErrorCode::kMissingPrimaryKey);
}

}  // namespace
}  // namespace tabletheory::ops
