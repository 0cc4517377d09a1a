// Query and Scan: what they give back, and what they refuse.
#include <fmt/format.h>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

class Query : public ItemFixture {
 protected:
  Query() {
    create_plain_tables();
    create_indexed_table();
  }

  void put_range(int from, int to) {
    for (int sk = from; sk <= to; ++sk) {
      put("range", fmt::format(R"({{"pk":{{"S":"a"}},"sk":{{"N":"{}"}},"even":{{"BOOL":{}}}}})", sk, sk % 2 == 0));
    }
  }

  static std::string request(const std::string& table, const std::string& condition, const std::string& values,
                             const std::string& more = {}) {
    return fmt::format(R"({{"TableName":"{}","KeyConditionExpression":"{}","ExpressionAttributeValues":{}{}}})", table,
                       condition, values, more);
  }
  // Sort keys of the answer to a query of partition "a" of `range`, and how many were looked at.
  std::string range_keys(const std::string& condition, const std::string& more_values = {},
                         const std::string& more = {}) {
    const std::string answer =
        ok("Query", request("range", "pk = :p" + (condition.empty() ? "" : " AND " + condition),
                            R"({":p":{"S":"a"})" + more_values + "}", R"(,"ProjectionExpression":"sk")" + more));
    std::string found;
    const std::string mark = R"({"sk":{"N":")";
    const std::size_t end = answer.find("]");
    for (std::size_t at = answer.find(mark); at < end; at = answer.find(mark, at + 1)) {
      const std::size_t from = at + mark.size();
      found += (found.empty() ? "" : " ") + answer.substr(from, answer.find('"', from) - from);
    }
    return found;
  }
};

TEST_F(Query, GivesThePartitionInTheOrderOfItsSortKey) {
  for (const char* sk : {"10", "9", "-1.5", "-20", "0", "1e3"}) {
    put("range", fmt::format(R"({{"pk":{{"S":"a"}},"sk":{{"N":"{}"}}}})", sk));
  }
  put("range", R"({"pk":{"S":"ab"},"sk":{"N":"5"}})");
  EXPECT_EQ(range_keys(""), "-20 -1.5 0 9 10 1000");
  EXPECT_EQ(range_keys("", "", R"(,"ScanIndexForward":false)"), "1000 10 9 0 -1.5 -20");
}

TEST_F(Query, SortKeyConditionsCutTheRange) {
  put_range(1, 6);
  const std::string three = R"(,":v":{"N":"3"})";
  EXPECT_EQ(range_keys("sk = :v", three), "3");
  EXPECT_EQ(range_keys("sk < :v", three), "1 2");
  EXPECT_EQ(range_keys("sk <= :v", three), "1 2 3");
  EXPECT_EQ(range_keys("sk > :v", three), "4 5 6");
  EXPECT_EQ(range_keys("sk >= :v", three), "3 4 5 6");
  EXPECT_EQ(range_keys("sk BETWEEN :v AND :w", R"(,":v":{"N":"3"},":w":{"N":"5"})"), "3 4 5");
  EXPECT_EQ(range_keys("sk >= :v", three, R"(,"ScanIndexForward":false)"), "6 5 4 3");
  EXPECT_EQ(range_keys("sk < :v", three, R"(,"ScanIndexForward":false)"), "2 1");
}

TEST_F(Query, BeginsWithTakesStringsThatStartWithThePrefix) {
  create_table("strings", "pk:S,sk:S", keys("pk", "sk"));
  for (const char* sk : {"a", "ab", "ab\\u0000", "abc", "ac", "b"}) {
    put("strings", fmt::format(R"({{"pk":{{"S":"p"}},"sk":{{"S":"{}"}}}})", sk));
  }
  EXPECT_EQ(ok("Query", request("strings", "pk = :p AND begins_with(sk, :s)", R"({":p":{"S":"p"},":s":{"S":"ab"}})",
                                R"(,"ProjectionExpression":"sk")")),
            R"({"Items":[{"sk":{"S":"ab"}},{"sk":{"S":"ab\u0000"}},{"sk":{"S":"abc"}}],"Count":3,"ScannedCount":3})");
}

