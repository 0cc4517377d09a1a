// TransactWriteItems and TransactGetItems.
#include <fmt/format.h>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

class Transact : public ItemFixture {
 protected:
  Transact() { create_plain_tables(); }

  static std::string put_action(const std::string& pk, const std::string& more = {}) {
    return fmt::format(R"({{"Put":{{"TableName":"hash","Item":{{"pk":{{"S":"{}"}},"x":{{"N":"1"}}}}{}}}}})", pk, more);
  }
  static std::string check_action(const std::string& pk, const std::string& condition, const std::string& more = {}) {
    return fmt::format(
        R"({{"ConditionCheck":{{"TableName":"hash","Key":{{"pk":{{"S":"{}"}}}},"ConditionExpression":"{}"{}}}}})", pk,
        condition, more);
  }
  static std::string delete_action(const std::string& pk) {
    return fmt::format(R"({{"Delete":{{"TableName":"hash","Key":{{"pk":{{"S":"{}"}}}}}}}})", pk);
  }
  static std::string add_action(const std::string& pk, const std::string& amount = "1") {
    return fmt::format(R"({{"Update":{{"TableName":"hash","Key":{{"pk":{{"S":"{}"}}}},"UpdateExpression":"ADD x :n",)"
                       R"("ExpressionAttributeValues":{{":n":{{"N":"{}"}}}}}}}})",
                       pk, amount);
  }
  static std::string request(const std::string& actions, const std::string& more = {}) {
    return R"({"TransactItems":[)" + actions + "]" + more + "}";
  }
  std::string get_hash(const std::string& pk) { return get("hash", fmt::format(R"({{"pk":{{"S":"{}"}}}})", pk)); }
  std::string x_of(const std::string& pk) {
    const std::string answer = get_hash(pk);
    const std::size_t at = answer.find(R"("x":{"N":")");
    return at == std::string::npos ? "" : answer.substr(at + 10, answer.find('"', at + 10) - at - 10);
  }
};

TEST_F(Transact, CarriesOutAllActions) {
  put("hash", R"({"pk":{"S":"old"}})");
  put("hash", R"({"pk":{"S":"there"},"x":{"N":"5"}})");
  EXPECT_EQ(
      ok("TransactWriteItems", request(put_action("new") + "," + delete_action("old") + "," + add_action("there") +
                                       "," + check_action("none", "attribute_not_exists(pk)"))),
      "{}");
  EXPECT_EQ(x_of("new"), "1");
  EXPECT_EQ(get_hash("old"), "{}");
  EXPECT_EQ(x_of("there"), "6");
  EXPECT_EQ(get_hash("none"), "{}");
}

TEST_F(Transact, DoesNothingWhenOneConditionFails) {
  put("hash", R"({"pk":{"S":"b"},"x":{"N":"5"}})");
  EXPECT_EQ(refusal("TransactWriteItems", request(put_action("a") + "," +
                                                  check_action("b", "attribute_not_exists(pk)",
                                                               R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")") +
                                                  "," + check_action("c", "attribute_exists(pk)"))),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"Transaction )"
            R"(cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, )"
            R"(ConditionalCheckFailed]","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed",)"
            R"("Message":"The conditional request failed","Item":{"pk":{"S":"b"},"x":{"N":"5"}}},)"
            R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}]})");
  EXPECT_EQ(get_hash("a"), "{}");
}

TEST_F(Transact, NamesAnUpdateThatCannotBeCarriedOut) {
  put("hash", R"({"pk":{"S":"b"},"x":{"S":"text"}})");
  EXPECT_EQ(refusal("TransactWriteItems", request(put_action("a") + "," + add_action("b"))),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"Transaction )"
            R"(cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]",)"
            R"("CancellationReasons":[{"Code":"None"},{"Code":"ValidationError","Message":"An operand in the update )"
            R"(expression has an incorrect data type"}]})");
}

TEST_F(Transact, NamesAKeyThatDoesNotFit) {
  EXPECT_EQ(
      refused("TransactWriteItems",
              request(put_action("a") + R"(,{"Delete":{"TableName":"hash","Key":{"pk":{"N":"1"}}}})")),
      "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "
      "[None, ValidationError]");
}

TEST_F(Transact, RefusesTwoActionsOnOneItem) {
  EXPECT_EQ(refused("TransactWriteItems", request(put_action("a") + "," + delete_action("a"))),
            "ValidationException: Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(refused("TransactGetItems", request(R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"a"}}}},)"
                                                R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"a"}}}})")),
            "ValidationException: Transaction request cannot include multiple operations on one item");
}

TEST_F(Transact, TakesAHundredActionsAndNoMore) {
  std::string actions = put_action("0");
  for (int action = 1; action < 100; ++action) actions += "," + put_action(std::to_string(action));
  ok("TransactWriteItems", request(actions));
  const std::string error = refused("TransactWriteItems", request(actions + "," + put_action("100")));
  EXPECT_THAT(error, testing::HasSubstr("at 'transactItems' failed to satisfy constraint: Member must have length less "
                                        "than or equal to 100"));
  EXPECT_THAT(refused("TransactWriteItems", request("")),
              testing::HasSubstr("Member must have length greater than or equal to 1"));
}

