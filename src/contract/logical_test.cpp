#include "contract/logical.h"

#include <gtest/gtest.h>

#include "dms/yaml_reader.h"

namespace tabletheory::contract {
namespace {

value::JsonNode node(std::string_view yaml) {
  auto tree = dms::read_yaml(yaml, "test.yml");
  EXPECT_TRUE(tree) << yaml;
  return tree ? std::move(*tree) : value::JsonNode{};
}

dms::Attribute attribute(Type type, bool json = false) {
  dms::Attribute attribute;
  attribute.attribute = "a";
  attribute.type = type;
  attribute.json = json;
  return attribute;
}

Value read(Type type, std::string_view yaml) {
  const dms::Attribute declared = attribute(type);
  auto value = logical_value(&declared, node(yaml));
  EXPECT_TRUE(value) << yaml;
  return value ? std::move(*value) : Value();
}

bool is_expected(Type type, std::string_view expected, const Value& actual) {
  const dms::Attribute declared = attribute(type);
  return matches(&declared, node(expected), &actual);
}

Number number(std::string_view text) {
  return *Number::parse(text);
}

TEST(LogicalValue, IsReadByTheDeclaredType) {
  EXPECT_EQ(read(Type::kN, "12.50"), Value(number("12.5")));
  EXPECT_EQ(read(Type::kN, "\"12.50\""), Value(number("12.5")));
  EXPECT_EQ(read(Type::kB, "AQI="), Value(Bytes{1, 2}));
  EXPECT_EQ(read(Type::kSS, "[b, a]"), Value(StringSet{{"a", "b"}}));
  EXPECT_EQ(read(Type::kNS, "[1, \"2\"]"), Value(NumberSet{{1, 2}}));
  EXPECT_EQ(read(Type::kBS, "[AQ==]"), Value(BinarySet{{Bytes{1}}}));
  EXPECT_EQ(read(Type::kM, "{ n: 1, s: \"1\" }"), Value(Map{{"n", 1}, {"s", "1"}}));
  EXPECT_TRUE(read(Type::kS, "null").is_null());
}

TEST(LogicalValue, KeepsItsOwnShapeWhereItDoesNotFitSoThatTheSdkRefusesIt) {
  EXPECT_EQ(read(Type::kN, "twelve"), Value("twelve"));
  EXPECT_EQ(read(Type::kN, "123456789012345678901234567890123456789"),
            Value("123456789012345678901234567890123456789"));
  EXPECT_EQ(read(Type::kSS, "[a, true]"), Value(List{"a", true}));
  EXPECT_EQ(read(Type::kBool, "\"true\""), Value("true"));
}

TEST(LogicalValue, FailsForANumberThatNoValueCanHold) {
  const dms::Attribute map = attribute(Type::kM);
  const auto value = logical_value(&map, node("{ n: 1e126 }"));
  ASSERT_FALSE(value);
  EXPECT_TRUE(value.error().is(ErrorCode::kInvalidModel));
}

TEST(ExpressionValue, IsTypedJsonOrAPlainValue) {
  EXPECT_EQ(*expression_value(node("{ N: \"3\" }")), Value(3));
  EXPECT_EQ(*expression_value(node("{ S: \"3\" }")), Value("3"));
  EXPECT_EQ(*expression_value(node("{ SS: [a] }")), Value(StringSet{{"a"}}));
  EXPECT_EQ(*expression_value(node("{ L: [{ S: a }, { N: \"1\" }] }")), Value(List{"a", 1}));
  EXPECT_EQ(*expression_value(node("3")), Value(3));
  EXPECT_EQ(*expression_value(node("open")), Value("open"));
  EXPECT_EQ(*expression_value(node("{ city: Rome }")), Value(Map{{"city", "Rome"}}));
}

TEST(Matches, ComparesNumbersAsExactDecimals) {
  EXPECT_TRUE(is_expected(Type::kN, "1e2", Value(100)));
  EXPECT_TRUE(is_expected(Type::kN, "\"0.10\"", Value(number("0.1"))));
  EXPECT_FALSE(is_expected(Type::kN, "9007199254740993", Value(number("9007199254740992"))));
}

TEST(Matches, TellsTextFromNumbersInsideMaps) {
  EXPECT_TRUE(is_expected(Type::kM, "{ a: 1 }", Value(Map{{"a", 1}})));
  EXPECT_FALSE(is_expected(Type::kM, "{ a: 1 }", Value(Map{{"a", "1"}})));
  EXPECT_FALSE(is_expected(Type::kM, "{ a: \"1\" }", Value(Map{{"a", 1}})));
}

TEST(Matches, ComparesMapsWholeAndListsInOrder) {
  EXPECT_FALSE(is_expected(Type::kM, "{ a: x }", Value(Map{{"a", "x"}, {"b", "y"}})));
  EXPECT_FALSE(is_expected(Type::kM, "{ a: x, b: y }", Value(Map{{"a", "x"}})));
  EXPECT_TRUE(is_expected(Type::kL, "[a, [b]]", Value(List{"a", List{"b"}})));
  EXPECT_FALSE(is_expected(Type::kL, "[b, a]", Value(List{"a", "b"})));
}

TEST(Matches, ComparesSetsWithoutOrder) {
  EXPECT_TRUE(is_expected(Type::kSS, "[b, a]", Value(StringSet{{"a", "b"}})));
  EXPECT_FALSE(is_expected(Type::kSS, "[a, a]", Value(StringSet{{"a", "b"}})));
  EXPECT_FALSE(is_expected(Type::kSS, "[a]", Value(StringSet{{"a", "b"}})));
  EXPECT_TRUE(is_expected(Type::kNS, "[2, 1.0]", Value(NumberSet{{1, 2}})));
  EXPECT_TRUE(is_expected(Type::kBS, "[AQ==]", Value(BinarySet{{Bytes{1}}})));
  EXPECT_TRUE(is_expected(Type::kSS, "[]", Value(StringSet{})));
}

TEST(Matches, ComparesBinariesAsBase64Text) {
  EXPECT_TRUE(is_expected(Type::kB, "AQI=", Value(Bytes{1, 2})));
  EXPECT_FALSE(is_expected(Type::kB, "AQI", Value(Bytes{1, 2})));
}

TEST(Matches, TakesNullForAbsentExceptWhereNullIsAValue) {
  const auto text = attribute(Type::kS);
  const auto null = attribute(Type::kNull);
  const auto json = attribute(Type::kM, true);
  EXPECT_TRUE(matches(&text, node("null"), nullptr));
  EXPECT_FALSE(matches(&null, node("null"), nullptr));
  EXPECT_FALSE(matches(&json, node("null"), nullptr));
  const Value stored_null;
  EXPECT_TRUE(matches(&json, node("null"), &stored_null));
  EXPECT_FALSE(matches(&text, node("x"), nullptr));
}

TEST(Matches, ComparesTimestampsAsInstants) {
  auto created = attribute(Type::kS);
  created.roles = {"created_at"};
  const Value stored("2026-01-01T00:00:00.000000000Z");
  EXPECT_TRUE(matches(&created, node("\"2026-01-01T01:00:00+01:00\""), &stored));
  EXPECT_FALSE(matches(&created, node("\"2026-01-01T01:00:00Z\""), &stored));
}

TEST(MatchesStored, TakesNullForAStoredNullOnly) {
  const Value null;
  EXPECT_TRUE(matches_stored(node("null"), &null));
  EXPECT_FALSE(matches_stored(node("null"), nullptr));
}

TEST(MatchesStored, ComparesTextByteForByteAndBinariesAsBase64) {
  const Value text("2026-01-01T00:00:00.000000000Z");
  EXPECT_FALSE(matches_stored(node("\"2026-01-01T00:00:00Z\""), &text));
  const Value envelope(Map{{"v", 1}, {"ct", Bytes{1}}});
  EXPECT_TRUE(matches_stored(node("{ v: \"1\", ct: AQ== }"), &envelope));
}

TEST(Show, CutsLongValuesBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "é";
  const std::string shown = show(Value(text));
  EXPECT_LT(shown.size(), 260U);
  EXPECT_EQ(shown.substr(shown.size() - 3), "…");
}

}  // namespace
}  // namespace tabletheory::contract
