#include "ops/transactions.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

const std::vector<std::string> kStatus{"status"};

class TransactWriteTest : public testing::Test {
 protected:
  static Bound order(int n, Item item = {}) {
    item.set("PK", "U#1");
    item.set("SK", "O#" + std::to_string(n));
    return Bound(orders(), std::move(item));
  }
  static WriteOptions if_open() {
    WriteOptions options;
    options.condition.comparisons = {{"status", "=", {"open"}}};
    return options;
  }
  void cancel(const std::string& reasons) {
    target.refuse(400, "TransactionCanceledException",
                  R"("message":"Transaction cancelled","CancellationReasons":[)" + reasons + "]");
  }
  Error run() {
    const auto ready = transaction.prepare();
    if (!ready) return ready.error();
    auto error = target.run(transaction);
    return error ? *error : Error(ErrorCode{}, "");
  }
  ScriptedTarget target;
  TransactWrite transaction{target.environment()};
};

TEST_F(TransactWriteTest, AnUpdateDoesNotLockOnTheVersionItsItemCarries) {
  ASSERT_TRUE(transaction.update(orders(), order(3, {{"status", "paid"}, {"version", 7}}), kStatus));
  target.answer("{}");
  EXPECT_EQ(run().code(), ErrorCode{});
  EXPECT_NE(target.requests.front().body.find(R"|("ConditionExpression":"attribute_exists(#n4)")|"), std::string::npos);
}

TEST_F(TransactWriteTest, SendsEveryActionByItsRule) {
  ASSERT_TRUE(transaction.create(notes(), Bound(notes(), {{"id", 1}})));
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 2}})));
  ASSERT_TRUE(transaction.update(orders(), order(3, {{"status", "paid"}}), kStatus));
  ASSERT_TRUE(transaction.remove(orders(), order(4), {.if_version = 2}));
  ASSERT_TRUE(transaction.condition(orders(), order(5), if_open()));
  ASSERT_TRUE(transaction.build(notes(), Bound(notes(), {{"id", 6}}), UpdateBuilder().set("text", "x")));
  ASSERT_TRUE(transaction.upsert(notes(), Bound(notes(), {{"id", 7}, {"text", "y"}})));
  transaction.client_token("token");
  target.answer("{}");
  EXPECT_EQ(run().code(), ErrorCode{});
  EXPECT_EQ(target.requests.front().operation, "TransactWriteItems");
  EXPECT_EQ(
      target.requests.front().body,
      R"~({"TransactItems":[{"Put":{"TableName":"notes","Item":{"id":{"N":"1"}},)~"
      R"~("ConditionExpression":"attribute_not_exists(#n1)","ExpressionAttributeNames":{"#n1":"id"}}},)~"
      R"~({"Put":{"TableName":"notes","Item":{"id":{"N":"2"}}}},)~"
      R"~({"Update":{"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#3"}},)~"
      R"~("UpdateExpression":"SET #n1 = :v1, #n2 = :v2, #n3 = if_not_exists(#n3, :v3) + :v4",)~"
      R"~("ConditionExpression":"attribute_exists(#n4)",)~"
      R"~("ExpressionAttributeNames":{"#n1":"status","#n2":"updatedAt","#n3":"version","#n4":"PK"},)~"
      R"~("ExpressionAttributeValues":{":v1":{"S":"paid"},":v2":{"S":"2026-01-02T03:04:05.678000000Z"},)~"
      R"~(":v3":{"N":"0"},":v4":{"N":"1"}}}},)~"
      R"~({"Delete":{"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#4"}},)~"
      R"~("ConditionExpression":"attribute_exists(#n1) AND #n2 = :v1",)~"
      R"~("ExpressionAttributeNames":{"#n1":"PK","#n2":"version"},"ExpressionAttributeValues":{":v1":{"N":"2"}}}},)~"
      R"~({"ConditionCheck":{"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#5"}},)~"
      R"~("ConditionExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"status"},)~"
      R"~("ExpressionAttributeValues":{":v1":{"S":"open"}}}},)~"
      R"~({"Update":{"TableName":"notes","Key":{"id":{"N":"6"}},"UpdateExpression":"SET #n1 = :v1",)~"
      R"~("ConditionExpression":"attribute_exists(#n2)","ExpressionAttributeNames":{"#n1":"text","#n2":"id"},)~"
      R"~("ExpressionAttributeValues":{":v1":{"S":"x"}}}},)~"
      R"~({"Update":{"TableName":"notes","Key":{"id":{"N":"7"}},"UpdateExpression":"SET #n1 = :v1",)~"
      R"~("ExpressionAttributeNames":{"#n1":"text"},"ExpressionAttributeValues":{":v1":{"S":"y"}}}}],)~"
      R"~("ClientRequestToken":"token"})~");
}

TEST_F(TransactWriteTest, AnUpdateLocksOnTheVersionItIsGiven) {
  ASSERT_TRUE(transaction.update(orders(), order(1, {{"status", "paid"}}), kStatus, {.if_version = 3}));
  ASSERT_TRUE(transaction.prepare());
  EXPECT_NE(transaction.request().find(R"~("ConditionExpression":"attribute_exists(#n4) AND #n3 = :v4")~"),
            std::string::npos);
  EXPECT_EQ(transaction.lifecycle(0).version, Number(4));
}

TEST_F(TransactWriteTest, AlwaysSendsATokenAndTheSameOneOnRetries) {
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_EQ(run().code(), ErrorCode{});
  ASSERT_EQ(target.requests.size(), 2U);
  EXPECT_EQ(target.requests[0].body, target.requests[1].body);
  // A UUID of version 4 from the environment's randomness.
  EXPECT_TRUE(target.requests[0].body.ends_with(R"("ClientRequestToken":"80000000-0000-4000-8000-000000000000"})"))
      << target.requests[0].body;
}

TEST_F(TransactWriteTest, ATokenHasALength) {
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  transaction.client_token(std::string(37, 'x'));
  EXPECT_EQ(run().code(), ErrorCode::kInvalidOperator);
}

TEST_F(TransactWriteTest, EmptyTooManyAndDoubleActionsAreRefused) {
  EXPECT_EQ(run().code(), ErrorCode::kInvalidOperator);
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  ASSERT_TRUE(transaction.remove(notes(), Bound(notes(), {{"id", 1}})));
  EXPECT_EQ(run().code(), ErrorCode::kInvalidOperator);

  TransactWrite large(target.environment());
  for (int i = 0; i < 101; ++i) ASSERT_TRUE(large.put(notes(), Bound(notes(), {{"id", i}})));
  EXPECT_EQ(large.prepare().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(target.requests.empty());
}

TEST_F(TransactWriteTest, TheFirstFaultyActionIsTheTransactionsError) {
  EXPECT_FALSE(transaction.put(orders(), Bound(orders(), {{"PK", "x"}})));
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  EXPECT_EQ(run().code(), ErrorCode::kMissingPrimaryKey);
}

TEST_F(TransactWriteTest, AConditionActionMustCheckSomething) {
  const auto added = transaction.condition(orders(), order(1), {});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(TransactWriteTest, ACancelledTransactionTellsAReasonPerAction) {
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  WriteOptions options = if_open();
  options.return_item_on_failure = true;
  ASSERT_TRUE(transaction.condition(orders(), order(2), options));
  cancel(R"({"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed",)"
         R"("Item":{"status":{"S":"paid"}}})");
  const Error error = run();
  EXPECT_EQ(error.code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(error.is(ErrorCode::kConditionFailed));
  EXPECT_FALSE(error.is(ErrorCode::kVersionConflict));
  ASSERT_EQ(error.reasons().size(), 2U);
  EXPECT_EQ(error.reasons()[0].code, "None");
  EXPECT_EQ(error.reasons()[0].kind, "put");
  EXPECT_EQ(error.reasons()[0].model, "Note");
  EXPECT_EQ(error.reasons()[1].index, 1U);
  EXPECT_EQ(error.reasons()[1].kind, "condition");
  EXPECT_EQ(error.reasons()[1].message, "The conditional request failed");
  ASSERT_TRUE(error.reasons()[1].item);
  EXPECT_EQ(*error.reasons()[1].item, (Item{{"status", "paid"}}));
}

TEST_F(TransactWriteTest, ALostVersionLockIsAConflict) {
  ASSERT_TRUE(transaction.update(orders(), order(1, {{"status", "paid"}}), kStatus, {.if_version = 3}));
  cancel(R"({"Code":"ConditionalCheckFailed"})");
  const Error error = run();
  EXPECT_EQ(error.code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(error.is(ErrorCode::kVersionConflict));
  EXPECT_TRUE(error.is(ErrorCode::kConditionFailed));
}

TEST_F(TransactWriteTest, WithAnotherConditionTheStoredVersionDecides) {
  const auto outcome = [&](const std::string& item) {
    TransactWrite one(target.environment());
    WriteOptions options = if_open();
    options.if_version = 3;
    EXPECT_TRUE(one.update(orders(), order(1, {{"status", "paid"}}), kStatus, options));
    EXPECT_TRUE(one.prepare());
    EXPECT_NE(one.request().find("ReturnValuesOnConditionCheckFailure"), std::string::npos);
    cancel(R"({"Code":"ConditionalCheckFailed")" + item + "}");
    return target.run(one)->is(ErrorCode::kVersionConflict);
  };
  EXPECT_TRUE(outcome(R"(,"Item":{"version":{"N":"5"}})"));
  EXPECT_TRUE(outcome(""));
  EXPECT_FALSE(outcome(R"(,"Item":{"version":{"N":"3"}})"));
}

TEST_F(TransactWriteTest, IsRetriedOnlyIfEveryReasonIsRetryable) {
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 2}})));
  cancel(R"({"Code":"None"},{"Code":"TransactionConflict"})");
  cancel(R"({"Code":"ThrottlingError"},{"Code":"TransactionConflict"})");
  cancel(R"({"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"})");
  target.environment().retry.max_attempts = 5;
  EXPECT_EQ(run().code(), ErrorCode::kTransactionCanceled);
  EXPECT_EQ(target.requests.size(), 3U);
  EXPECT_EQ(target.sleeps, (std::vector{25, 100})) << "throttling waits longer";
}

TEST_F(TransactWriteTest, ConflictsToTheEndAreRetryable) {
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  for (int i = 0; i < 3; ++i) cancel(R"({"Code":"TransactionConflict"})");
  const Error error = run();
  EXPECT_EQ(error.code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(error.retryable());
}

TEST_F(TransactWriteTest, ATargetWithoutTransactionsIsToldBeforehand) {
  target.environment().target = Capabilities::alternator();
  ASSERT_TRUE(transaction.put(notes(), Bound(notes(), {{"id", 1}})));
  const Error error = run();
  EXPECT_EQ(error.code(), ErrorCode::kInvalidOperator);
  EXPECT_NE(error.message().find("Alternator has no transactions"), std::string::npos) << error.message();
}

class TransactReadTest : public testing::Test {
 protected:
  void add(int id) { ASSERT_TRUE(read.add(notes(), Bound(notes(), {{"id", id}}))); }
  ScriptedTarget target;
  TransactRead read{target.environment()};
};

TEST_F(TransactReadTest, ReadsInOrderAndFoldsEqualKeys) {
  add(2);
  add(1);
  add(2);
  ASSERT_TRUE(read.add(DocumentTable{"things"}, Item{{"k", "x"}}));
  target.answer(R"({"Responses":[{"Item":{"id":{"N":"2"}}},{},{"Item":{"k":{"S":"x"}}}]})");
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_EQ(
      target.requests.front().body,
      R"({"TransactItems":[{"Get":{"TableName":"notes","Key":{"id":{"N":"2"}}}},)"
      R"({"Get":{"TableName":"notes","Key":{"id":{"N":"1"}}}},{"Get":{"TableName":"things","Key":{"k":{"S":"x"}}}}]})");
  EXPECT_NE(read.item(0), nullptr);
  EXPECT_EQ(read.item(1), nullptr);
  EXPECT_EQ(read.item(0), read.item(2));
  EXPECT_NE(read.item(3), nullptr);
}

TEST_F(TransactReadTest, EmptyListsAndMoreThanAHundredKeysAreRefused) {
  EXPECT_EQ(read.prepare().error().code(), ErrorCode::kInvalidOperator);
  for (int i = 0; i < 101; ++i) add(1);
  EXPECT_EQ(read.prepare().error().code(), ErrorCode::kInvalidOperator) << "duplicates count";
}

TEST_F(TransactReadTest, ACancelledReadTellsItsReasons) {
  add(1);
  target.environment().retry.max_attempts = 1;
  target.refuse(400, "TransactionCanceledException",
                R"("message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"busy"}])");
  ASSERT_TRUE(read.prepare());
  const auto error = target.run(read);
  EXPECT_EQ(error->code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(error->retryable());
  ASSERT_EQ(error->reasons().size(), 1U);
  EXPECT_EQ(error->reasons()[0].code, "TransactionConflict");
}

TEST_F(TransactReadTest, TheReasonsOfACancelledReadCountKeysAsTheCallerDid) {
  add(1);
  add(1);
  ASSERT_TRUE(read.add(notes(), Bound(notes(), {{"id", 7}})));
  target.refuse(400, "TransactionCanceledException",
                R"("message":"no","CancellationReasons":[{"Code":"None"},{"Code":"ValidationError","Message":"bad"}])");
  ASSERT_TRUE(read.prepare());
  const auto error = target.run(read);
  ASSERT_TRUE(error);
  ASSERT_EQ(error->reasons().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(error->reasons()[i].index, i);
    EXPECT_EQ(error->reasons()[i].kind, "get");
    EXPECT_EQ(error->reasons()[i].model, "Note");
    EXPECT_EQ(error->reasons()[i].code, i < 2 ? "None" : "ValidationError");
  }
  EXPECT_EQ(error->operation(), "transact_get");
  EXPECT_NE(error->message().find("key 2 of Note: ValidationError"), std::string::npos) << error->message();
  EXPECT_EQ(error->service_type(), "TransactionCanceledException");
}

TEST_F(TransactReadTest, AnAnswerThatDoesNotMatchIsRefused) {
  add(1);
  target.answer(R"({"Responses":[]})");
  ASSERT_TRUE(read.prepare());
  EXPECT_EQ(target.run(read)->code(), ErrorCode::kTransport);
}

}  // namespace
}  // namespace tabletheory::ops
