#include <gmock/gmock.h>

#include "engine/engine_test_support.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;

constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";

class CreateTableTest : public EngineTest {
 protected:
  // A request for the table "notes" with these members beside its name.
  static std::string notes(std::string_view members) { return R"({"TableName":"notes",)" + std::string(members) + "}"; }
  // On demand, keys pk (S) and sk (N), and the further attributes of type S.
  static std::string keyed(std::string_view members, std::initializer_list<std::string_view> attributes = {}) {
    std::string definitions =
        R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"})";
    for (const auto attribute : attributes) {
      definitions += R"(,{"AttributeName":")" + std::string(attribute) + R"(","AttributeType":"S"})";
    }
    return notes(R"("BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                 R"({"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[)" +
                 definitions + "]" + std::string(members));
  }
  static std::string index(std::string_view name, std::string_view hash, std::string_view range,
                           std::string_view projection = R"({"ProjectionType":"ALL"})") {
    std::string keys = R"({"AttributeName":")" + std::string(hash) + R"(","KeyType":"HASH"})";
    if (!range.empty()) keys += R"(,{"AttributeName":")" + std::string(range) + R"(","KeyType":"RANGE"})";
    return R"({"IndexName":")" + std::string(name) + R"(","KeySchema":[)" + keys + R"(],"Projection":)" +
           std::string(projection) + "}";
  }
  // What is refused, without the usual beginning.
  std::string invalid(const std::string& body) {
    std::string told = refusal("CreateTable", body);
    return told.starts_with(kInvalid) ? told.substr(kInvalid.size()) : told;
  }
};

TEST_F(CreateTableTest, DescribesTheTableItMade) {
  EXPECT_EQ(call("CreateTable", keyed("")),
            R"({"TableDescription":{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
            R"({"AttributeName":"sk","AttributeType":"N"}],"TableName":"notes","KeySchema":[{"AttributeName":"pk",)"
            R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"TableStatus":"ACTIVE",)"
            R"("CreationDateTime":1700000000.250,"ProvisionedThroughput":{"NumberOfDecreasesToday":0,)"
            R"("ReadCapacityUnits":0,"WriteCapacityUnits":0},"TableSizeBytes":0,"ItemCount":0,)"
            R"("TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/notes",)"
            R"("TableId":"1c4e0b6d-a9a5-4c43-ad7e-5cbb31e500b3","BillingModeSummary":{"BillingMode":)"
            R"("PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1700000000.250},)"
            R"("DeletionProtectionEnabled":false}})");
}

TEST_F(CreateTableTest, TablesHaveDifferentIds) {
  const auto id_of = [&](std::string_view name) {
    make_table(name);
    const std::string body = call("DescribeTable", R"({"TableName":")" + std::string(name) + R"("})");
    return body.substr(body.find("TableId") + 10, 36);
  };
  EXPECT_NE(id_of("one"), id_of("two"));
}

TEST_F(CreateTableTest, DescribesIndexes) {
  const std::string body = call(
      "CreateTable", keyed(R"(,"GlobalSecondaryIndexes":[)" +
                               index("by_a", "a", "", R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y"]})") +
                               R"(],"LocalSecondaryIndexes":[)" + index("local", "pk", "a") + "]",
                           {"a"}));
  EXPECT_THAT(body, HasSubstr(R"("LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"pk",)"
                              R"("KeyType":"HASH"},{"AttributeName":"a","KeyType":"RANGE"}],"Projection":)"
                              R"({"ProjectionType":"ALL"},"IndexSizeBytes":0,"ItemCount":0,"IndexArn":)"
                              R"("arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/local"}])"));
  EXPECT_THAT(body, HasSubstr(R"("GlobalSecondaryIndexes":[{"IndexName":"by_a","KeySchema":[{"AttributeName":"a",)"
                              R"("KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":)"
                              R"(["x","y"]},"IndexStatus":"ACTIVE","ProvisionedThroughput":{)"
                              R"("NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},)"
                              R"("IndexSizeBytes":0,"ItemCount":0,"IndexArn":)"
                              R"("arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/by_a"}])"));
}

TEST_F(CreateTableTest, KeepsAndDescribesItsSettings) {
  const std::string body =
      call("CreateTable",
           keyed(R"(,"DeletionProtectionEnabled":true,"TableClass":"STANDARD_INFREQUENT_ACCESS","StreamSpecification":)"
                 R"({"StreamEnabled":false},"SSESpecification":{"Enabled":false})"));
  EXPECT_THAT(body, testing::Not(HasSubstr("StreamSpecification")));
  EXPECT_THAT(body, testing::Not(HasSubstr("SSEDescription")));
  EXPECT_THAT(body, HasSubstr(R"("TableClassSummary":{"TableClass":"STANDARD_INFREQUENT_ACCESS"})"));
  EXPECT_THAT(body, HasSubstr(R"("DeletionProtectionEnabled":true)"));
}

