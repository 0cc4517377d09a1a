#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "expr/parser.h"
#include "expr/reserved_words_table.h"

namespace tabletheory::expr {
namespace {

std::string problem(const Map* names, const Map* values) {
  const auto found = check_placeholders(names, values);
  EXPECT_TRUE(!found || found->whole);
  return found ? found->message : "";
}
std::string names_problem(const Map& names) {
  return problem(&names, nullptr);
}
std::string values_problem(const Map& values) {
  return problem(nullptr, &values);
}

TEST(Placeholders, ReportsUnusedNamesBeforeUnusedValues) {
  const Map names{{"#a", "a"}, {"#b", "b"}, {"#c", "c"}};
  const Map values{{":x", 1}, {":y", 2}};
  Placeholders placeholders(&names, &values);
  EXPECT_EQ(placeholders.unused(),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b, #c}");
  ASSERT_TRUE(parse_condition("#a = :x", placeholders));
  EXPECT_EQ(placeholders.unused(), "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #c}");
  ASSERT_TRUE(parse_projection("#b, #c", placeholders));
  EXPECT_EQ(placeholders.unused(), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}");
  ASSERT_TRUE(parse_update("SET a = :y", placeholders));
  EXPECT_EQ(placeholders.unused(), std::nullopt);
}

TEST(Placeholders, KnowsNothingWithoutTables) {
  Placeholders placeholders;
  EXPECT_FALSE(placeholders.has_names());
  EXPECT_FALSE(placeholders.has_values());
  EXPECT_EQ(placeholders.name("#a"), nullptr);
  EXPECT_EQ(placeholders.value(":a"), nullptr);
  EXPECT_EQ(placeholders.unused(), std::nullopt);
}

TEST(PlaceholderTables, MayBeAbsentButNotEmpty) {
  EXPECT_EQ(problem(nullptr, nullptr), "");
  EXPECT_EQ(names_problem({}), "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(values_problem({}), "ExpressionAttributeValues must not be empty");
}

TEST(PlaceholderTables, HaveKeysOfTheirForm) {
  EXPECT_EQ(names_problem({{"#a_1", "a"}}), "");
  EXPECT_EQ(names_problem({{"n", "a"}}), "ExpressionAttributeNames contains invalid key: Syntax error; key: \"n\"");
  EXPECT_EQ(names_problem({{"#", "a"}}), "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\"");
  EXPECT_EQ(names_problem({{"#a-b", "a"}}),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
  EXPECT_EQ(values_problem({{":1", 1}}), "");
  EXPECT_EQ(values_problem({{"v", 1}}), "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"");
  EXPECT_EQ(values_problem({{"#v", 1}}), "ExpressionAttributeValues contains invalid key: Syntax error; key: \"#v\"");
}

TEST(PlaceholderTables, HaveKeysOfAtMost255Bytes) {
  EXPECT_EQ(names_problem({{"#" + std::string(254, 'a'), "a"}}), "");
  EXPECT_NE(names_problem({{"#" + std::string(255, 'a'), "a"}}), "");
}

TEST(PlaceholderTables, HaveNamesThatAttributesCanHave) {
  EXPECT_NE(names_problem({{"#a", 1}}), "");
  EXPECT_NE(names_problem({{"#a", ""}}), "");
  EXPECT_EQ(names_problem({{"#a", std::string(65'535, 'x')}}), "");
  EXPECT_NE(names_problem({{"#a", std::string(65'536, 'x')}}), "");
}

TEST(PlaceholderTables, HoldAtMostTwoMegabytes) {
  const std::size_t room = 2 * 1024 * 1024 - 2;  // without the key
  EXPECT_EQ(values_problem({{":v", std::string(room, 'x')}}), "");
  EXPECT_NE(values_problem({{":v", std::string(room + 1, 'x')}}), "");
}

TEST(ReservedWords, AreKnownInAnyCase) {
  EXPECT_TRUE(is_reserved_word("STATUS"));
  EXPECT_TRUE(is_reserved_word("sTaTuS"));
  EXPECT_FALSE(is_reserved_word("statuses"));
  EXPECT_FALSE(is_reserved_word(""));
}

TEST(ReservedWords, AreAllThoseOfTheList) {
  std::ifstream list(TABLETHEORY_SOURCE_DIR "/data/reserved_words.txt");
  std::size_t count = 0;
  for (std::string word; list >> word; ++count) EXPECT_TRUE(is_reserved_word(word)) << word;
  EXPECT_EQ(count, 573U);
  EXPECT_EQ(count, std::size(kReservedWords));
}

}  // namespace
}  // namespace tabletheory::expr
