// BatchGetItem and BatchWriteItem.
#include <fmt/format.h>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

class Batch : public ItemFixture {
 protected:
  Batch() { create_plain_tables(); }

  static std::string key(int number) { return fmt::format(R"({{"pk":{{"S":"{}"}}}})", number); }
  static std::string put_action(const std::string& item) { return R"({"PutRequest":{"Item":)" + item + "}}"; }
  static std::string delete_action(const std::string& item) { return R"({"DeleteRequest":{"Key":)" + item + "}}"; }
  static std::string request(const std::string& tables, const std::string& more = {}) {
    return R"({"RequestItems":{)" + tables + "}" + more + "}";
  }
  // A list of `count` of what `make(i)` gives.
  template <class Make>
  static std::string list(int count, const Make& make) {
    std::string out;
    for (int at = 0; at < count; ++at) out += (at > 0 ? "," : "") + make(at);
    return out;
  }
  static std::string get_request(const std::string& keys_json, const std::string& more = {}) {
    return request(R"("hash":{"Keys":[)" + keys_json + "]" + more + "}");
  }
};

TEST_F(Batch, WritesPutAndDeleteOverSeveralTables) {
  put("hash", key(1));
  EXPECT_EQ(ok("BatchWriteItem", request(R"("hash":[)" + put_action(key(2)) + "," + delete_action(key(1)) +
                                         R"(],"range":[)" + put_action(R"({"pk":{"S":"a"},"sk":{"N":"1"}})") + "]")),
            R"({"UnprocessedItems":{}})");
  EXPECT_EQ(get("hash", key(1)), "{}");
  EXPECT_EQ(get("hash", key(2)), R"({"Item":{"pk":{"S":"2"}}})");
  EXPECT_EQ(get("range", R"({"pk":{"S":"a"},"sk":{"N":"1"}})"), R"({"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}})");
}

