#include <gtest/gtest.h>

#include "expr/evaluate.h"

namespace tabletheory::expr {
namespace {

const char* const kNoSuchAttribute = "The provided expression refers to an attribute that does not exist in the item";
const char* const kWrongType = "An operand in the update expression has an incorrect data type";
const char* const kInvalidPath = "The document path provided in the update expression is invalid for update";

Value number(const char* text) {
  return Number::parse(text).value();
}

const Item kItem{{"a", 1},
                 {"b", 2},
                 {"s", "text"},
                 {"l", List{0, 1, 2}},
                 {"m", Map{{"x", 1}, {"l", List{List{1, 2}, 5}}}},
                 {"ss", StringSet{{"a", "b"}}},
                 {"ns", NumberSet{{Number(1)}}}};

const Map kValues{{":1", 1},
                  {":2", 2},
                  {":s", "text"},
                  {":x", "x"},
                  {":y", "y"},
                  {":l", List{8, 9}},
                  {":m", Map{}},
                  {":ssb", StringSet{{"c", "b"}}},
                  {":ssab", StringSet{{"b", "a"}}},
                  {":ns", NumberSet{{Number(1)}}},
                  {":max", number("9.9999999999999999999999999999999999999E125")},
                  {":e125", number("9E125")},
                  {":tiny", number("1E-129")},
                  {":38", number("99999999999999999999999999999999999999")},
                  {":tenth", number("0.1")}};
const Map kNames{{"#k", "with.dot"}};

Parsed<Item> run(std::string_view text, const Item& item = kItem, const Map& values = kValues) {
  Placeholders placeholders(&kNames, &values);
  auto update = parse_update(text, placeholders);
  EXPECT_TRUE(update.has_value()) << text << ": " << update.error().message;
  return apply(*update, item);
}

// The attribute after the update.
Value after(std::string_view text, std::string_view attribute, const Item& item = kItem) {
  const auto updated = run(text, item);
  EXPECT_TRUE(updated.has_value()) << text << ": " << updated.error().message;
  const Value* value = updated ? updated->find(attribute) : nullptr;
  return value != nullptr ? *value : Value("(absent)");
}

std::string problem(std::string_view text, const Item& item = kItem) {
  const auto updated = run(text, item);
  if (updated) return "";
  EXPECT_TRUE(updated.error().whole) << text;
  return updated.error().message;
}

TEST(ApplySet, ReadsTheItemAsItWas) {
  const auto updated = run("SET a = b, b = a");
  EXPECT_EQ(*updated->find("a"), Value(2));
  EXPECT_EQ(*updated->find("b"), Value(1));
}

TEST(ApplySet, LeavesTheGivenItemAlone) {
  const Item before = kItem;
  ASSERT_TRUE(run("SET a = :s, l[0] = :s REMOVE m.x", before));
  EXPECT_EQ(before, kItem);
}

TEST(ApplySet, CreatesAttributesAndMembers) {
  EXPECT_EQ(after("SET z = :1", "z", Item{}), Value(1));
  EXPECT_EQ(after("SET m.#k = :1", "m").map().find("with.dot")->number(), Number(1));
}

TEST(ApplySet, CountsExactly) {
  EXPECT_EQ(after("SET a = a + :tenth", "a"), number("1.1"));
  EXPECT_EQ(after("SET a = b - :tenth", "a"), number("1.9"));
  EXPECT_EQ(after("SET a = a - (b + :1)", "a"), Value(-2));
}

TEST(ApplySet, TakesTheDefaultOnlyOfAnAbsentAttribute) {
  EXPECT_EQ(after("SET a = if_not_exists(a, :2)", "a"), Value(1));
  EXPECT_EQ(after("SET z = if_not_exists(z, :2)", "z"), Value(2));
  EXPECT_EQ(after("SET z = if_not_exists(z, :1) + :2", "z"), Value(3));
  EXPECT_EQ(after("SET z = if_not_exists(y, a)", "z"), Value(1));
}

TEST(ApplySet, AppendsAndPrependsLists) {
  EXPECT_EQ(after("SET l = list_append(l, :l)", "l"), Value(List{0, 1, 2, 8, 9}));
  EXPECT_EQ(after("SET l = list_append(:l, l)", "l"), Value(List{8, 9, 0, 1, 2}));
  EXPECT_EQ(after("SET z = list_append(if_not_exists(z, :l), :l)", "z"), Value(List{8, 9, 8, 9}));
}

TEST(ApplySet, ReplacesListElements) {
  EXPECT_EQ(after("SET l[1] = :s, l[2] = l[0]", "l"), Value(List{0, "text", 0}));
  EXPECT_EQ(after("SET m.l[0][1] = :s", "m").map().find("l")->list()[0], Value(List{1, "text"}));
}

TEST(ApplySet, AppendsElementsBeyondTheEndInTheOrderOfTheirIndexes) {
  EXPECT_EQ(after("SET l[90] = :y, l[7] = :x", "l"), Value(List{0, 1, 2, "x", "y"}));
}

TEST(ApplySet, RefusesToReadWhatIsNotThere) {
  EXPECT_EQ(problem("SET z = y"), kNoSuchAttribute);
  EXPECT_EQ(problem("SET a = a + z"), kNoSuchAttribute);
  EXPECT_EQ(problem("SET l = list_append(z, :l)"), kNoSuchAttribute);
  EXPECT_EQ(problem("SET z = m.nothing"), kNoSuchAttribute);
}

// The item as it was is read before anything is written.
TEST(ApplySet, NamesWhatCannotBeReadBeforePathsThatLeadNowhere) {
  EXPECT_EQ(problem("SET z.x = :1, a = y"), kNoSuchAttribute);
  EXPECT_EQ(problem("REMOVE z.x SET a = a + y"), kNoSuchAttribute);
  EXPECT_EQ(problem("ADD s :1 SET a = y"), kNoSuchAttribute);
}

TEST(ApplySet, RefusesOperandsOfAnotherType) {
  EXPECT_EQ(problem("SET a = s + :1"), kWrongType);
  EXPECT_EQ(problem("SET a = list_append(s, :l)"), kWrongType);
}

TEST(ApplySet, RefusesPathsThatLeadNowhere) {
  for (const char* text : {"SET z.x = :1", "SET z[0] = :1", "SET s.x = :1", "SET m[0] = :1", "SET l.x = :1",
                           "SET m.z.x = :1", "SET l[9].x = :1", "ADD z.x :1", "DELETE z.x :ssb", "REMOVE z.x",
                           "REMOVE s[0]", "REMOVE m[0]", "REMOVE l.x", "REMOVE m.z.x"}) {
    EXPECT_EQ(problem(text), kInvalidPath) << text;
  }
}

TEST(ApplyRemove, RemovesAttributesMembersAndElements) {
  const auto updated = run("REMOVE a, m.x, l[1], nothing, m.nothing, l[9]");
  EXPECT_FALSE(updated->contains("a"));
  EXPECT_FALSE(updated->find("m")->map().contains("x"));
  EXPECT_EQ(*updated->find("l"), Value(List{0, 2}));
}

TEST(ApplyRemove, ShiftsElementsAfterAllActions) {
  EXPECT_EQ(after("REMOVE l[0], l[1]", "l"), Value(List{2}));
  EXPECT_EQ(after("SET l[2] = :x REMOVE l[0]", "l"), Value(List{1, "x"}));
  EXPECT_EQ(after("REMOVE l[2] SET l[9] = :x", "l"), Value(List{0, 1, "x"}));
  EXPECT_EQ(after("REMOVE l[3] SET l[9] = :x", "l"), Value(List{0, 1, 2, "x"}));
  EXPECT_EQ(after("REMOVE m.l[1], m.l[0][0]", "m").map().find("l")->list(), (List{Value(List{2})}));
}

TEST(ApplyRemove, KeepsAListThatBecomesEmpty) {
  EXPECT_EQ(after("REMOVE l[0], l[1], l[2]", "l"), Value(List{}));
}

TEST(ApplyAdd, AddsNumbersAndCreatesThem) {
  EXPECT_EQ(after("ADD a :2", "a"), Value(3));
  EXPECT_EQ(after("ADD z :2", "z"), Value(2));
  EXPECT_EQ(after("ADD m.x :2", "m").map().find("x")->number(), Number(3));
}

TEST(ApplyAdd, UnitesSetsAndCreatesThem) {
  EXPECT_EQ(after("ADD ss :ssb", "ss"), Value(StringSet{{"a", "b", "c"}}));
  EXPECT_EQ(after("ADD z :ssb", "z"), Value(StringSet{{"b", "c"}}));
  EXPECT_EQ(after("ADD ns :ns", "ns").number_set().elements.size(), 1U);
}

TEST(ApplyAdd, RefusesAnotherType) {
  EXPECT_EQ(problem("ADD s :1"), kWrongType);
  EXPECT_EQ(problem("ADD ss :1"), kWrongType);
  EXPECT_EQ(problem("ADD ss :ns"), kWrongType);
  EXPECT_EQ(problem("ADD l :1"), kWrongType);
}

TEST(ApplyDelete, RemovesElementsOfSets) {
  EXPECT_EQ(after("DELETE ss :ssb", "ss"), Value(StringSet{{"a"}}));
  EXPECT_EQ(after("DELETE z :ssb", "z"), Value("(absent)"));
}

TEST(ApplyDelete, RemovesASetThatBecomesEmpty) {
  EXPECT_FALSE(run("DELETE ss :ssab")->contains("ss"));
  const Item item{{"l", List{StringSet{{"a"}}, 1}}};
  EXPECT_EQ(after("DELETE l[0] :ssab", "l", item), Value(List{1}));
}

TEST(ApplyDelete, RefusesAnotherType) {
  EXPECT_EQ(problem("DELETE a :ssb"), kWrongType);
  EXPECT_EQ(problem("DELETE ns :ssb"), kWrongType);
  EXPECT_EQ(problem("DELETE l :ssb"), kWrongType);
}

TEST(ApplyArithmetic, RefusesNumbersOutOfRange) {
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  EXPECT_EQ(problem("SET a = :e125 + :e125"), overflow);
  EXPECT_EQ(problem("ADD big :e125", Item{{"big", number("9E125")}}), overflow);
  EXPECT_EQ(problem("SET a = :max + :max"), overflow);
}

TEST(ApplyArithmetic, RefusesNumbersTooCloseToZero) {
  EXPECT_EQ(problem("SET a = :tiny - v", Item{{"v", number("1.01E-129")}}),
            "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

TEST(ApplyArithmetic, RefusesMoreDigitsThanANumberHolds) {
  const std::string digits = "Attempting to store more than 38 significant digits in a Number";
  EXPECT_EQ(problem("SET a = :38 + :tenth"), digits);
  EXPECT_EQ(problem("SET a = :e125 + :1"), digits);
  EXPECT_EQ(problem("SET a = :e125 - :1"), digits);
}

Value nested(int levels) {
  Value value(1);
  for (int i = 0; i < levels; ++i) value = Value(List{std::move(value)});
  return value;
}

TEST(ApplyNesting, Takes31LevelsAndRefuses32) {
  const Map values{{":30", nested(30)}, {":31", nested(31)}};
  EXPECT_TRUE(run("SET z = :31", kItem, values));
  EXPECT_TRUE(run("SET m.z = :30", kItem, values));
  const auto updated = run("SET m.z = :31", kItem, values);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().message,
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
            "limit");
}

Item parts(std::string_view text, const Item& item) {
  Placeholders placeholders(&kNames, &kValues);
  return touched(parse_update(text, placeholders).value(), item);
}

TEST(Touched, ReturnsWholeAttributesOfRootPaths) {
  EXPECT_EQ(parts("SET a = :2, z = :1 ADD ss :ssb", kItem), (Item{{"a", 1}, {"ss", StringSet{{"a", "b"}}}}));
}

TEST(Touched, ReturnsNestedPartsWithinTheirParents) {
  EXPECT_EQ(parts("SET m.x = :2", kItem), (Item{{"m", Map{{"x", 1}}}}));
  EXPECT_EQ(parts("SET l[2] = :2 REMOVE l[0]", kItem), (Item{{"l", List{0, 2}}}));
}

}  // namespace
}  // namespace tabletheory::expr
