// PutItem, GetItem, UpdateItem, DeleteItem.
#include <fmt/format.h>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;

class WriteItem : public ItemFixture {
 protected:
  WriteItem() { create_plain_tables(); }

  std::string put_request(const std::string& item, const std::string& more = {}) {
    return R"({"TableName":"hash","Item":)" + item + more + "}";
  }
  std::string update_request(const std::string& expression, const std::string& values, const std::string& more = {}) {
    std::string body = R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"UpdateExpression":")" + expression + '"';
    if (!values.empty()) body += R"(,"ExpressionAttributeValues":)" + values;
    return body + more + "}";
  }
};

TEST_F(WriteItem, PutThenGetGivesTheItemBack) {
  EXPECT_EQ(ok("PutItem", put_request(R"({"pk":{"S":"a"},"n":{"N":"1.50"},"l":{"L":[{"NULL":true}]}})")), "{}");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"),
            R"({"Item":{"l":{"L":[{"NULL":true}]},"n":{"N":"1.5"},"pk":{"S":"a"}}})");
}

TEST_F(WriteItem, GetOfAnAbsentItemIsEmpty) {
  EXPECT_EQ(get("hash", R"({"pk":{"S":"no"}})"), "{}");
}

TEST_F(WriteItem, GetWithProjectionGivesTheNamedPartsOnly) {
  put("hash", R"({"pk":{"S":"a"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}})");
  EXPECT_EQ(ok("GetItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ProjectionExpression":"m.y,l[0],l[2],zz"})"),
            R"({"Item":{"l":{"L":[{"N":"1"},{"N":"3"}]},"m":{"M":{"y":{"N":"2"}}}}})");
}

TEST_F(WriteItem, PutReplacesTheWholeItemAndReturnsTheOldOneOnRequest) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  EXPECT_EQ(ok("PutItem", put_request(R"({"pk":{"S":"a"},"y":{"N":"2"}})", R"(,"ReturnValues":"ALL_OLD")")),
            R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"1"}}})");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), R"({"Item":{"pk":{"S":"a"},"y":{"N":"2"}}})");
}

TEST_F(WriteItem, PutOfANewItemReturnsNoOldAttributes) {
  EXPECT_EQ(ok("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"ReturnValues":"ALL_OLD")")), "{}");
}

TEST_F(WriteItem, PutAndDeleteReturnOldValuesOrNothing) {
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"ReturnValues":"ALL_NEW")")),
            "ValidationException: ReturnValues can only be ALL_OLD or NONE");
  EXPECT_EQ(refused("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"UPDATED_NEW"})"),
            "ValidationException: ReturnValues can only be ALL_OLD or NONE");
}

TEST_F(WriteItem, AFailedConditionChangesNothing) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  EXPECT_EQ(
      refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"~(,"ConditionExpression":"attribute_not_exists(pk)")~")),
      "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(refused("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ConditionExpression":"x = :one",)"
                                  R"("ExpressionAttributeValues":{":one":{"N":"2"}}})"),
            "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(refused("UpdateItem", update_request("SET y = :y", R"({":y":{"N":"2"}})",
                                                 R"~(,"ConditionExpression":"attribute_exists(y)")~")),
            "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), R"({"Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
}

TEST_F(WriteItem, AFailedConditionShowsTheItemOnRequest) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  EXPECT_EQ(
      refusal("PutItem", put_request(R"({"pk":{"S":"a"}})", R"~(,"ConditionExpression":"attribute_not_exists(pk)",)~"
                                                            R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD")")),
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
      R"("message":"The conditional request failed","Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
}

TEST_F(WriteItem, AFailedConditionOnAnAbsentItemShowsNone) {
  EXPECT_EQ(
      refusal("PutItem", put_request(R"({"pk":{"S":"a"}})", R"~(,"ConditionExpression":"attribute_exists(pk)",)~"
                                                            R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD")")),
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
      R"("message":"The conditional request failed"})");
}

TEST_F(WriteItem, DeleteIsIdempotentAndReturnsTheOldItem) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  const std::string request = R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"})";
  EXPECT_EQ(ok("DeleteItem", request), R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"1"}}})");
  EXPECT_EQ(ok("DeleteItem", request), "{}");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), "{}");
}