TEST_F(Batch, NothingIsWrittenWhenOneActionIsWrong) {
  const std::string good = put_action(key(1));
  for (const std::string& wrong : {put_action(R"({"x":{"S":"1"}})"), put_action(R"({"pk":{"S":"a"},"x":{"N":"x"}})"),
                                   delete_action(R"({"pk":{"N":"1"}})"), std::string("{}")}) {
    refused("BatchWriteItem", request(R"("hash":[)" + good + "," + wrong + "]"));
    EXPECT_EQ(get("hash", key(1)), "{}") << wrong;
  }
  EXPECT_EQ(refused("BatchWriteItem", request(R"("hash":[)" + good + R"(],"absent":[)" + good + "]")),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(get("hash", key(1)), "{}");
}

TEST_F(Batch, AnItemWithoutAFittingKeyIsRefusedAsAKeyIs) {
  for (const char* item : {R"({"x":{"S":"1"}})", R"({"pk":{"N":"1"}})"}) {
    EXPECT_EQ(refused("BatchWriteItem", request(R"("hash":[)" + put_action(item) + "]")),
              "ValidationException: The provided key element does not match the schema");
  }
}

TEST_F(Batch, DuplicatesAreRefused) {
  const std::string error = "ValidationException: Provided list of item keys contains duplicates";
  EXPECT_EQ(refused("BatchWriteItem", request(R"("hash":[)" + put_action(key(1)) + "," + delete_action(key(1)) + "]")),
            error);
  EXPECT_EQ(refused("BatchGetItem", get_request(key(1) + "," + key(1))), error);
  // Numbers are the same when their values are.
  EXPECT_EQ(refused("BatchGetItem", request(R"("range":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}},)"
                                            R"({"pk":{"S":"a"},"sk":{"N":"1.0"}}]})")),
            error);
}

TEST_F(Batch, LimitsAreTwentyFiveWritesAndAHundredKeys) {
  const auto put_of = [](int number) { return put_action(key(number)); };
  const std::string range_key = R"({"pk":{"S":"a"},"sk":{"N":"1"}})";
  ok("BatchWriteItem", request(R"("hash":[)" + list(25, put_of) + "]"));
  EXPECT_EQ(refused("BatchWriteItem",
                    request(R"("hash":[)" + list(25, put_of) + R"(],"range":[)" + put_action(range_key) + "]")),
            "ValidationException: Too many items requested for the BatchWriteItem call");
  ok("BatchGetItem", get_request(list(100, key)));
  EXPECT_EQ(refused("BatchGetItem",
                    request(R"("hash":{"Keys":[)" + list(100, key) + R"(]},"range":{"Keys":[)" + range_key + "]}")),
            "ValidationException: Too many items requested for the BatchGetItem call");
}

TEST_F(Batch, LimitsOfOneTableAreConstraintsOfTheRequest) {
  const auto put_of = [](int number) { return put_action(key(number)); };
  EXPECT_THAT(refused("BatchWriteItem", request(R"("hash":[)" + list(26, put_of) + "]")),
              testing::EndsWith("at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                                "[Member must have length less than or equal to 25, Member must have length greater "
                                "than or equal to 1]"));
  EXPECT_THAT(refused("BatchGetItem", get_request(list(101, key))),
              testing::EndsWith("at 'requestItems.hash.member.keys' failed to satisfy constraint: Member must have "
                                "length less than or equal to 100"));
  EXPECT_THAT(refused("BatchWriteItem", request(R"("a;":[)" + put_action(key(1)) + "]")),
              testing::HasSubstr("Map keys must satisfy constraint"));
}

TEST_F(Batch, GetsWhatIsThereFromEveryTable) {
  put("hash", R"({"pk":{"S":"1"},"x":{"N":"1"},"y":{"N":"2"}})");
  put("range", R"({"pk":{"S":"a"},"sk":{"N":"1"}})");
  EXPECT_EQ(
      ok("BatchGetItem", request(R"("hash":{"Keys":[)" + key(1) + "," + key(2) +
                                 R"(],"ProjectionExpression":"#y","ExpressionAttributeNames":{"#y":"y"}},)"
                                 R"("range":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}}]})")),
      R"({"Responses":{"hash":[{"y":{"N":"2"}}],"range":[{"pk":{"S":"a"},"sk":{"N":"1"}}]},"UnprocessedKeys":{}})");
}

TEST_F(Batch, KeysThatDoNotFitSixteenMegabytesComeBackUnprocessed) {
  // 400,000 bytes each: 41 fit.
  for (int at = 0; at < 50; ++at) {
    put("hash", fmt::format(R"({{"pk":{{"S":"{:02}"}},"x":{{"S":"{}"}}}})", at, std::string(400'000 - 5, 'x')));
  }
  const auto padded_key = [](int number) { return fmt::format(R"({{"pk":{{"S":"{:02}"}}}})", number); };
  const std::string answer = ok("BatchGetItem", get_request(list(50, padded_key), R"(,"ConsistentRead":true)"));
  std::string left;
  for (int at = 41; at < 50; ++at) left += (at > 41 ? "," : "") + padded_key(at);
  EXPECT_THAT(answer,
              testing::EndsWith(R"("UnprocessedKeys":{"hash":{"Keys":[)" + left + R"(],"ConsistentRead":true}}})"));
}

TEST_F(Batch, EmptyRequestsAreRefused) {
  EXPECT_THAT(refused("BatchGetItem", "{}"), testing::HasSubstr("Value null at 'requestItems'"));
  EXPECT_THAT(refused("BatchWriteItem", request("")), testing::HasSubstr("greater than or equal to 1"));
  EXPECT_THAT(refused("BatchWriteItem", request(R"("hash":[])")), testing::HasSubstr("greater than or equal to 1"));
  EXPECT_THAT(refused("BatchGetItem", get_request("")), testing::HasSubstr("greater than or equal to 1"));
}

TEST_F(Batch, CapacityIsGivenByTable) {
  put("hash", key(1));
  EXPECT_EQ(ok("BatchGetItem", R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{"hash":{"Keys":[)" + key(1) + "," +
                                   key(2) +
                                   R"(]},"range":{"ConsistentRead":true,"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}}]}}})"),
            R"({"Responses":{"hash":[{"pk":{"S":"1"}}],"range":[]},"UnprocessedKeys":{},"ConsumedCapacity":[)"
            R"({"TableName":"hash","CapacityUnits":1.0},{"TableName":"range","CapacityUnits":1.0}]})");
  EXPECT_EQ(ok("BatchWriteItem", request(R"("hash":[)" + put_action(key(1)) + "," + put_action(key(2)) + "]",
                                         R"(,"ReturnConsumedCapacity":"TOTAL")")),
            R"({"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"hash","CapacityUnits":2.0}]})");
}

}  // namespace
}  // namespace tabletheory::engine