TEST_F(Query, LimitCountsWhatIsLookedAtAndGivesAKeyEvenOnTheLastItem) {
  put_range(1, 3);
  EXPECT_EQ(ok("Query", request("range", "pk = :p", R"({":p":{"S":"a"},":t":{"BOOL":true}})",
                                R"(,"FilterExpression":"even = :t","Limit":3)")),
            R"({"Items":[{"even":{"BOOL":true},"pk":{"S":"a"},"sk":{"N":"2"}}],"Count":1,"ScannedCount":3,)"
            R"("LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"3"}}})");
  EXPECT_EQ(ok("Query", request("range", "pk = :p", R"({":p":{"S":"a"}})",
                                R"(,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"3"}})")),
            R"({"Items":[],"Count":0,"ScannedCount":0})");
}

TEST_F(Query, APageEndsWhereItReachesOneMegabyte) {
  const std::string large(300'000, 'x');
  for (int sk = 1; sk <= 5; ++sk) {
    put("range", fmt::format(R"({{"pk":{{"S":"a"}},"sk":{{"N":"{}"}},"x":{{"S":"{}"}}}})", sk, large));
  }
  const std::string more = R"~(,"ProjectionExpression":"sk","FilterExpression":"attribute_not_exists(y)")~";
  EXPECT_EQ(ok("Query", request("range", "pk = :p", R"({":p":{"S":"a"}})", more)),
            R"({"Items":[{"sk":{"N":"1"}},{"sk":{"N":"2"}},{"sk":{"N":"3"}},{"sk":{"N":"4"}}],"Count":4,)"
            R"("ScannedCount":4,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"4"}}})");
}

TEST_F(Query, CountGivesNoItems) {
  put_range(1, 3);
  EXPECT_EQ(ok("Query", request("range", "pk = :p", R"({":p":{"S":"a"}})", R"(,"Select":"COUNT")")),
            R"({"Count":3,"ScannedCount":3})");
}

TEST_F(Query, CapacityIsOfThePageAsAWhole) {
  for (int sk = 1; sk <= 3; ++sk) {
    put("range", fmt::format(R"({{"pk":{{"S":"a"}},"sk":{{"N":"{}"}},"x":{{"S":"{}"}}}})", sk, std::string(3000, 'x')));
  }
  const auto units = [&](const std::string& more) {
    const std::string answer = ok("Query", request("range", "pk = :p", R"({":p":{"S":"a"}})",
                                                   R"(,"Select":"COUNT","ReturnConsumedCapacity":"INDEXES")" + more));
    return answer.substr(answer.find("\"CapacityUnits"));
  };
  EXPECT_EQ(units(""), R"("CapacityUnits":1.5,"Table":{"CapacityUnits":1.5}}})");
  EXPECT_EQ(units(R"(,"ConsistentRead":true)"), R"("CapacityUnits":3.0,"Table":{"CapacityUnits":3.0}}})");
}

// --- Indexes ---

TEST_F(Query, AGlobalIndexHoldsOnlyItemsWithItsKey) {
  put("indexed", R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"G"},"n":{"N":"2"}})");
  put("indexed", R"({"pk":{"S":"b"},"sk":{"N":"1"},"g":{"S":"G"},"n":{"N":"1"}})");
  put("indexed", R"({"pk":{"S":"c"},"sk":{"N":"1"},"g":{"S":"G"}})");
  EXPECT_EQ(ok("Query", request("indexed", "g = :g", R"({":g":{"S":"G"}})",
                                R"(,"IndexName":"by_g","ProjectionExpression":"pk,n")")),
            R"({"Items":[{"n":{"N":"1"},"pk":{"S":"b"}},{"n":{"N":"2"},"pk":{"S":"a"}}],"Count":2,"ScannedCount":2})");
}

TEST_F(Query, AnIndexFollowsEveryChangeOfItsItems) {
  const auto in_index = [&](const char* group) {
    return ok("Query", request("indexed", "g = :g", fmt::format(R"({{":g":{{"S":"{}"}}}})", group),
                               R"(,"IndexName":"by_g_some")"));
  };
  const std::string none = R"({"Items":[],"Count":0,"ScannedCount":0})";
  const std::string key = R"("TableName":"indexed","Key":{"pk":{"S":"a"},"sk":{"N":"1"}})";
  put("indexed", R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"G"},"n":{"N":"2"},"x":{"S":"x"},"y":{"S":"y"}})");
  EXPECT_EQ(in_index("G"), R"({"Items":[{"g":{"S":"G"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"x"}}],)"
                           R"("Count":1,"ScannedCount":1})");
  ok("UpdateItem", "{" + key + R"(,"UpdateExpression":"SET x = y"})");
  EXPECT_EQ(in_index("G"), R"({"Items":[{"g":{"S":"G"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"y"}}],)"
                           R"("Count":1,"ScannedCount":1})");
  ok("UpdateItem", "{" + key + R"(,"UpdateExpression":"SET g = y REMOVE x"})");
  EXPECT_EQ(in_index("G"), none);
  EXPECT_EQ(in_index("y"), R"({"Items":[{"g":{"S":"y"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"N":"1"}}],)"
                           R"("Count":1,"ScannedCount":1})");
  ok("UpdateItem", "{" + key + R"(,"UpdateExpression":"REMOVE n"})");
  EXPECT_EQ(in_index("y"), none);
  ok("UpdateItem", "{" + key + R"(,"UpdateExpression":"SET n = sk"})");
  ok("DeleteItem", "{" + key + "}");
  EXPECT_EQ(in_index("y"), none);
}