TEST_F(WriteItem, UpdateWithoutExpressionCreatesAnAbsentItem) {
  EXPECT_EQ(ok("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}}})"), "{}");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), R"({"Item":{"pk":{"S":"a"}}})");
}

TEST_F(WriteItem, UpdateThatRemovesFromAnAbsentItemCreatesIt) {
  EXPECT_EQ(ok("UpdateItem", update_request("REMOVE x", "")), "{}");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), R"({"Item":{"pk":{"S":"a"}}})");
}

TEST_F(WriteItem, UpdateWithoutExpressionLeavesAnItemAsItIs) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"}})");
  EXPECT_EQ(ok("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_NEW"})"),
            R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"1"}}})");
}

TEST_F(WriteItem, UpdateReturnsWhatWasAskedFor) {
  const std::string item = R"({"pk":{"S":"a"},"x":{"N":"1"},"z":{"S":"z"}})";
  const auto answer = [&](const std::string& return_values) {
    put("hash", item);
    return ok("UpdateItem", update_request("SET x = :v, y = :v", R"({":v":{"N":"2"}})",
                                           R"(,"ReturnValues":")" + return_values + '"'));
  };
  EXPECT_EQ(answer("NONE"), "{}");
  EXPECT_EQ(answer("ALL_OLD"), R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"1"},"z":{"S":"z"}}})");
  EXPECT_EQ(answer("UPDATED_OLD"), R"({"Attributes":{"x":{"N":"1"}}})");
  EXPECT_EQ(answer("ALL_NEW"), R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"2"},"y":{"N":"2"},"z":{"S":"z"}}})");
  EXPECT_EQ(answer("UPDATED_NEW"), R"({"Attributes":{"x":{"N":"2"},"y":{"N":"2"}}})");
}

TEST_F(WriteItem, UpdateReadsTheItemAsItWasBefore) {
  put("hash", R"({"pk":{"S":"a"},"x":{"N":"1"},"y":{"N":"2"}})");
  ok("UpdateItem", update_request("SET x = y, y = x", ""));
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), R"({"Item":{"pk":{"S":"a"},"x":{"N":"2"},"y":{"N":"1"}}})");
}

TEST_F(WriteItem, UpdateOfAKeyAttributeIsRefused) {
  EXPECT_EQ(
      refused("UpdateItem", update_request("SET pk = :v", R"({":v":{"S":"b"}})")),
      "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute "
      "is part of the key");
}

TEST_F(WriteItem, UpdateThatReadsAnAbsentAttributeIsRefused) {
  EXPECT_EQ(refused("UpdateItem", update_request("SET x = y", "")),
            "ValidationException: The provided expression refers to an attribute that does not exist in the item");
}

TEST_F(WriteItem, ItemsAreRefusedWithoutTheirKey) {
  EXPECT_EQ(refused("PutItem", put_request(R"({"x":{"S":"a"}})")),
            "ValidationException: One or more parameter values were invalid: Missing the key pk in the item");
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"N":"1"}})")),
            "ValidationException: One or more parameter values were invalid: Type mismatch for key pk expected: S "
            "actual: N");
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"S":""}})")),
            "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: pk");
}

TEST_F(WriteItem, KeysMustMatchTheSchema) {
  for (const char* key : {R"({})", R"({"x":{"S":"a"}})", R"({"pk":{"N":"1"}})", R"({"pk":{"S":"a"},"x":{"S":"a"}})"}) {
    EXPECT_EQ(refused("GetItem", fmt::format(R"({{"TableName":"hash","Key":{}}})", key)),
              "ValidationException: The provided key element does not match the schema")
        << key;
  }
}

