#include "expr/evaluate.h"

#include <gtest/gtest.h>

namespace tabletheory::expr {
namespace {

const Item kItem{{"s", "hello"},
                 {"n", 10},
                 {"b", Bytes{1, 2, 3}},
                 {"t", true},
                 {"u", "h\xC3\xA9"},
                 {"null", nullptr},
                 {"m", Map{{"x", 1}, {"deep", Map{{"y", "z"}}}}},
                 {"l", List{1, "two", Map{{"k", 3}}, List{}}},
                 {"ss", StringSet{{"a", "b"}}},
                 {"ns", NumberSet{{Number(1), Number(2)}}},
                 {"bs", BinarySet{{Bytes{9}}}}};

const Map kValues{{":s", "hello"},
                  {":he", "he"},
                  {":lo", "lo"},
                  {":z", "z"},
                  {":a", "a"},
                  {":n", 10},
                  {":ten", Number::parse("1E1").value()},
                  {":9", 9},
                  {":1", 1},
                  {":2", 2},
                  {":3", 3},
                  {":5", 5},
                  {":b", Bytes{1, 2, 3}},
                  {":b12", Bytes{1, 2}},
                  {":b23", Bytes{2, 3}},
                  {":b9", Bytes{9}},
                  {":b200", Bytes{200}},
                  {":null", nullptr},
                  {":true", true},
                  {":k3", Map{{"k", 3}}},
                  {":ssr", StringSet{{"b", "a"}}},
                  {":S", "S"},
                  {":NS", "NS"},
                  {":NULL", "NULL"}};

const Map kNames{{"#null", "null"}};

bool holds(std::string_view text, const Item& item = kItem) {
  Placeholders placeholders(&kNames, &kValues);
  const auto condition = parse_condition(text, placeholders);
  EXPECT_TRUE(condition.has_value()) << text << ": " << condition.error().message;
  return condition && matches(*condition, item);
}

TEST(Find, FollowsMembersAndElements) {
  EXPECT_EQ(*find(kItem, Path::parse("m.deep.y").value()), Value("z"));
  EXPECT_EQ(*find(kItem, Path::parse("l[2].k").value()), Value(3));
}

TEST(Find, FindsNothingBeyondTheItem) {
  for (const char* path : {"x", "s.x", "s[0]", "m[0]", "m.y", "l.x", "l[4]", "l[2147483647]", "m.deep.y.z"}) {
    EXPECT_EQ(find(kItem, Path::parse(path).value()), nullptr) << path;
  }
}

TEST(Evaluate, ComparesStringsNumbersAndBytes) {
  EXPECT_TRUE(holds("s = :s AND s >= :s AND s > :he AND s < :z AND s <= :z AND s <> :z"));
  EXPECT_TRUE(holds("n = :ten AND n > :9 AND NOT n < :9"));
  EXPECT_TRUE(holds("b = :b AND b > :b12 AND b < :b200"));
}

TEST(Evaluate, OrdersNumbersByValueAndNotByText) {
  EXPECT_TRUE(holds("n > :9"));
}

TEST(Evaluate, FindsValuesOfDifferentTypesUnequalAndInNoOrder) {
  EXPECT_FALSE(holds("s = :n"));
  EXPECT_TRUE(holds("s <> :n"));
  EXPECT_FALSE(holds("s < :n"));
  EXPECT_FALSE(holds("s >= :n"));
  EXPECT_FALSE(holds("t > n"));
}

TEST(Evaluate, FindsAnAbsentAttributeUnequalToEverything) {
  EXPECT_FALSE(holds("x = :n"));
  EXPECT_TRUE(holds("x <> :n"));
  EXPECT_FALSE(holds("x < :n"));
  EXPECT_FALSE(holds("x = y"));
  EXPECT_FALSE(holds("x BETWEEN :1 AND :n"));
  EXPECT_FALSE(holds("x IN (:1, y)"));
  EXPECT_TRUE(holds("NOT x = :n"));
}

TEST(Evaluate, ComparesDocumentsAndSetsForEquality) {
  EXPECT_TRUE(holds("ss = :ssr"));
  EXPECT_TRUE(holds("l[2] = :k3"));
  EXPECT_TRUE(holds("#null = :null AND t = :true"));
}

TEST(Evaluate, IncludesBothBoundsOfBetween) {
  EXPECT_TRUE(holds("n BETWEEN :n AND :n"));
  EXPECT_TRUE(holds("s BETWEEN :he AND :z"));
  EXPECT_FALSE(holds("n BETWEEN :1 AND :9"));
  EXPECT_FALSE(holds("n BETWEEN s AND :z"));
}

TEST(Evaluate, FindsAValueInAList) {
  EXPECT_TRUE(holds("n IN (:1, :ten)"));
  EXPECT_FALSE(holds("n IN (:1, :s)"));
  EXPECT_TRUE(holds("s IN (:z, s2, :s)"));
}

TEST(Evaluate, KnowsWhetherAnAttributeExists) {
  EXPECT_TRUE(holds("attribute_exists(m.deep) AND attribute_not_exists(m.shallow) AND attribute_exists(#null)"));
  EXPECT_FALSE(holds("attribute_exists(l[9])"));
  EXPECT_TRUE(holds("attribute_not_exists(s)", Item{}));
}

TEST(Evaluate, KnowsTheTypeOfAnAttribute) {
  EXPECT_TRUE(holds("attribute_type(s, :S) AND attribute_type(ns, :NS) AND attribute_type(#null, :NULL)"));
  EXPECT_FALSE(holds("attribute_type(n, :S)"));
  EXPECT_FALSE(holds("attribute_type(x, :S)"));
}

TEST(Evaluate, ComparesBeginnings) {
  EXPECT_TRUE(holds("begins_with(s, :he) AND begins_with(s, :s) AND begins_with(b, :b12)"));
  EXPECT_FALSE(holds("begins_with(s, :lo)"));
  EXPECT_FALSE(holds("begins_with(s, :b)"));
  EXPECT_FALSE(holds("begins_with(n, :s)"));
  EXPECT_FALSE(holds("begins_with(b, :b23)"));
}

TEST(Evaluate, ContainsSubstringsAndElements) {
  EXPECT_TRUE(holds("contains(s, :lo) AND contains(b, :b23) AND contains(ss, :a) AND contains(ns, :2)"));
  EXPECT_TRUE(holds("contains(bs, :b9) AND contains(l, :1) AND contains(l, :k3)"));
  EXPECT_FALSE(holds("contains(s, :z)"));
  EXPECT_FALSE(holds("contains(ss, :1)"));
  EXPECT_FALSE(holds("contains(ns, :9)"));
  EXPECT_FALSE(holds("contains(m, :1)"));
  EXPECT_FALSE(holds("contains(x, :1)"));
}

TEST(Evaluate, MeasuresBytesOfTextAndElementsOfContainers) {
  EXPECT_TRUE(holds("size(s) = :5 AND size(u) = :3 AND size(b) = :3 AND size(ss) = :2 AND size(m) = :2"));
  EXPECT_TRUE(holds("size(ns) BETWEEN :1 AND :2 AND size(bs) IN (:1) AND size(l) > :3 AND size(m) < size(l)"));
}

TEST(Evaluate, HasNoSizeOfNumbersAndAbsentAttributes) {
  EXPECT_FALSE(holds("size(n) > :1 OR size(n) <= :1"));
  EXPECT_FALSE(holds("size(x) > :1 OR size(x) <= :1"));
  EXPECT_FALSE(holds("size(t) = :1"));
}

TEST(Evaluate, CombinesConditions) {
  EXPECT_TRUE(holds("attribute_exists(s) AND (attribute_exists(x) OR attribute_exists(n))"));
  EXPECT_FALSE(holds("attribute_exists(s) AND attribute_exists(x)"));
  EXPECT_FALSE(holds("attribute_exists(x) OR attribute_exists(y)"));
  EXPECT_TRUE(holds("NOT NOT attribute_exists(s)"));
}

TEST(Project, TakesPartsAsTheyLie) {
  Placeholders placeholders;
  const auto projection = parse_projection("m.deep.y, s, l[2].k, x, m.shallow", placeholders);
  EXPECT_EQ(project(*projection, kItem),
            (Item{{"l", List{Map{{"k", 3}}}}, {"m", Map{{"deep", Map{{"y", "z"}}}}}, {"s", "hello"}}));
}

TEST(Project, KeepsElementsInTheirOrderWithoutGaps) {
  Placeholders placeholders;
  const auto projection = parse_projection("l[3], l[0], l[9], l[1]", placeholders);
  EXPECT_EQ(project(*projection, kItem), (Item{{"l", List{1, "two", List{}}}}));
}

TEST(Project, LeavesOutParentsOfWhichNothingIsFound) {
  Placeholders placeholders;
  const auto projection = parse_projection("m.q, l[9], s.x", placeholders);
  EXPECT_EQ(project(*projection, kItem), Item{});
}

TEST(Project, KeepsContainersThatAreEmptyThemselves) {
  Placeholders placeholders;
  const auto projection = parse_projection("l[3]", placeholders);
  EXPECT_EQ(project(*projection, kItem), (Item{{"l", List{Value(List{})}}}));
}

}  // namespace
}  // namespace tabletheory::expr