TEST_F(CreateTableTest, WhatTheEngineDoesNotDoIsRefused) {
  for (const auto& [member, name] : std::vector<std::pair<std::string, std::string>>{
           {R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})",
            "An enabled StreamSpecification"},
           {R"("SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"k"})",
            "An enabled SSESpecification"},
           {R"("ResourcePolicy":"{}")", "ResourcePolicy"},
           {R"("OnDemandThroughput":{"MaxReadRequestUnits":1})", "OnDemandThroughput"},
           {R"("WarmThroughput":{})", "WarmThroughput"},
       }) {
    EXPECT_EQ(refusal("CreateTable", keyed("," + member)),
              "ValidationException: " + name +
                  " is not supported by this engine, and pretending would mislead: leave it out, or run against "
                  "DynamoDB");
  }
  EXPECT_THAT(refusal("CreateTable", keyed(R"(,"GlobalSecondaryIndexes":[{"IndexName":"by-pk","KeySchema":[)"
                                           R"({"AttributeName":"pk","KeyType":"HASH"}],"Projection":{)"
                                           R"("ProjectionType":"ALL"},"WarmThroughput":{}}])")),
              HasSubstr("WarmThroughput of GlobalSecondaryIndexes is not supported"));
  EXPECT_THAT(refusal("DescribeTable", R"({"TableName":"notes"})"), HasSubstr("ResourceNotFoundException"));
}

TEST_F(CreateTableTest, AProvisionedTableKeepsItsThroughput) {
  const std::string body =
      call("CreateTable", notes(R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"B"}],"KeySchema":[)"
                                R"({"AttributeName":"pk","KeyType":"HASH"}],"ProvisionedThroughput":)"
                                R"({"ReadCapacityUnits":3,"WriteCapacityUnits":4})"));
  EXPECT_THAT(body, HasSubstr(R"("ReadCapacityUnits":3,"WriteCapacityUnits":4})"));
  EXPECT_THAT(body, testing::Not(HasSubstr("BillingModeSummary")));
}

TEST_F(CreateTableTest, ASecondTableOfTheNameIsRefused) {
  call("CreateTable", keyed(""));
  EXPECT_EQ(refusal("CreateTable", keyed("")), "ResourceInUseException: Table already exists: notes");
}

TEST_F(CreateTableTest, TheNameMustBeThereAndOfTheRightLength) {
  EXPECT_EQ(refusal("CreateTable", "{}"),
            "ValidationException: The parameter 'TableName' is required but was not present in the request");
  for (const std::string& name : {std::string(), std::string("ab"), std::string(256, 'a')}) {
    EXPECT_EQ(refusal("CreateTable", R"({"TableName":")" + name + R"("})"),
              "ValidationException: TableName must be at least 3 characters long and at most 255 characters long");
  }
}

TEST_F(CreateTableTest, MissingMembersAreToldTogether) {
  EXPECT_EQ(refusal("CreateTable", R"({"TableName":"a;b"})"),
            "ValidationException: 3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy "
            "constraint: Member must not be null; Value null at 'keySchema' failed to satisfy constraint: Member must "
            "not be null; Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [a-zA-Z0-9_.-]+");
}

