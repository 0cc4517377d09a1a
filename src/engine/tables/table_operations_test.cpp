// DescribeTable, ListTables, DeleteTable, time to live and tags.
#include <gmock/gmock.h>

#include "engine/engine_test_support.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;

using DescribeTable = EngineTest;

TEST_F(DescribeTable, CountsItemsAndTheirBytes) {
  make_table("tab");
  call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"a"}}})");
  call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"b"},"n":{"N":"12"}}})");
  EXPECT_THAT(call("DescribeTable", R"({"TableName":"tab"})"), HasSubstr(R"("TableSizeBytes":9,"ItemCount":2)"));
}

TEST_F(DescribeTable, TakesAnArn) {
  make_table("tab");
  EXPECT_THAT(call("DescribeTable", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/tab"})"),
              HasSubstr(R"("TableName":"tab")"));
  EXPECT_THAT(refusal("DescribeTable", R"({"TableName":"arn:aws:dynamodb:us-east-2:000000000000:table/tab"})"),
              HasSubstr("ResourceNotFoundException: "));
}

TEST_F(DescribeTable, AnAbsentTableIsNotFound) {
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":"absent"})"),
            "ResourceNotFoundException: Requested resource not found: Table: absent not found");
  EXPECT_EQ(refusal("DescribeTable", "{}"),
            "ValidationException: The parameter 'TableName' is required but was not present in the request");
}

class ListTables : public EngineTest {
 protected:
  ListTables() {
    for (const char* name : {"ccc", "aaa", "bbb"}) make_table(name);
  }
};

TEST_F(ListTables, GivesAllNamesInOrder) {
  EXPECT_EQ(call("ListTables", "{}"), R"({"TableNames":["aaa","bbb","ccc"]})");
}

TEST_F(ListTables, GoesByPages) {
  EXPECT_EQ(call("ListTables", R"({"Limit":2})"), R"({"TableNames":["aaa","bbb"],"LastEvaluatedTableName":"bbb"})");
  EXPECT_EQ(call("ListTables", R"({"Limit":2,"ExclusiveStartTableName":"bbb"})"), R"({"TableNames":["ccc"]})");
  EXPECT_EQ(call("ListTables", R"({"Limit":3})"), R"({"TableNames":["aaa","bbb","ccc"]})");
  EXPECT_EQ(call("ListTables", R"({"ExclusiveStartTableName":"abc"})"), R"({"TableNames":["bbb","ccc"]})");
  EXPECT_EQ(call("ListTables", R"({"ExclusiveStartTableName":"zzz"})"), R"({"TableNames":[]})");
}

TEST_F(ListTables, HoldsItsParametersAgainstTheirConstraints) {
  EXPECT_EQ(refusal("ListTables", R"({"ExclusiveStartTableName":"a;","Limit":101})"),
            "ValidationException: 3 validation errors detected: Value 'a;' at 'exclusiveStartTableName' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at "
            "'exclusiveStartTableName' failed to satisfy constraint: Member must have length greater than or equal to "
            "3; Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100");
}

using DeleteTable = EngineTest;

TEST_F(DeleteTable, TheTableAndItsItemsAreGone) {
  make_table("tab");
  call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"a"}}})");
  EXPECT_THAT(call("DeleteTable", R"({"TableName":"tab"})"), HasSubstr(R"("TableStatus":"DELETING")"));
  EXPECT_THAT(refusal("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"a"}}})"),
              HasSubstr("ResourceNotFoundException: Requested resource not found"));
  make_table("tab");
  EXPECT_EQ(call("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"a"}}})"), "{}");
}

TEST_F(DeleteTable, OtherTablesKeepTheirItems) {
  make_table("one");
  make_table("two");
  call("PutItem", R"({"TableName":"two","Item":{"pk":{"S":"a"}}})");
  call("DeleteTable", R"({"TableName":"one"})");
  EXPECT_EQ(call("GetItem", R"({"TableName":"two","Key":{"pk":{"S":"a"}}})"), R"({"Item":{"pk":{"S":"a"}}})");
}

TEST_F(DeleteTable, AProtectedTableStays) {
  make_table("tab");
  call("UpdateTable", R"({"TableName":"tab","DeletionProtectionEnabled":true})");
  EXPECT_EQ(refusal("DeleteTable", R"({"TableName":"tab"})"),
            "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
  call("UpdateTable", R"({"TableName":"tab","DeletionProtectionEnabled":false})");
  call("DeleteTable", R"({"TableName":"tab"})");
}

TEST_F(DeleteTable, AnAbsentTableIsNotFound) {
  EXPECT_EQ(refusal("DeleteTable", R"({"TableName":"absent"})"),
            "ResourceNotFoundException: Requested resource not found: Table: absent not found");
}

class TimeToLive : public EngineTest {
 protected:
  TimeToLive() { make_table("tab"); }

  static std::string change(std::string_view attribute, bool enabled) {
    return R"({"TableName":"tab","TimeToLiveSpecification":{"AttributeName":")" + std::string(attribute) +
           (enabled ? R"(","Enabled":true}})" : R"(","Enabled":false}})");
  }
};