TEST_F(WriteItem, KeySizesAreLimited) {
  const auto item = [](std::size_t bytes) { return R"({"pk":{"S":")" + std::string(bytes, 'k') + R"("}})"; };
  ok("PutItem", put_request(item(2048)));
  EXPECT_EQ(refused("PutItem", put_request(item(2049))),
            "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
            "size limit of2048 bytes");
  create_table("strings", "pk:S,sk:S", keys("pk", "sk"));
  const auto key = [](std::size_t bytes) {
    return R"({"TableName":"strings","Key":{"pk":{"S":"a"},"sk":{"S":")" + std::string(bytes, 'k') + R"("}}})";
  };
  ok("GetItem", key(1024));
  EXPECT_EQ(refused("GetItem", key(1025)),
            "ValidationException: One or more parameter values were invalid: Aggregated size of all range keys has "
            "exceeded the size limit of 1024 bytes");
}

TEST_F(WriteItem, ItemsOf400KilobytesPassAndAByteMoreIsRefused) {
  // "pk" + "a" + "x" are four bytes.
  const auto item = [](std::size_t bytes) {
    return R"({"pk":{"S":"a"},"x":{"S":")" + std::string(bytes - 4, 'x') + R"("}})";
  };
  ok("PutItem", put_request(item(409'600)));
  EXPECT_EQ(refused("PutItem", put_request(item(409'601))),
            "ValidationException: Item size has exceeded the maximum allowed size");
  EXPECT_EQ(refused("UpdateItem", update_request("SET y = :y", R"({":y":{"S":"1"}})")),
            "ValidationException: Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})").size(), std::string(R"({"Item":})").size() + item(409'600).size());
}

TEST_F(WriteItem, AttributeNamesAreLimited) {
  const auto item = [](std::size_t bytes) {
    return R"({"pk":{"S":"a"},"m":{"L":[{"M":{")" + std::string(bytes, 'n') + R"(":{"NULL":true}}}]}})";
  };
  ok("PutItem", put_request(item(65'535)));
  EXPECT_EQ(refused("PutItem", put_request(item(65'536))),
            "ValidationException: One or more parameter values were invalid: Attribute name is too large, must be less "
            "than 65536 bytes");
}

TEST_F(WriteItem, UpdatesMayNotNestDeeperThanAPut) {
  std::string value = R"({"N":"1"})";
  std::string path = "m";
  for (int level = 0; level < 31; ++level) value = R"({"M":{"m":)" + value + "}}";
  for (int level = 0; level < 31; ++level) path += ".m";
  put("hash", R"({"pk":{"S":"a"},"m":)" + value + "}");
  EXPECT_EQ(
      refused("UpdateItem", update_request("SET " + path + " = :m", R"({":m":{"M":{"m":{"N":"1"}}}})")),
      "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
  ok("UpdateItem", update_request("SET " + path + " = :m", R"({":m":{"N":"2"}})"));
}

struct BadValue {
  const char* value;
  const char* error;
};

class PutOfABadValue : public WriteItem, public testing::WithParamInterface<BadValue> {};

TEST_P(PutOfABadValue, IsRefusedInTheServicesWords) {
  EXPECT_EQ(refused("PutItem", put_request(fmt::format(R"({{"pk":{{"S":"a"}},"x":{}}})", GetParam().value))),
            GetParam().error);
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"), "{}");
}

INSTANTIATE_TEST_SUITE_P(
    Values, PutOfABadValue,
    testing::Values(
        BadValue{"{}",
                 "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported "
                 "datatypes"},
        BadValue{
            R"({"S":"a","N":"1"})",
            "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one "
            "of the supported datatypes"},
        BadValue{R"({"N":"abc"})", "ValidationException: The parameter cannot be converted to a numeric value: abc"},
        BadValue{R"({"N":""})", "ValidationException: The parameter cannot be converted to a numeric value"},
        BadValue{R"({"N":"123456789012345678901234567890123456789"})",
                 "ValidationException: Attempting to store more than 38 significant digits in a Number"},
        BadValue{R"({"N":"1e126"})",
                 "ValidationException: Number overflow. Attempting to store a number with magnitude "
                 "larger than supported range"},
        BadValue{R"({"N":"1e-131"})",
                 "ValidationException: Number underflow. Attempting to store a number with "
                 "magnitude smaller than supported range"},
        BadValue{R"({"SS":[]})",
                 "ValidationException: One or more parameter values were invalid: An string set  may not be empty"},
        BadValue{R"({"NS":[]})",
                 "ValidationException: One or more parameter values were invalid: An number set  may not be empty"},
        BadValue{R"({"BS":[]})",
                 "ValidationException: One or more parameter values were invalid: Binary sets should not be empty"},
        BadValue{R"({"SS":["a","b","a"]})",
                 "ValidationException: One or more parameter values were invalid: Input collection [a, b, a] contains "
                 "duplicates."},
        BadValue{R"({"NS":["1","1.0"]})", "ValidationException: Input collection contains duplicates"},
        BadValue{
            R"({"BS":["Yg==","Yg=="]})",
            "ValidationException: One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS "
            "contains duplicates."},
        BadValue{R"({"NULL":false})",
                 "ValidationException: One or more parameter values were invalid: Null attribute value types must have "
                 "the value of true"},
        BadValue{R"({"S":1})", "SerializationException: NUMBER_VALUE cannot be converted to String"},
        BadValue{R"({"S":true})", "SerializationException: TRUE_VALUE cannot be converted to String"},
        BadValue{R"({"BOOL":"true"})", "SerializationException: STRING_VALUE cannot be converted to Boolean"},
        BadValue{R"({"M":{"a":{"L":[{"S":[]}]}}})",
                 "SerializationException: Unrecognized collection type class java.lang.String"},
        BadValue{R"([])",
                 "SerializationException: Unrecognized collection type class "
                 "com.amazonaws.dynamodb.v20120810.AttributeValue"},
        BadValue{R"({"M":[]})",
                 "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
                 "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
        BadValue{R"({"L":{}})", "SerializationException: Start of structure or map found where not expected"},
        BadValue{R"({"B":1})", "SerializationException: only base-64-encoded strings are convertible to bytes"},
        BadValue{R"({"B":"YQ"})",
                 "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 2"}));

TEST_F(WriteItem, ExpressionsAndLegacyParametersDoNotMix) {
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"~(,"ConditionExpression":"attribute_exists(pk)",)~"
                                                                  R"("Expected":{},"ConditionalOperator":"AND")")),
            "ValidationException: Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected, ConditionalOperator} Expression parameters: {ConditionExpression}");
}

TEST_F(WriteItem, LegacyParametersAloneAreRefusedNotIgnored) {
  EXPECT_THAT(refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"Expected":{"pk":{"Exists":false}})")),
              HasSubstr("does not support the legacy parameter Expected yet; use ConditionExpression instead"));
  EXPECT_THAT(refused("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"AttributeUpdates":{}})"),
              HasSubstr("use UpdateExpression instead"));
  EXPECT_THAT(refused("GetItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"AttributesToGet":["x"]})"),
              HasSubstr("use ProjectionExpression instead"));
}

TEST_F(WriteItem, PlaceholdersNeedAnExpression) {
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"ExpressionAttributeNames":{"#a":"a"})")),
            "ValidationException: ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"ExpressionAttributeValues":{":a":{"S":"a"}})")),
            "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
            "ConditionExpression is null");
  EXPECT_EQ(refused("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ExpressionAttributeValues":{}})"),
            "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
            "UpdateExpression and ConditionExpression are null");
}

TEST_F(WriteItem, PlaceholdersAreWellFormedAndUsed) {
  const auto condition = [&](const std::string& more) {
    return refused("PutItem", put_request(R"({"pk":{"S":"a"}})", R"(,"ConditionExpression":"a = :a")" + more));
  };
  EXPECT_EQ(condition(R"(,"ExpressionAttributeValues":{})"),
            "ValidationException: ExpressionAttributeValues must not be empty");
  EXPECT_EQ(condition(R"(,"ExpressionAttributeValues":{"a":{"S":"a"}})"),
            R"(ValidationException: ExpressionAttributeValues contains invalid key: Syntax error; key: "a")");
  EXPECT_EQ(
      condition(R"(,"ExpressionAttributeValues":{":a":{"N":"x"}})"),
      "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot be converted to "
      "a numeric value: x for key :a");
  EXPECT_EQ(condition(R"(,"ExpressionAttributeNames":{"a":"b"},"ExpressionAttributeValues":{":a":{"S":"a"}})"),
            R"(ValidationException: ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
  EXPECT_EQ(condition(R"(,"ExpressionAttributeValues":{":a":{"S":"a"},":b":{"S":"b"}})"),
            "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}");
}

TEST_F(WriteItem, ConstraintsOfTheRequestAreReportedTogether) {
  EXPECT_EQ(
      refused("PutItem", R"({"TableName":"hash","ReturnValues":"hi","ReturnConsumedCapacity":"hi"})"),
      "ValidationException: 3 validation errors detected: Value 'hi' at 'returnConsumedCapacity' failed to satisfy "
      "constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value null at 'item' failed to "
      "satisfy constraint: Member must not be null; Value 'hi' at 'returnValues' failed to satisfy constraint: "
      "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
}

TEST_F(WriteItem, AnUnknownTableIsRefusedAfterTheRequestItself) {
  EXPECT_EQ(refused("PutItem", R"({"TableName":"absent","Item":{"pk":{"S":"a"}}})"),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(refused("PutItem", R"({"TableName":"absent","Item":{"pk":{"S":"a"},"n":{"N":"x"}}})"),
            "ValidationException: The parameter cannot be converted to a numeric value: x");
}

TEST_F(WriteItem, CapacityOfWritesCountsTheLargerOfBeforeAndAfter) {
  const std::string large = std::string(2100, 'x');
  const std::string capacity = R"(,"ReturnConsumedCapacity":"TOTAL")";
  EXPECT_EQ(ok("PutItem", put_request(R"({"pk":{"S":"a"},"x":{"S":")" + large + R"("}})", capacity)),
            R"({"ConsumedCapacity":{"TableName":"hash","CapacityUnits":3.0}})");
  EXPECT_EQ(ok("PutItem", put_request(R"({"pk":{"S":"a"}})", capacity)),
            R"({"ConsumedCapacity":{"TableName":"hash","CapacityUnits":3.0}})");
  EXPECT_EQ(ok("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnConsumedCapacity":"INDEXES"})"),
            R"({"ConsumedCapacity":{"TableName":"hash","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}}})");
}

TEST_F(WriteItem, CapacityOfReadsIsHalfWhenEventual) {
  put("hash", R"({"pk":{"S":"a"},"x":{"S":")" + std::string(4100, 'x') + R"("}})");
  const auto units = [&](const char* consistent, const char* key) {
    const std::string answer =
        ok("GetItem", fmt::format(R"({{"TableName":"hash","ProjectionExpression":"pk","Key":{{"pk":)"
                                  R"({{"S":"{}"}}}},"ConsistentRead":{},)"
                                  R"("ReturnConsumedCapacity":"TOTAL"}})",
                                  key, consistent));
    return answer.substr(answer.find("CapacityUnits"));
  };
  EXPECT_EQ(units("false", "a"), R"(CapacityUnits":1.0}})");
  EXPECT_EQ(units("true", "a"), R"(CapacityUnits":2.0}})");
  EXPECT_EQ(units("false", "absent"), R"(CapacityUnits":0.5}})");
}

}  // namespace
}  // namespace tabletheory::engine
