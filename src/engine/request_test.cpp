#include "engine/request.h"

#include <gtest/gtest.h>

#include <array>

namespace tabletheory::engine {
namespace {

class RequestTest : public testing::Test {
 protected:
  Request parse(std::string_view json) { return Request(*document_.parse(json)); }

  value::WireDocument document_;
};

TEST_F(RequestTest, ReadsMembersOfTheirTypes) {
  const Request request = parse(R"({"s":"x","n":5,"b":true,"o":{"k":1},"a":[1,2]})");
  EXPECT_EQ(*get_string(request, "s"), "x");
  EXPECT_EQ(*get_integer(request, "n"), 5);
  EXPECT_EQ(*get_bool(request, "b"), true);
  EXPECT_EQ((*get_object(request, "o", "Shape"))->size(), 1U);
  EXPECT_EQ((*get_array(request, "a"))->size(), 2U);
}

TEST_F(RequestTest, AnAbsentOrNullMemberIsNothing) {
  const Request request = parse(R"({"null":null})");
  for (const char* name : {"null", "absent"}) {
    EXPECT_EQ(*get_string(request, name), std::nullopt);
    EXPECT_EQ(*get_integer(request, name), std::nullopt);
    EXPECT_EQ(*get_bool(request, name), std::nullopt);
    EXPECT_FALSE(get_object(request, name, "Shape")->has_value());
    EXPECT_FALSE(get_array(request, name)->has_value());
  }
}

TEST_F(RequestTest, IntegersAreCutAndHeldAtTheEndsOfTheirType) {
  const Request request = parse(R"({"f":2.9,"big":1e30,"small":-1e30,"u":18446744073709551615,"i":3000000000})");
  EXPECT_EQ(*get_integer(request, "f"), 2);
  EXPECT_EQ(*get_integer(request, "big"), 2'147'483'647);
  EXPECT_EQ(*get_integer(request, "small"), -2'147'483'648LL);
  EXPECT_EQ(*get_integer(request, "i"), 2'147'483'647);
  EXPECT_EQ(*get_long(request, "i"), 3'000'000'000);
  EXPECT_EQ(*get_long(request, "u"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(RequestTest, AWrongTypeNamesBoth) {
  const Request request = parse(R"({"s":"x","n":5,"f":false,"a":[]})");
  EXPECT_EQ(get_string(request, "n").error().message, "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(get_integer(request, "s").error().message, "STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(get_long(request, "f").error().message, "FALSE_VALUE cannot be converted to Long");
  EXPECT_EQ(get_bool(request, "n").error().message, "NUMBER_VALUE cannot be converted to Boolean");
  EXPECT_EQ(get_object(request, "s", "Projection").error().message, "Unexpected field type");
  EXPECT_EQ(get_object(request, "a", "Projection").error().message,
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Projection");
  EXPECT_EQ(get_array(request, "n").error().message, "Unexpected field type");
  EXPECT_EQ(get_array(request, "n").error().type, "SerializationException");
}

TEST(ConstraintErrors, HoldWhenNothingIsViolated) {
  ConstraintErrors errors;
  errors.length("abc", "name", 3, 3);
  errors.range(1, "limit", 1, 1);
  errors.table_name("a-b.c_D9");
  EXPECT_TRUE(errors.empty());
  EXPECT_TRUE(errors.result());
}

TEST(ConstraintErrors, OneIsToldAlone) {
  ConstraintErrors errors;
  errors.table_name(std::nullopt);
  EXPECT_EQ(errors.result().error().message,
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be "
            "null");
}

TEST(ConstraintErrors, SeveralAreToldTogetherInOrder) {
  ConstraintErrors errors;
  errors.table_name("a;");
  errors.range(0, "limit", 1);
  EXPECT_EQ(errors.result().error().message,
            "3 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 3; Value '0' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1");
}

TEST(ConstraintErrors, AnEnumerationListsItsValues) {
  constexpr auto kAllowed = std::to_array<std::string_view>({"ONE", "TWO"});
  ConstraintErrors errors;
  EXPECT_EQ(errors.one_of("TWO", "mode", kAllowed), 1U);
  EXPECT_EQ(errors.one_of("two", "mode", kAllowed), std::nullopt);
  EXPECT_EQ(errors.result().error().message,
            "1 validation error detected: Value 'two' at 'mode' failed to satisfy constraint: Member must satisfy enum "
            "value set: [ONE, TWO]");
}

TEST(ConstraintErrors, AnArnPassesAsATableName) {
  ConstraintErrors errors;
  errors.table_name("arn:aws:dynamodb:us-east-1:000000000000:table/tab");
  EXPECT_TRUE(errors.empty());
}

}  // namespace
}  // namespace tabletheory::engine
