// Global secondary indexes whose key has several attributes (docs/spec/engine.md, "Semantics").
#include <fmt/format.h>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

class MultiKeyIndex : public ItemFixture {
 protected:
  MultiKeyIndex() {
    create_table("multi", "pk:S,a:S,b:N,c:S,d:N,e:S", keys("pk"),
                 R"(,"GlobalSecondaryIndexes":[)" +
                     index("by_ab",
                           R"([{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"},)"
                           R"({"AttributeName":"c","KeyType":"RANGE"},{"AttributeName":"d","KeyType":"RANGE"},)"
                           R"({"AttributeName":"e","KeyType":"RANGE"}])",
                           "KEYS_ONLY") +
                     "]");
    for (const char* c : {"x", "y"}) {
      for (int d = 1; d <= 3; ++d) {
        put("multi", fmt::format(R"({{"pk":{{"S":"{0}{1}"}},"a":{{"S":"A"}},"b":{{"N":"1"}},"c":{{"S":"{0}"}},)"
                                 R"("d":{{"N":"{1}"}},"e":{{"S":"e"}}}})",
                                 c, d));
      }
    }
    put("multi", R"({"pk":{"S":"no e"},"a":{"S":"A"},"b":{"N":"1"},"c":{"S":"x"},"d":{"N":"9"}})");
  }

  static std::string request(const std::string& condition, const std::string& more = {}) {
    std::string values;
    const auto value = [&](const char* name, const char* json) {
      if (condition.find(name) == std::string::npos) return;
      values += fmt::format(R"({}"{}":{})", values.empty() ? "" : ",", name, json);
    };
    value(":a", R"({"S":"A"})");
    value(":b", R"({"N":"1"})");
    value(":c", R"({"S":"x"})");
    value(":d", R"({"N":"2"})");
    value(":e", R"({"S":"e"})");
    return fmt::format(R"({{"TableName":"multi","IndexName":"by_ab","KeyConditionExpression":"{}",)"
                       R"("ProjectionExpression":"pk","ExpressionAttributeValues":{{{}}}{}}})",
                       condition, values, more);
  }
  std::string found(const std::string& condition) {
    const std::string answer = ok("Query", request(condition));
    std::string out;
    for (std::size_t at = answer.find(R"({"S":")"); at != std::string::npos; at = answer.find(R"({"S":")", at + 1)) {
      out += (out.empty() ? "" : " ") + answer.substr(at + 6, answer.find('"', at + 6) - at - 6);
    }
    return out;
  }
};

TEST_F(MultiKeyIndex, HoldsItemsThatHaveEveryKeyAttributeInKeyOrder) {
  EXPECT_EQ(found("a = :a AND b = :b"), "x1 x2 x3 y1 y2 y3");
}

TEST_F(MultiKeyIndex, RangeAttributesAreNamedFromTheLeft) {
  EXPECT_EQ(found("a = :a AND b = :b AND c = :c"), "x1 x2 x3");
  EXPECT_EQ(found("a = :a AND b = :b AND c > :c"), "y1 y2 y3");
  EXPECT_EQ(found("b = :b AND a = :a AND c = :c AND d >= :d"), "x2 x3");
  EXPECT_EQ(found("a = :a AND b = :b AND c = :c AND d = :d AND begins_with(e, :e)"), "x2");
}

TEST_F(MultiKeyIndex, EveryHashAttributeIsNeeded) {
  EXPECT_EQ(refused("Query", request("a = :a")), "ValidationException: Query condition missed key schema element: b");
  EXPECT_EQ(refused("Query", request("a = :a AND b > :b")), "ValidationException: Query key condition not supported");
}

TEST_F(MultiKeyIndex, GapsAndEarlyRangesAreRefused) {
  EXPECT_EQ(refused("Query", request("a = :a AND b = :b AND d = :d")),
            "ValidationException: Query condition missed key schema element: c");
  EXPECT_EQ(refused("Query", request("a = :a AND b = :b AND c > :c AND d = :d")),
            "ValidationException: Query key condition not supported");
}

TEST_F(MultiKeyIndex, PagesGoOnFromAKeyWithEveryAttribute) {
  EXPECT_EQ(
      ok("Query", request("a = :a AND b = :b", R"(,"Limit":1)")),
      R"({"Items":[{"pk":{"S":"x1"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"a":{"S":"A"},"b":{"N":"1"},)"
      R"("c":{"S":"x"},"d":{"N":"1"},"e":{"S":"e"},"pk":{"S":"x1"}}})");
  EXPECT_EQ(
      ok("Query", request("a = :a AND b = :b",
                          R"(,"Limit":1,"ScanIndexForward":false,"ExclusiveStartKey":{"a":{"S":"A"},"b":{"N":"1"},)"
                          R"("c":{"S":"y"},"d":{"N":"1"},"e":{"S":"e"},"pk":{"S":"y1"}})")),
      R"({"Items":[{"pk":{"S":"x3"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"a":{"S":"A"},"b":{"N":"1"},)"
      R"("c":{"S":"x"},"d":{"N":"3"},"e":{"S":"e"},"pk":{"S":"x3"}}})");
}

}  // namespace
}  // namespace tabletheory::engine