TEST_F(CreateTableTest, AnArnIsNoNameForANewTable) {
  EXPECT_THAT(refusal("CreateTable", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"})"),
              HasSubstr("Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
}

TEST_F(CreateTableTest, ElementsAreHeldAgainstTheirConstraints) {
  EXPECT_EQ(
      refusal("CreateTable", notes(R"("AttributeDefinitions":[{"AttributeName":"","AttributeType":"SS"}],)"
                                   R"("KeySchema":[])")),
      "ValidationException: 3 validation errors detected: Value '' at "
      "'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: Member must have length greater "
      "than or equal to 1; Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
      "constraint: Member must satisfy enum value set: [B, N, S]; Value '[]' at 'keySchema' failed to satisfy "
      "constraint: Member must have length greater than or equal to 1");
}

TEST_F(CreateTableTest, ThroughputMustFitTheBillingMode) {
  const std::string keys = R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                           R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)";
  EXPECT_EQ(invalid(notes(keys + R"("BillingMode":"PROVISIONED")")),
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  EXPECT_EQ(invalid(notes(keys + R"("BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":)"
                                 R"({"ReadCapacityUnits":1,"WriteCapacityUnits":1})")),
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  EXPECT_EQ(invalid(notes(keys + R"("ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,)"
                                 R"("WriteCapacityUnits":1})")),
            "ValidationException: Given value 1000000000001 for ReadCapacityUnits is out of bounds");
  EXPECT_EQ(invalid(notes(keys + R"("ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":1})")),
            "ValidationException: 1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' "
            "failed to satisfy constraint: Member must have value greater than or equal to 1");
}

TEST_F(CreateTableTest, KeysMustBeDefined) {
  const auto request = [](std::string_view defined, std::string_view hash, std::string_view range) {
    std::string keys = R"({"AttributeName":")" + std::string(hash) + R"(","KeyType":"HASH"})";
    if (!range.empty()) keys += R"(,{"AttributeName":")" + std::string(range) + R"(","KeyType":"RANGE"})";
    return notes(R"("BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":")" +
                 std::string(defined) + R"(","AttributeType":"S"}],"KeySchema":[)" + keys + "]");
  };
  EXPECT_EQ(invalid(request("b", "a", "")),
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [a], AttributeDefinitions: [b]");
  EXPECT_EQ(invalid(request("a", "a", "b")),
            "ValidationException: Invalid KeySchema: Some index key attribute have no definition");
}

TEST_F(CreateTableTest, EveryDefinitionMustBeUsed) {
  EXPECT_EQ(invalid(keyed("", {"extra"})),
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions");
  EXPECT_EQ(invalid(keyed(R"(,"GlobalSecondaryIndexes":[)" + index("idx", "sk", "") + "]", {"extra"})),
            "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, extra], keys used: [pk, sk]");
}

TEST_F(CreateTableTest, ADefinitionMayNotBeRepeated) {
  EXPECT_THAT(invalid(keyed("", {"pk"})), HasSubstr("names the attribute pk more than once"));
}

TEST_F(CreateTableTest, TheKeySchemaIsHashThenRange) {
  const auto request = [](std::string_view first, std::string_view second, std::string_view name) {
    return notes(R"("BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},)"
                 R"({"AttributeName":"b","AttributeType":"S"}],"KeySchema":[{"AttributeName":"a","KeyType":")" +
                 std::string(first) + R"("},{"AttributeName":")" + std::string(name) + R"(","KeyType":")" +
                 std::string(second) + R"("}])");
  };
  EXPECT_EQ(invalid(request("RANGE", "HASH", "b")),
            "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  EXPECT_EQ(invalid(request("HASH", "HASH", "b")),
            "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  EXPECT_EQ(invalid(request("HASH", "RANGE", "a")),
            "ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name");
}

TEST_F(CreateTableTest, ALocalIndexSharesTheTablesHashAndHasARange) {
  const auto locals = [&](const std::string& local) {
    return invalid(keyed(R"(,"LocalSecondaryIndexes":[)" + local + "]", {"a"}));
  };
  EXPECT_EQ(locals(index("loc", "pk", "")), "Index KeySchema does not have a range key for index: loc");
  EXPECT_EQ(
      locals(index("loc", "a", "sk")),
      "Index KeySchema does not have the same leading hash key as table KeySchema for index: loc. index hash key: "
      "a, table hash key: pk");
  EXPECT_EQ(locals(index("loc", "pk", "b")),
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, b], AttributeDefinitions: "
            "[pk, sk, a]");
  EXPECT_EQ(locals(""), "List of LocalSecondaryIndexes is empty");
  EXPECT_EQ(invalid(notes(R"("BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk",)"
                          R"("AttributeType":"S"},{"AttributeName":"a","AttributeType":"S"}],"KeySchema":[)"
                          R"({"AttributeName":"pk","KeyType":"HASH"}],"LocalSecondaryIndexes":[)" +
                          index("loc", "pk", "a") + "]")),
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
}

TEST_F(CreateTableTest, ProjectionsMustBeConsistent) {
  const auto projected = [&](std::string_view projection) {
    return invalid(keyed(R"(,"GlobalSecondaryIndexes":[)" + index("idx", "sk", "", projection) + "]"));
  };
  EXPECT_EQ(projected("{}"), "Unknown ProjectionType: null");
  EXPECT_EQ(projected(R"({"ProjectionType":"ALL","NonKeyAttributes":["a"]})"),
            "ProjectionType is ALL, but NonKeyAttributes is specified");
  EXPECT_EQ(projected(R"({"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["a"]})"),
            "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified");
  EXPECT_EQ(projected(R"({"ProjectionType":"INCLUDE"})"),
            "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  EXPECT_THAT(projected(R"({"ProjectionType":"INCLUDE","NonKeyAttributes":[]})"),
              HasSubstr("'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: "
                        "Member must have length greater than or equal to 1"));
  EXPECT_THAT(projected("null"), HasSubstr("Value null at 'globalSecondaryIndexes.1.member.projection'"));
}