TEST_F(Query, ALocalIndexFetchesWhatItsEntriesDoNotHold) {
  put("indexed", R"({"pk":{"S":"a"},"sk":{"N":"1"},"l":{"N":"7"},"x":{"S":"x"},"y":{"S":"y"}})");
  const auto answer = [&](const std::string& more) {
    return ok("Query", request("indexed", "pk = :p", R"({":p":{"S":"a"}})", more));
  };
  EXPECT_EQ(answer(R"(,"IndexName":"by_l_keys")"),
            R"({"Items":[{"l":{"N":"7"},"pk":{"S":"a"},"sk":{"N":"1"}}],"Count":1,"ScannedCount":1})");
  EXPECT_EQ(
      answer(R"(,"IndexName":"by_l_keys","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"INDEXES")"),
      R"({"Items":[{"l":{"N":"7"},"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"x"},"y":{"S":"y"}}],"Count":1,)"
      R"("ScannedCount":1,"ConsumedCapacity":{"TableName":"indexed","CapacityUnits":1.0,"Table":{"CapacityUnits":)"
      R"(0.5},"LocalSecondaryIndexes":{"by_l_keys":{"CapacityUnits":0.5}}}})");
  EXPECT_EQ(answer(R"(,"IndexName":"by_l_some","ProjectionExpression":"x,y")"),
            R"({"Items":[{"x":{"S":"x"},"y":{"S":"y"}}],"Count":1,"ScannedCount":1})");
}

TEST_F(Query, TheKeyToGoOnFromAnIndexHoldsBothKeys) {
  put("indexed", R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"G"},"n":{"N":"2"}})");
  put("indexed", R"({"pk":{"S":"b"},"sk":{"N":"1"},"g":{"S":"G"},"n":{"N":"2"}})");
  const std::string first = ok("Query", request("indexed", "g = :g", R"({":g":{"S":"G"}})",
                                                R"(,"IndexName":"by_g","Limit":1,"ProjectionExpression":"pk")"));
  EXPECT_EQ(first, R"({"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":1,)"
                   R"("LastEvaluatedKey":{"g":{"S":"G"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"N":"1"}}})");
  EXPECT_EQ(ok("Query", request("indexed", "g = :g", R"({":g":{"S":"G"}})",
                                R"(,"IndexName":"by_g","ProjectionExpression":"pk","ExclusiveStartKey":)"
                                R"({"g":{"S":"G"},"n":{"N":"2"},"pk":{"S":"a"},"sk":{"N":"1"}})")),
            R"({"Items":[{"pk":{"S":"b"}}],"Count":1,"ScannedCount":1})");
}

TEST_F(Query, IndexKeysOfTheWrongKindAreRefused) {
  const auto put_g = [&](const char* g) {
    return refused("PutItem",
                   fmt::format(R"({{"TableName":"indexed","Item":{{"pk":{{"S":"a"}},"sk":{{"N":"1"}},"g":{}}}}})", g));
  };
  EXPECT_EQ(put_g(R"({"N":"1"})"),
            "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S "
            "Actual: N IndexName: by_g");
  EXPECT_EQ(put_g(R"({"S":""})"),
            "ValidationException: One or more parameter values are not valid. A value specified for a secondary index "
            "key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. "
            "IndexName: by_g, IndexKey: g");
  const auto update_g = [&](const char* expression, const char* value) {
    return refused("UpdateItem", fmt::format(R"({{"TableName":"indexed","Key":{{"pk":{{"S":"a"}},"sk":{{"N":"1"}}}},)"
                                             R"("UpdateExpression":"{}","ExpressionAttributeValues":{{":v":{}}}}})",
                                             expression, value));
  };
  EXPECT_EQ(update_g("SET g = :v", R"({"N":"1"})"),
            "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S "
            "Actual: N IndexName: by_g");
  EXPECT_EQ(update_g("SET g = if_not_exists(g, :v)", R"({"N":"1"})"),
            "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S "
            "Actual: N IndexName: by_g");
  EXPECT_EQ(
      refused("UpdateItem", R"({"TableName":"indexed","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":)"
                            R"("SET g = sk"})"),
      "ValidationException: The update expression attempted to update the secondary index key to unsupported type");
  EXPECT_EQ(
      update_g("SET g = :v", R"({"S":""})"),
      "ValidationException: One or more parameter values are not valid. The update expression attempted to update "
      "a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot "
      "contain an empty string value.");
}