TEST_F(TimeToLive, IsDisabledAtFirst) {
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"tab"})"),
            R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_F(TimeToLive, IsEnabledAndDisabled) {
  EXPECT_EQ(call("UpdateTimeToLive", change("expires", true)),
            R"({"TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}})");
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"tab"})"),
            R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}})");
  EXPECT_EQ(call("UpdateTimeToLive", change("expires", false)),
            R"({"TimeToLiveSpecification":{"AttributeName":"expires","Enabled":false}})");
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"tab"})"),
            R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_F(TimeToLive, TheSameStateAgainIsRefused) {
  EXPECT_EQ(refusal("UpdateTimeToLive", change("expires", false)),
            "ValidationException: TimeToLive is already disabled");
  call("UpdateTimeToLive", change("expires", true));
  EXPECT_EQ(refusal("UpdateTimeToLive", change("expires", true)), "ValidationException: TimeToLive is already enabled");
}

TEST_F(TimeToLive, AnotherAttributeIsRefusedWhileItIsEnabled) {
  call("UpdateTimeToLive", change("expires", true));
  for (const bool enabled : {true, false}) {
    EXPECT_EQ(
        refusal("UpdateTimeToLive", change("other", enabled)),
        "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is expires");
  }
}

TEST_F(TimeToLive, ASpecificationIsRequired) {
  EXPECT_EQ(refusal("UpdateTimeToLive", R"({"TableName":"tab"})"),
            "ValidationException: 1 validation error detected: Value null at 'timeToLiveSpecification' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_THAT(refusal("UpdateTimeToLive", change("", true)),
              HasSubstr("'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length "
                        "greater than or equal to 1"));
  EXPECT_THAT(refusal("DescribeTimeToLive", R"({"TableName":"absent"})"), HasSubstr("ResourceNotFoundException"));
}

class Tags : public EngineTest {
 protected:
  Tags() { make_table("tab"); }

  static std::string arn(std::string_view members = "", std::string_view table = "tab") {
    return R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/)" + std::string(table) + "\"" +
           std::string(members) + "}";
  }
  // `count` tags from number `from` on.
  static std::string numbered(int from, int count) {
    std::string out = R"(,"Tags":[)";
    for (int i = from; i < from + count; ++i) {
      out += (i > from ? R"(,{"Key":"k)" : R"({"Key":"k)") + std::to_string(100 + i) + R"(","Value":"v"})";
    }
    return out + "]";
  }
};

TEST_F(Tags, AreAddedReplacedListedAndTaken) {
  EXPECT_EQ(call("TagResource", arn(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}])")), "{}");
  call("TagResource", arn(R"(,"Tags":[{"Key":"a","Value":"2"}])"));
  EXPECT_EQ(call("ListTagsOfResource", arn()), R"({"Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]})");
  EXPECT_EQ(call("UntagResource", arn(R"(,"TagKeys":["a","absent"])")), "{}");
  EXPECT_EQ(call("ListTagsOfResource", arn()), R"({"Tags":[{"Key":"b","Value":""}]})");
}

TEST_F(Tags, ComeWithCreateTableToo) {
  call("CreateTable", R"({"TableName":"tagged","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],)"
                      R"("KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
                      R"("Tags":[{"Key":"team","Value":"core"}]})");
  EXPECT_EQ(call("ListTagsOfResource", arn("", "tagged")), R"({"Tags":[{"Key":"team","Value":"core"}]})");
}

TEST_F(Tags, AreListedByPagesOfTen) {
  call("TagResource", arn(numbered(0, 25)));
  const std::string first = call("ListTagsOfResource", arn());
  EXPECT_THAT(first, HasSubstr(R"("k109","Value":"v"}],"NextToken":"10"})"));
  EXPECT_THAT(call("ListTagsOfResource", arn(R"(,"NextToken":"10")")), HasSubstr(R"({"Tags":[{"Key":"k110")"));
  EXPECT_THAT(call("ListTagsOfResource", arn(R"(,"NextToken":"20")")), HasSubstr(R"("k124","Value":"v"}]})"));
  for (const char* token : {"26", "x", "1x", "-1", ""}) {
    EXPECT_THAT(refusal("ListTagsOfResource", arn(R"(,"NextToken":")" + std::string(token) + "\"")),
                HasSubstr("Invalid NextToken"));
  }
}

TEST_F(Tags, AreAtMostFifty) {
  call("TagResource", arn(numbered(0, 50)));
  call("TagResource", arn(numbered(0, 50)));
  EXPECT_THAT(refusal("TagResource", arn(numbered(50, 1))), HasSubstr("at most 50 tags; with these it would have 51"));
}

TEST_F(Tags, BadRequestsAreRefused) {
  EXPECT_EQ(refusal("TagResource", arn(R"(,"Tags":[])")),
            "ValidationException: Atleast one Tag needs to be provided as Input.");
  EXPECT_EQ(refusal("UntagResource", arn(R"(,"TagKeys":[])")),
            "ValidationException: Atleast one Tag Key needs to be provided as Input.");
  EXPECT_THAT(refusal("TagResource", arn(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}])")),
              HasSubstr("The tag key a is given more than once"));
  EXPECT_THAT(refusal("TagResource", arn(R"(,"Tags":[{"Key":"","Value":"1"}])")),
              HasSubstr("'tags.1.member.key' failed to satisfy constraint"));
  EXPECT_THAT(refusal("TagResource", "{}"), HasSubstr("Value null at 'resourceArn'"));
}

TEST_F(Tags, TheResourceMustBeATableThatExists) {
  EXPECT_EQ(refusal("ListTagsOfResource", R"({"ResourceArn":"tab"})"),
            "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input tab");
  EXPECT_EQ(refusal("ListTagsOfResource", arn("", "absent")),
            "ResourceNotFoundException: Requested resource not found: ResourcArn: "
            "arn:aws:dynamodb:us-east-1:000000000000:table/absent not found");
}

}  // namespace
}  // namespace tabletheory::engine