TEST_F(CreateTableTest, IndexNamesAreDistinctOverBothKinds) {
  EXPECT_EQ(invalid(keyed(R"(,"GlobalSecondaryIndexes":[)" + index("idx", "sk", "") + R"(],"LocalSecondaryIndexes":[)" +
                          index("idx", "pk", "sk") + "]")),
            "Duplicate index name: idx");
}

TEST_F(CreateTableTest, IndexesAreCounted) {
  const auto many = [&](int count, std::string_view hash, std::string_view range) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i > 0 ? "," : "") + index("idx" + std::to_string(i), hash, range);
    return out;
  };
  EXPECT_EQ(invalid(keyed(R"(,"LocalSecondaryIndexes":[)" + many(6, "pk", "sk") + "]")),
            "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  EXPECT_EQ(invalid(keyed(R"(,"GlobalSecondaryIndexes":[)" + many(21, "sk", "pk") + "]")),
            "GlobalSecondaryIndex count exceeds the per-table limit of 20");
  call("CreateTable", keyed(R"(,"GlobalSecondaryIndexes":[)" + many(20, "sk", "pk") + "]"));
}

TEST_F(CreateTableTest, ProjectedAttributesAreCountedOverAllIndexes) {
  const auto projecting = [&](int indexes, int last) {
    std::string out;
    for (int i = 0; i < indexes; ++i) {
      std::string names;
      for (int a = 0; a < (i + 1 == indexes ? last : 20); ++a)
        names += (a > 0 ? ",\"a" : "\"a") + std::to_string(a) + '"';
      out += (i > 0 ? "," : "") + index("idx" + std::to_string(i), "sk", "",
                                        R"({"ProjectionType":"INCLUDE","NonKeyAttributes":[)" + names + "]}");
    }
    return keyed(R"(,"GlobalSecondaryIndexes":[)" + out + "]");
  };
  EXPECT_THAT(invalid(projecting(6, 1)), HasSubstr("more than 100 non-key attributes altogether: 101"));
  call("CreateTable", projecting(5, 20));
}

TEST_F(CreateTableTest, AGlobalIndexMayHaveFourHashAndFourRangeAttributes) {
  const auto with_keys = [](std::string_view kinds) {
    std::string keys;
    std::string definitions;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const std::string name = "k" + std::to_string(i);
      keys += (i > 0 ? "," : "") + (R"({"AttributeName":")" + name + R"(","KeyType":")") +
              (kinds[i] == 'H' ? "HASH" : "RANGE") + "\"}";
      definitions += R"(,{"AttributeName":")" + name + R"(","AttributeType":"S"})";
    }
    return notes(R"("BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                 R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"})" +
                 definitions + R"(],"GlobalSecondaryIndexes":[{"IndexName":"multi","KeySchema":[)" + keys +
                 R"(],"Projection":{"ProjectionType":"ALL"}}])");
  };
  EXPECT_THAT(invalid(with_keys("HHHHH")), HasSubstr("at most 4 HASH and 4 RANGE"));
  EXPECT_THAT(invalid(with_keys("HRRRRR")), HasSubstr("at most 4 HASH and 4 RANGE"));
  EXPECT_THAT(invalid(with_keys("HRH")), HasSubstr("before its RANGE"));
  EXPECT_THAT(invalid(with_keys("RRH")), HasSubstr("first KeySchemaElement is not a HASH"));
  call("CreateTable", with_keys("HHHHRRRR"));
}

TEST_F(CreateTableTest, IndexThroughputMustFitTheBillingMode) {
  const std::string with_units =
      R"({"IndexName":"idx","KeySchema":[{"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},)"
      R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}})";
  EXPECT_EQ(invalid(keyed(R"(,"GlobalSecondaryIndexes":[)" + with_units + "]")),
            "ProvisionedThroughput should not be specified for index: idx when BillingMode is PAY_PER_REQUEST");
}

TEST_F(CreateTableTest, AStreamNeedsAViewType) {
  EXPECT_EQ(invalid(keyed(R"(,"StreamSpecification":{"StreamEnabled":true})")),
            "StreamViewType is required when StreamEnabled is true");
}

}  // namespace
}  // namespace tabletheory::engine