TEST_F(Query, WritesCostWhatTheyChangeInIndexes) {
  const auto cost = [&](const std::string& operation, const std::string& body) {
    const std::string answer = ok(operation, body);
    return answer.substr(answer.find("\"CapacityUnits"));
  };
  const std::string wanted = R"("ReturnConsumedCapacity":"INDEXES")";
  const std::string key = R"({"TableName":"indexed","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},)" + wanted;
  EXPECT_EQ(
      cost("PutItem", R"({"TableName":"indexed","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"G"},"n":)"
                      R"({"N":"1"},"x":{"S":"x"}},)" +
                          wanted + "}"),
      R"("CapacityUnits":4.0,"Table":{"CapacityUnits":1.0},"GlobalSecondaryIndexes":{"by_g":{"CapacityUnits":1.0},)"
      R"("by_g_keys":{"CapacityUnits":1.0},"by_g_some":{"CapacityUnits":1.0}}}})");
  EXPECT_EQ(
      cost("UpdateItem", key + R"(,"UpdateExpression":"SET y = x"})"),
      R"("CapacityUnits":2.0,"Table":{"CapacityUnits":1.0},"GlobalSecondaryIndexes":{"by_g":{"CapacityUnits":1.0}}}})");
  EXPECT_EQ(
      cost("UpdateItem", key + R"(,"UpdateExpression":"SET g = x"})"),
      R"("CapacityUnits":7.0,"Table":{"CapacityUnits":1.0},"GlobalSecondaryIndexes":{"by_g":{"CapacityUnits":2.0},)"
      R"("by_g_keys":{"CapacityUnits":2.0},"by_g_some":{"CapacityUnits":2.0}}}})");
  EXPECT_EQ(
      cost("DeleteItem", key + "}"),
      R"("CapacityUnits":4.0,"Table":{"CapacityUnits":1.0},"GlobalSecondaryIndexes":{"by_g":{"CapacityUnits":1.0},)"
      R"("by_g_keys":{"CapacityUnits":1.0},"by_g_some":{"CapacityUnits":1.0}}}})");
}

TEST_F(Query, CollectionMetricsAreGivenForTablesWithLocalIndexes) {
  EXPECT_EQ(ok("PutItem", R"({"TableName":"indexed","Item":{"pk":{"S":"a"},"sk":{"N":"1"}},)"
                          R"("ReturnItemCollectionMetrics":"SIZE"})"),
            R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":[0.0,1.0]}})");
  EXPECT_EQ(ok("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"}},"ReturnItemCollectionMetrics":"SIZE"})"),
            "{}");
}

TEST_F(Query, ANewIndexTakesInTheItemsThereAre) {
  put("hash", R"({"pk":{"S":"a"},"g":{"S":"G"},"x":{"N":"1"}})");
  put("hash", R"({"pk":{"S":"b"},"g":{"N":"1"}})");
  put("hash", R"({"pk":{"S":"c"}})");
  ok("UpdateTable", R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
                    R"({"AttributeName":"g","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":)" +
                        index("by_g", keys("g"), "KEYS_ONLY") + "}]}");
  EXPECT_EQ(ok("Scan", R"({"TableName":"hash","IndexName":"by_g"})"),
            R"({"Items":[{"g":{"S":"G"},"pk":{"S":"a"}}],"Count":1,"ScannedCount":1})");
}

// --- Refusals ---

struct BadQuery {
  const char* members;
  const char* error;
};

class RefusedQuery : public Query, public testing::WithParamInterface<BadQuery> {};

TEST_P(RefusedQuery, NamesTheReason) {
  EXPECT_EQ(refused("Query", fmt::format("{{{}}}", GetParam().members)), GetParam().error) << GetParam().members;
}