TEST_F(Transact, AnActionIsOneOfTheFour) {
  EXPECT_EQ(refused("TransactWriteItems", request("{}")),
            "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete");
  EXPECT_EQ(refused("TransactWriteItems", request(R"({"Delete":{"TableName":"hash","Key":{"pk":{"S":"a"}}},)"
                                                  R"("Put":{"TableName":"hash","Item":{"pk":{"S":"a"}}}})")),
            "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete");
}

TEST_F(Transact, UpdatesAndChecksNeedTheirExpression) {
  EXPECT_THAT(
      refused("TransactWriteItems", request(R"({"Update":{"TableName":"hash","Key":{"pk":{"S":"a"}}}},)"
                                            R"({"ConditionCheck":{"TableName":"hash","Key":{"pk":{"S":"b"}}}})")),
      testing::AllOf(testing::HasSubstr("transactItems.1.member.update.updateExpression"),
                     testing::HasSubstr("transactItems.2.member.conditionCheck.conditionExpression")));
}

TEST_F(Transact, TheSameTokenWithTheSameRequestActsOnce) {
  const std::string body = request(add_action("a"), R"(,"ClientRequestToken":"t-1")");
  EXPECT_EQ(ok("TransactWriteItems", body), "{}");
  EXPECT_EQ(ok("TransactWriteItems", body), "{}");
  // White space and the order of members do not make it another request.
  EXPECT_EQ(ok("TransactWriteItems", R"({ "ClientRequestToken":"t-1",)" + request(add_action("a")).substr(1)), "{}");
  EXPECT_EQ(x_of("a"), "1");
}

TEST_F(Transact, TheSameTokenWithAnotherRequestIsRefused) {
  ok("TransactWriteItems", request(add_action("a"), R"(,"ClientRequestToken":"t-1")"));
  EXPECT_THAT(refused("TransactWriteItems", request(add_action("a", "2"), R"(,"ClientRequestToken":"t-1")")),
              testing::StartsWith("IdempotentParameterMismatchException: The request uses the same client token"));
  EXPECT_EQ(x_of("a"), "1");
}

TEST_F(Transact, TokensAreForgottenAfterTenMinutes) {
  const std::string body = request(add_action("a"), R"(,"ClientRequestToken":"t-1")");
  ok("TransactWriteItems", body);
  now = Timestamp(now.unix_seconds() + 599, 0);
  ok("TransactWriteItems", body);
  EXPECT_EQ(x_of("a"), "1");
  now = Timestamp(now.unix_seconds() + 1, 0);
  ok("TransactWriteItems", body);
  EXPECT_EQ(x_of("a"), "2");
}

TEST_F(Transact, ACancelledTransactionCanBeTriedAgainWithItsToken) {
  const std::string body =
      request(add_action("a") + "," + check_action("b", "attribute_exists(pk)"), R"(,"ClientRequestToken":"t-1")");
  refused("TransactWriteItems", body);
  put("hash", R"({"pk":{"S":"b"}})");
  ok("TransactWriteItems", body);
  EXPECT_EQ(x_of("a"), "1");
}

TEST_F(Transact, CostsTwice) {
  EXPECT_EQ(ok("TransactWriteItems",
               request(put_action("a") + "," + put_action("b"), R"(,"ReturnConsumedCapacity":"TOTAL")")),
            R"({"ConsumedCapacity":[{"TableName":"hash","CapacityUnits":4.0,"WriteCapacityUnits":4.0}]})");
  EXPECT_EQ(ok("TransactGetItems", request(R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"a"}}}})",
                                           R"(,"ReturnConsumedCapacity":"TOTAL")")),
            R"({"Responses":[{"Item":{"pk":{"S":"a"},"x":{"N":"1"}}}],"ConsumedCapacity":[{"TableName":"hash",)"
            R"("CapacityUnits":2.0,"ReadCapacityUnits":2.0}]})");
}

TEST_F(Transact, GetsAnswerInOrderWithGapsForAbsentItems) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  put("range", R"({"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"2"}})");
  EXPECT_EQ(
      ok("TransactGetItems",
         request(R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"none"}}}},)"
                 R"({"Get":{"TableName":"range","Key":{"pk":{"S":"a"},"sk":{"N":"1.0"}},"ProjectionExpression":"x"}},)"
                 R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"a"}}}})")),
      R"({"Responses":[{},{"Item":{"x":{"N":"2"}}},{"Item":{"pk":{"S":"a"},"x":{"N":"1"}}}]})");
}

TEST_F(Transact, UnknownTablesAreRefused) {
  EXPECT_EQ(refused("TransactWriteItems",
                    request(put_action("a") + R"(,{"Delete":{"TableName":"absent","Key":{"pk":{"S":"1"}}}})")),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(get_hash("a"), "{}");
}

}  // namespace
}  // namespace tabletheory::engine
