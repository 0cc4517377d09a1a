#include "tabletheory/value.h"

#include <gtest/gtest.h>

#include <map>

#include "value/value_generator.h"

namespace tabletheory {
namespace {

std::vector<std::string> names(const Map& map) {
  std::vector<std::string> out;
  for (const auto& [name, value] : map) out.push_back(name);
  return out;
}

TEST(TypeNames, ReadBack) {
  for (int i = 0; i < 10; ++i) {
    Type type{};
    ASSERT_TRUE(parse_type_name(type_name(static_cast<Type>(i)), type));
    EXPECT_EQ(type, static_cast<Type>(i));
  }
  Type ignored;
  for (const char* name : {"", "s", "STRING", "SSS", "BOO", "BOOLE", "NUL"})
    EXPECT_FALSE(parse_type_name(name, ignored)) << name;
}

TEST(Map, IteratesInByteOrderOfNames) {
  const Map map{{"b", 1}, {"a", 2}, {"é", 3}, {"B", 4}, {"ab", 5}};
  EXPECT_EQ(names(map), (std::vector<std::string>{"B", "a", "ab", "b", "é"}));
}

TEST(Map, ALaterDuplicateReplacesAnEarlierOne) {
  const Map map{{"a", 1}, {"b", 2}, {"a", 3}};
  EXPECT_EQ(map, (Map{{"a", 3}, {"b", 2}}));
}

TEST(Map, FromEntriesTellsOfDuplicates) {
  Map map;
  EXPECT_TRUE(Map::from_entries({{"a", 1}, {"b", 2}}, map));
  EXPECT_TRUE(Map::from_entries({{"b", 2}, {"a", 1}}, map));
  EXPECT_EQ(map, (Map{{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(Map::from_entries({{"b", 1}, {"a", 2}, {"b", 3}, {"b", 4}}, map));
  EXPECT_EQ(map, (Map{{"a", 2}, {"b", 4}}));
  EXPECT_TRUE(Map::from_entries({}, map));
  EXPECT_TRUE(map.empty());
}

TEST(Map, SetInsertsAndReplaces) {
  Map map;
  map.set("b", 1);
  map.set("a", 2);
  map.set("b", 3);
  EXPECT_EQ(map, (Map{{"a", 2}, {"b", 3}}));
}

TEST(Map, IndexInsertsNullOnce) {
  Map map;
  EXPECT_TRUE(map["x"].is_null());
  map["x"] = Value(true);
  EXPECT_TRUE(map["x"].boolean());
  EXPECT_EQ(map.size(), 1U);
}

TEST(Map, EraseTellsWhetherTheNameWasThere) {
  Map map{{"a", 1}, {"b", 2}};
  EXPECT_TRUE(map.erase("a"));
  EXPECT_FALSE(map.erase("a"));
  EXPECT_FALSE(map.erase("zz"));
  EXPECT_EQ(names(map), std::vector<std::string>{"b"});
}

TEST(Map, BehavesAsAnOrderedMapWhateverIsDoneToIt) {
  value::ValueGenerator generate(7);
  Map map;
  std::map<std::string, Value, std::less<>> reference;
  for (int round = 0; round < 5000; ++round) {
    const std::string name = "k" + std::to_string(generate.below(40));
    if (generate.one_in(3)) {
      ASSERT_EQ(map.erase(name), reference.erase(name) == 1);
    } else {
      map.set(name, round);
      reference.insert_or_assign(name, Value(round));
    }
    const Value* found = map.find(name);
    ASSERT_EQ(found != nullptr, reference.contains(name));
    ASSERT_EQ(map.contains("k" + std::to_string(generate.below(40)) + "x"), false);
    ASSERT_TRUE(std::ranges::equal(
        map, reference, [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }));
  }
}

TEST(Value, HasTheTypeItWasMadeFrom) {
  EXPECT_EQ(Value("a").type(), Type::kS);
  EXPECT_EQ(Value(std::string_view("a")).type(), Type::kS);
  EXPECT_EQ(Value(1).type(), Type::kN);
  EXPECT_EQ(Value(Bytes{1}).type(), Type::kB);
  EXPECT_EQ(Value(true).type(), Type::kBool);
  EXPECT_EQ(Value().type(), Type::kNull);
  EXPECT_EQ(Value(nullptr).type(), Type::kNull);
  EXPECT_EQ(Value(Map{}).type(), Type::kM);
  EXPECT_EQ(Value(List{}).type(), Type::kL);
  EXPECT_EQ(Value(StringSet{{"a"}}).type(), Type::kSS);
  EXPECT_EQ(Value(NumberSet{{1}}).type(), Type::kNS);
  EXPECT_EQ(Value(BinarySet{{{1}}}).type(), Type::kBS);
}

TEST(ValueEquality, IsByTypeAndContent) {
  EXPECT_EQ(Value(Number::parse("1.0").value()), Value(1));
  EXPECT_NE(Value("1"), Value(1));
  EXPECT_NE(Value(true), Value(false));
  EXPECT_EQ(Value(), Value(nullptr));
  EXPECT_EQ(Value(List{1, "a"}), Value(List{1, "a"}));
  EXPECT_NE(Value(List{1, "a"}), Value(List{"a", 1}));
  EXPECT_EQ(Value(Map{{"a", 1}, {"b", 2}}), Value(Map{{"b", 2}, {"a", 1}}));
}

TEST(ValueEquality, IgnoresTheOrderOfSets) {
  EXPECT_EQ(Value(StringSet{{"a", "b"}}), Value(StringSet{{"b", "a"}}));
  EXPECT_EQ(Value(NumberSet{{1, 2, 3}}), Value(NumberSet{{3, 1, 2}}));
  EXPECT_EQ(Value(BinarySet{{{1}, {2}}}), Value(BinarySet{{{2}, {1}}}));
  EXPECT_NE(Value(StringSet{{"a", "b"}}), Value(StringSet{{"a", "c"}}));
  EXPECT_NE(Value(StringSet{{"a", "b"}}), Value(StringSet{{"a"}}));
}

}  // namespace
}  // namespace tabletheory