constexpr const char* kNotSupported = "ValidationException: Query key condition not supported";

INSTANTIATE_TEST_SUITE_P(
    KeyConditions, RefusedQuery,
    testing::Values(
        BadQuery{R"("TableName":"range")",
                 "ValidationException: Either the KeyConditions or KeyConditionExpression "
                 "parameter must be specified in the request."},
        BadQuery{
            R"("TableName":"range","KeyConditionExpression":"sk = :v","ExpressionAttributeValues":{":v":{"N":"1"}})",
            "ValidationException: Query condition missed key schema element: pk"},
        BadQuery{R"("TableName":"range","KeyConditionExpression":"pk = :v AND x = :v",)"
                 R"("ExpressionAttributeValues":{":v":{"S":"1"}})",
                 "ValidationException: Query condition missed key schema element: sk"},
        BadQuery{
            R"("TableName":"range","KeyConditionExpression":"pk > :v","ExpressionAttributeValues":{":v":{"S":"1"}})",
            kNotSupported},
        BadQuery{R"("TableName":"hash","KeyConditionExpression":"pk = :v AND x = :v",)"
                 R"("ExpressionAttributeValues":{":v":{"S":"1"}})",
                 kNotSupported},
        BadQuery{
            R"("TableName":"range","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"N":"1"}})",
            "ValidationException: One or more parameter values were invalid: Condition parameter type does not "
            "match schema type"},
        BadQuery{
            R"("TableName":"hash","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":""}})",
            "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: pk"},
        BadQuery{R"("TableName":"range","KeyConditionExpression":"pk = :v AND x = :v AND y = :v",)"
                 R"("ExpressionAttributeValues":{":v":{"S":"1"}})",
                 "ValidationException: Conditions can be of length 1 or 2 only"}));

#define TT_RANGE_QUERY \
  R"("TableName":"range","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"a"}})"
#define TT_INDEX_QUERY \
  R"("TableName":"indexed","KeyConditionExpression":"g = :v","ExpressionAttributeValues":{":v":{"S":"a"}})"

INSTANTIATE_TEST_SUITE_P(
    Attributes, RefusedQuery,
    testing::Values(
        BadQuery{TT_RANGE_QUERY R"(,"IndexName":"none")",
                 "ValidationException: The table does not have the specified index: none"},
        BadQuery{TT_INDEX_QUERY R"(,"IndexName":"by_g","ConsistentRead":true)",
                 "ValidationException: Consistent reads are not supported on global secondary indexes"},
        BadQuery{TT_RANGE_QUERY R"(,"FilterExpression":"sk = pk")",
                 "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key "
                 "attribute: pk"},
        BadQuery{TT_RANGE_QUERY R"(,"Select":"ALL_PROJECTED_ATTRIBUTES")",
                 "ValidationException: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
        BadQuery{TT_RANGE_QUERY R"(,"Select":"SPECIFIC_ATTRIBUTES")",
                 "ValidationException: Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                 "SPECIFIC_ATTRIBUTES"},
        BadQuery{TT_RANGE_QUERY R"(,"Select":"COUNT","ProjectionExpression":"x")",
                 "ValidationException: Cannot specify the ProjectionExpression when choosing to get only the Count"},
        BadQuery{TT_RANGE_QUERY R"(,"Select":"ALL_ATTRIBUTES","ProjectionExpression":"x")",
                 "ValidationException: Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"},
        BadQuery{TT_INDEX_QUERY R"(,"IndexName":"by_g_keys","Select":"ALL_ATTRIBUTES")",
                 "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
                 "supported for global secondary index by_g_keys because its projection type is not ALL"},
        BadQuery{
            TT_INDEX_QUERY R"(,"IndexName":"by_g_some","ProjectionExpression":"x,y,z")",
            "ValidationException: One or more parameter values were invalid: Global secondary index by_g_some does "
            "not project [y, z]"},
        BadQuery{TT_RANGE_QUERY R"(,"ProjectionExpression":"pk.x")",
                 "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
                 "not allowed: Key: pk"},
        BadQuery{TT_RANGE_QUERY R"(,"Limit":0)",
                 "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
                 "Member must have value greater than or equal to 1"}));

INSTANTIATE_TEST_SUITE_P(
    StartKeys, RefusedQuery,
    testing::Values(
        BadQuery{TT_RANGE_QUERY R"(,"ExclusiveStartKey":{"pk":{"S":"a"}})",
                 "ValidationException: The provided starting key is invalid"},
        BadQuery{TT_RANGE_QUERY R"(,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"S":"a"}})",
                 "ValidationException: The provided key element does not match the schema"},
        BadQuery{TT_RANGE_QUERY R"(,"ExclusiveStartKey":{"pk":{},"sk":{"S":"a"}})",
                 "ValidationException: The provided starting key is invalid: Supplied AttributeValue is empty, must "
                 "contain exactly one of the supported datatypes"},
        BadQuery{TT_RANGE_QUERY R"(,"ExclusiveStartKey":{"pk":{"S":"b"},"sk":{"N":"1"}})",
                 "ValidationException: The provided starting key is outside query boundaries based on provided "
                 "conditions"},
        BadQuery{R"("TableName":"range","KeyConditionExpression":"pk = :v AND sk > :n",)"
                 R"("ExpressionAttributeValues":{":v":{"S":"a"},":n":{"N":"3"}},)"
                 R"("ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"3"}})",
                 "ValidationException: The provided starting key does not match the range key predicate"},
        BadQuery{TT_INDEX_QUERY R"(,"IndexName":"by_g","ExclusiveStartKey":{"g":{"S":"a"},"n":{"N":"1"}})",
                 "ValidationException: The provided starting key is invalid"}));

