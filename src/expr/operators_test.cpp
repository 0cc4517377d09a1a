#include "expr/operators.h"

#include <gtest/gtest.h>

#include <tuple>

#include "expr/printer.h"

namespace tabletheory::expr {
namespace {

std::string printed(std::string_view op, std::vector<Value> values) {
  const auto condition = make_condition(Path::attribute("a"), op, std::move(values));
  EXPECT_TRUE(condition.has_value()) << op;
  return condition ? Printer().condition(*condition) : "";
}

std::string refusal(std::string_view op, std::size_t count, OperatorUse use = OperatorUse::kCondition) {
  const auto found = resolve_operator(op, count, use);
  if (found) return "";
  EXPECT_EQ(found.error().code(), ErrorCode::kInvalidOperator);
  return found.error().message();
}

TEST(Operators, HaveTheirNamesInAnyCase) {
  const std::pair<std::string_view, std::vector<std::string_view>> kNames[] = {
      {"#n1 = :v1", {"=", "eq", "EQ"}},
      {"#n1 <> :v1", {"!=", "<>", "Ne"}},
      {"#n1 < :v1", {"<", "lt"}},
      {"#n1 <= :v1", {"<=", "le"}},
      {"#n1 > :v1", {">", "gt"}},
      {"#n1 >= :v1", {">=", "GE"}},
      {"begins_with(#n1, :v1)", {"begins_with", "BEGINS_WITH"}},
      {"contains(#n1, :v1)", {"contains"}},
      {"#n1 IN (:v1)", {"in", "IN"}},
      {"attribute_type(#n1, :v1)", {"type", "attribute_type"}},
      {"size(#n1) = :v1", {"size =", "SIZE_EQ"}},
      {"size(#n1) <> :v1", {"size !=", "size <>", "size_ne"}},
      {"size(#n1) < :v1", {"size <", "size_lt"}},
      {"size(#n1) <= :v1", {"size <=", "size_le"}},
      {"size(#n1) > :v1", {"size >", "size_gt"}},
      {"size(#n1) >= :v1", {"size >=", "size_ge"}}};
  for (const auto& [text, names] : kNames) {
    for (const auto name : names) EXPECT_EQ(printed(name, {"x"}), text) << name;
  }
  EXPECT_EQ(printed("Between", {1, 2}), "#n1 BETWEEN :v1 AND :v2");
  EXPECT_EQ(printed("size between", {1, 2}), "size(#n1) BETWEEN :v1 AND :v2");
  EXPECT_EQ(printed("exists", {}), "attribute_exists(#n1)");
  EXPECT_EQ(printed("Attribute_Exists", {}), "attribute_exists(#n1)");
  EXPECT_EQ(printed("not_exists", {}), "attribute_not_exists(#n1)");
  EXPECT_EQ(printed("attribute_not_exists", {}), "attribute_not_exists(#n1)");
}

TEST(Operators, TakeNestedPaths) {
  const auto condition = make_condition(Path::parse("a.b[3].c").value(), "=", {1});
  EXPECT_EQ(Printer().condition(*condition), "#n1.#n2[3].#n3 = :v1");
}

TEST(Operators, TakeSoManyValuesAndNoOthers) {
  EXPECT_EQ(refusal("=", 0), "operator \"=\" takes 1 value, but 0 were given");
  EXPECT_EQ(refusal("EQ", 2), "operator \"=\" takes 1 value, but 2 were given");
  EXPECT_EQ(refusal("between", 1), "operator \"between\" takes 2 values, but 1 was given");
  EXPECT_EQ(refusal("exists", 1), "operator \"exists\" takes no value, but 1 was given");
  EXPECT_EQ(refusal("in", 0), "operator \"in\" takes 1 to 100 values, but 0 were given");
  EXPECT_EQ(refusal("in", 101), "operator \"in\" takes 1 to 100 values, but 101 were given");
  EXPECT_EQ(refusal("in", 100), "");
}

TEST(Operators, EachHasItsOwnArity) {
  const std::tuple<std::string_view, std::size_t, std::size_t> kArities[] = {
      {"=", 1, 1},           {"<>", 1, 1},       {"<", 1, 1},       {"<=", 1, 1},      {">", 1, 1},
      {">=", 1, 1},          {"between", 2, 2},  {"in", 1, 100},    {"exists", 0, 0},  {"not_exists", 0, 0},
      {"begins_with", 1, 1}, {"contains", 1, 1}, {"type", 1, 1},    {"size_eq", 1, 1}, {"size_ne", 1, 1},
      {"size_lt", 1, 1},     {"size_le", 1, 1},  {"size_gt", 1, 1}, {"size_ge", 1, 1}, {"size_between", 2, 2}};
  EXPECT_EQ(std::size(kArities), std::size(kOperators)) << "every operator is here";
  for (const auto& [name, least, most] : kArities) {
    EXPECT_EQ(refusal(name, least), "") << name;
    EXPECT_EQ(refusal(name, most), "") << name;
    EXPECT_NE(refusal(name, most + 1), "") << name;
    if (least > 0) {
      EXPECT_NE(refusal(name, least - 1), "") << name;
    }
  }
}

TEST(Operators, SuggestWhatAnUnknownOneWasMeantToBe) {
  EXPECT_EQ(refusal("==", 1), "there is no operator \"==\"; did you mean \"=\"?");
  EXPECT_EQ(refusal("starts_with", 1), "there is no operator \"starts_with\"; did you mean \"begins_with\"?");
  EXPECT_EQ(refusal("betwen", 2), "there is no operator \"betwen\"; did you mean \"between\"?");
  EXPECT_EQ(refusal("Contain", 1), "there is no operator \"Contain\"; did you mean \"contains\"?");
  EXPECT_NE(refusal("~", 1).find("use one of ="), std::string::npos);
  EXPECT_NE(refusal("", 1), "");
  EXPECT_NE(refusal(std::string(100'000, 'x'), 1), "");
}

TEST(Operators, OfKeysAreFewer) {
  for (const Operator& op : kOperators) {
    const bool partition = op.name == "=";
    const bool sort = partition || op.name == "<" || op.name == "<=" || op.name == ">" || op.name == ">=" ||
                      op.name == "between" || op.name == "begins_with";
    EXPECT_EQ(refusal(op.name, op.min_values, OperatorUse::kPartitionKey).empty(), partition) << op.name;
    EXPECT_EQ(refusal(op.name, op.min_values, OperatorUse::kSortKey).empty(), sort) << op.name;
  }
  EXPECT_EQ(refusal("contains", 1, OperatorUse::kSortKey),
            "a sort key cannot take operator \"contains\"; use =, <, <=, >, >=, between, begins_with, or put the "
            "condition into the filter");
}

TEST(Operators, MakeKeyConditions) {
  const auto key = make_key_condition("sk", "Between", {"a", "b"}, OperatorUse::kSortKey);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->op, KeyCondition::Op::kBetween);
  EXPECT_EQ(key->values, (std::vector<Value>{"a", "b"}));
  EXPECT_FALSE(make_key_condition("pk", "<", {"a"}, OperatorUse::kPartitionKey));
}

TEST(Operators, PrintKeyConditionsSoThatTheyAreReadBack) {
  const Map values{{":v1", "a"}, {":v2", "b"}};
  const Map names{{"#n1", "sk"}};
  for (const char* op : {"=", "<", "<=", ">", ">=", "begins_with", "between"}) {
    std::vector<Value> operands{"a"};
    if (std::string_view(op) == "between") operands.emplace_back("b");
    const auto key = make_key_condition("sk", op, operands, OperatorUse::kSortKey);
    ASSERT_TRUE(key) << op;
    Placeholders placeholders(&names, &values);
    const auto read = parse_key_condition(Printer().condition(to_condition(*key)), placeholders);
    ASSERT_TRUE(read) << op;
    EXPECT_EQ(read->front().op, key->op) << op;
    EXPECT_EQ(read->front().values, key->values) << op;
  }
}

}  // namespace
}  // namespace tabletheory::expr
