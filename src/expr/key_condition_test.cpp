#include <gtest/gtest.h>

#include "expr/parser.h"

namespace tabletheory::expr {
namespace {

const Map kNames{{"#pk", "pk"}};
const Map kValues{{":a", "a"}, {":b", "b"}};

Parsed<std::vector<KeyCondition>> parse(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  return parse_key_condition(text, placeholders);
}

std::string whole_problem(std::string_view text) {
  const auto keys = parse(text);
  if (keys) return "";
  EXPECT_TRUE(keys.error().whole) << text;
  return keys.error().message;
}

TEST(KeyCondition, ReadsAPartitionAndASortCondition) {
  const auto keys = parse("#pk = :a AND (sk BETWEEN :a AND :b)");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[0].attribute, "pk");
  EXPECT_EQ((*keys)[0].op, KeyCondition::Op::kEq);
  EXPECT_EQ((*keys)[0].values, (std::vector<Value>{"a"}));
  EXPECT_EQ((*keys)[1].op, KeyCondition::Op::kBetween);
  EXPECT_EQ((*keys)[1].values, (std::vector<Value>{"a", "b"}));
}

TEST(KeyCondition, ReadsEachOperatorAKeyTakes) {
  const std::pair<const char*, KeyCondition::Op> kCases[] = {
      {"k = :a", KeyCondition::Op::kEq},  {"k < :a", KeyCondition::Op::kLt},
      {"k <= :a", KeyCondition::Op::kLe}, {"k > :a", KeyCondition::Op::kGt},
      {"k >= :a", KeyCondition::Op::kGe}, {"begins_with(k, :a)", KeyCondition::Op::kBeginsWith}};
  for (const auto& [text, op] : kCases) {
    const auto keys = parse(text);
    ASSERT_TRUE(keys) << text;
    EXPECT_EQ(keys->front().op, op) << text;
  }
}

TEST(KeyCondition, TurnsAComparisonAroundThatNamesTheValueFirst) {
  EXPECT_EQ(parse(":a < k")->front().op, KeyCondition::Op::kGt);
  EXPECT_EQ(parse(":a >= k")->front().op, KeyCondition::Op::kLe);
}

TEST(KeyCondition, FindsConditionsBelowNestedAnds) {
  const auto keys = parse("(a = :a AND b = :a) AND (c = :a AND d = :a)");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 4U);
}

TEST(KeyCondition, RefusesOtherOperators) {
  const std::string prefix = "Invalid operator used in KeyConditionExpression: ";
  EXPECT_EQ(whole_problem("a = :a OR b = :b"), prefix + "OR");
  EXPECT_EQ(whole_problem("NOT a = :a"), prefix + "NOT");
  EXPECT_EQ(whole_problem("a <> :a"), prefix + "<>");
  EXPECT_EQ(whole_problem("a IN (:a)"), prefix + "IN");
  EXPECT_EQ(whole_problem("attribute_exists(a)"), prefix + "attribute_exists");
  EXPECT_EQ(whole_problem("contains(a, :a)"), prefix + "contains");
}

TEST(KeyCondition, RefusesOperandsThatAreNoKey) {
  EXPECT_EQ(whole_problem("size(a) = :a"), "KeyConditionExpressions cannot contain nested operations");
  EXPECT_EQ(whole_problem("a.b = :a"), "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(whole_problem(":a = :b"), "Invalid condition in KeyConditionExpression: No key attribute specified");
  EXPECT_EQ(whole_problem("a = b"),
            "Invalid condition in KeyConditionExpression: multiple attributes used in one condition");
  EXPECT_EQ(
      whole_problem("begins_with(:a, a)"),
      "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first "
      "operand");
  EXPECT_EQ(whole_problem(":a BETWEEN :a AND a"),
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first "
            "operand");
}

TEST(KeyCondition, RefusesTwoConditionsOnOneKey) {
  EXPECT_EQ(whole_problem("a > :a AND a < :b"), "KeyConditionExpressions must only contain one condition per key");
}

TEST(KeyCondition, LeavesThePrefixOfCommonProblemsToTheCaller) {
  const auto keys = parse("a =");
  ASSERT_FALSE(keys);
  EXPECT_FALSE(keys.error().whole);
  EXPECT_EQ(keys.error().message, "Syntax error; token: \"<EOF>\", near: \"a =\"");
}

}  // namespace
}  // namespace tabletheory::expr