// --- Scan ---

TEST_F(Query, ScanGivesEveryItemOnce) {
  put_range(1, 3);
  EXPECT_EQ(ok("Scan", R"({"TableName":"range","Select":"COUNT"})"), R"({"Count":3,"ScannedCount":3})");
  EXPECT_EQ(ok("Scan", R"({"TableName":"range","FilterExpression":"even = :t AND pk = :p","ProjectionExpression":"sk",)"
                       R"("ExpressionAttributeValues":{":t":{"BOOL":true},":p":{"S":"a"}}})"),
            R"({"Items":[{"sk":{"N":"2"}}],"Count":1,"ScannedCount":3})");
}

class RefusedScan : public Query, public testing::WithParamInterface<BadQuery> {};

TEST_P(RefusedScan, NamesTheReason) {
  EXPECT_EQ(refused("Scan", fmt::format("{{{}}}", GetParam().members)), GetParam().error) << GetParam().members;
}

INSTANTIATE_TEST_SUITE_P(
    Segments, RefusedScan,
    testing::Values(
        BadQuery{R"("TableName":"range","Segment":0)",
                 "ValidationException: The TotalSegments parameter is required but was not present in the request when "
                 "Segment parameter is present"},
        BadQuery{R"("TableName":"range","TotalSegments":1)",
                 "ValidationException: The Segment parameter is required but was not present in the request when "
                 "parameter TotalSegments is present"},
        BadQuery{R"("TableName":"range","Segment":2,"TotalSegments":2)",
                 "ValidationException: The Segment parameter is zero-based and must be less than parameter "
                 "TotalSegments: Segment: 2 is not less than TotalSegments: 2"},
        BadQuery{
            R"("TableName":"range","ExclusiveStartKey":{"pk":{"S":"a"}})",
            "ValidationException: The provided starting key is invalid: The provided key element does not match the "
            "schema"},
        BadQuery{
            R"("TableName":"range","Segment":-1,"TotalSegments":0)",
            "ValidationException: 2 validation errors detected: Value '0' at 'totalSegments' failed to satisfy "
            "constraint: Member must have value greater than or equal to 1; Value '-1' at 'segment' failed to satisfy "
            "constraint: Member must have value greater than or equal to 0"}));

TEST_F(Query, AStartKeyOfAnotherSegmentIsRefused) {
  std::size_t refusals = 0;
  for (int segment = 0; segment < 2; ++segment) {
    const Answer answer =
        engine.handle("Scan", fmt::format(R"({{"TableName":"range","Segment":{},"TotalSegments":2,)"
                                          R"("ExclusiveStartKey":{{"pk":{{"S":"a"}},"sk":{{"N":"1"}}}}}})",
                                          segment));
    if (answer.status == 200) continue;
    ++refusals;
    EXPECT_EQ(
        short_error(answer.body),
        fmt::format("ValidationException: The provided starting key is invalid: Invalid ExclusiveStartKey. Please "
                    "use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: {}",
                    segment));
  }
  EXPECT_EQ(refusals, 1U);
}

}  // namespace
}  // namespace tabletheory::engine
