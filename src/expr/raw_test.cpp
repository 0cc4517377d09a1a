#include "expr/raw.h"

#include <gtest/gtest.h>

#include "expr/printer.h"

namespace tabletheory::expr {
namespace {

using Roots = std::vector<std::string>;

TEST(RawExpression, MergesWithGeneratedPlaceholdersOfTheSameNames) {
  const Map names{{"#n1", "color"}};
  const Map values{{":v1", "red"}};
  auto raw = read_raw_condition({"#n1 = :v1", &names, &values});
  ASSERT_TRUE(raw) << raw.error().to_string();
  Printer printer;
  const auto own = Condition::compare(Operand::of(Path::attribute("pk")), Comparator::kEq, Operand::of(Value(1)));
  EXPECT_EQ(printer.condition(Condition::all_of({own, *raw})), "#n1 = :v1 AND #n2 = :v2");
  EXPECT_EQ(printer.names_json(), R"({"#n1":"pk","#n2":"color"})");
  EXPECT_EQ(printer.values_json(), R"({":v1":{"N":"1"},":v2":{"S":"red"}})");
}

TEST(RawExpression, MayComeWithEmptyTables) {
  const Map none;
  EXPECT_TRUE(read_raw_condition({"attribute_exists(pk)", &none, &none}));
  EXPECT_TRUE(read_raw_projection({"a, b.c"}));
}

TEST(RawExpression, SaysWhatTheServiceWouldRefuse) {
  const auto raw = read_raw_condition({"status = :v"});
  ASSERT_FALSE(raw);
  EXPECT_EQ(raw.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(raw.error().message(),
            "the condition expression 'status = :v' cannot be used: Attribute name is a reserved keyword; reserved "
            "keyword: status");
}

TEST(RawExpression, RefusesPlaceholdersItDoesNotUse) {
  const Map names{{"#a", "a"}, {"#b", "b"}};
  const auto raw = read_raw_update({"REMOVE #a", &names});
  ASSERT_FALSE(raw);
  EXPECT_NE(raw.error().message().find("unused in expressions: keys: {#b}"), std::string::npos);
}

TEST(RawExpression, RefusesMalformedTables) {
  const Map values{{"v", 1}};
  EXPECT_FALSE(read_raw_condition({"a = :v", nullptr, &values}));
}

TEST(RawExpression, NeverQuotesValues) {
  const Map values{{":low", "secret-z"}, {":high", "secret-a"}};
  const auto raw = read_raw_condition({"a BETWEEN :low AND :high", nullptr, &values});
  ASSERT_FALSE(raw);
  EXPECT_EQ(raw.error().message().find("secret"), std::string::npos) << raw.error().message();
}

TEST(RootAttributes, OfAConditionAreAllItNames) {
  const Map names{{"#n", "with.dot"}};
  const Map values{{":v", 1}};
  const auto raw =
      read_raw_condition({"size(b.c) > :v AND (NOT attribute_exists(#n.x) OR a[0] IN (d, b))", &names, &values});
  EXPECT_EQ(root_attributes(*raw), (Roots{"a", "b", "d", "with.dot"}));
}

TEST(RootAttributes, OfAnUpdateAreThoseItWrites) {
  const Map values{{":v", 1}};
  const auto raw = read_raw_update({"SET b.x = if_not_exists(c.y, d) + :v REMOVE a, b.z", nullptr, &values});
  EXPECT_EQ(root_attributes(*raw), (Roots{"a", "b"}));
  EXPECT_EQ(read_attributes(*raw), (Roots{"c", "d"}));
}

TEST(RootAttributes, OfAProjectionAreEachNamedOnce) {
  EXPECT_EQ(root_attributes(*read_raw_projection({"b.x, a, b.y[0]"})), (Roots{"a", "b"}));
}

}  // namespace
}  // namespace tabletheory::expr
