#include "expr/printer.h"

#include <gtest/gtest.h>

#include "expr/parser.h"

namespace tabletheory::expr {
namespace {

const Map kValues{{":a", 1}, {":b", "x"}, {":c", StringSet{{"s"}}}, {":l", List{}}};

Condition condition(std::string_view text) {
  Placeholders placeholders(nullptr, &kValues);
  return parse_condition(text, placeholders).value();
}
Update update(std::string_view text) {
  Placeholders placeholders(nullptr, &kValues);
  return parse_update(text, placeholders).value();
}

TEST(Printer, NumbersPlaceholdersInTheOrderOfTheText) {
  Printer printer;
  EXPECT_EQ(printer.condition(condition("a.b[2] = :a AND c BETWEEN :b AND d")),
            "#n1.#n2[2] = :v1 AND #n3 BETWEEN :v2 AND #n4");
  EXPECT_EQ(printer.names_json(), R"({"#n1":"a","#n2":"b","#n3":"c","#n4":"d"})");
  EXPECT_EQ(printer.values_json(), R"({":v1":{"N":"1"},":v2":{"S":"x"}})");
}

TEST(Printer, SharesOneValueAmongEqualOnes) {
  Printer printer;
  EXPECT_EQ(printer.value(Value(Number::parse("1.50").value())), ":v1");
  EXPECT_EQ(printer.value(Value("1.5")), ":v2");
  EXPECT_EQ(printer.value(Value(Number::parse("15E-1").value())), ":v1");
  EXPECT_EQ(printer.value_json(R"({"S":"1.5"})"), ":v2");
}

TEST(Printer, SharesPlaceholdersAmongTheExpressionsOfARequest) {
  Printer printer;
  EXPECT_EQ(printer.update(update("SET a = :a")), "SET #n1 = :v1");
  EXPECT_EQ(printer.condition(condition("a = :b AND b = :a")), "#n1 = :v2 AND #n2 = :v1");
  EXPECT_EQ(printer.projection({{Path::attribute("b"), Path::parse("c[0].a").value()}}), "#n2, #n3[0].#n1");
}

TEST(Printer, StillSharesAmongManyPlaceholders) {
  Printer printer;
  for (int i = 0; i < 100; ++i) printer.name("a" + std::to_string(i));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(printer.name("a" + std::to_string(i)), "#n" + std::to_string(i + 1));
}

TEST(Printer, StillSharesAmongManyValues) {
  Printer printer;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(printer.value(Value(i)), ":v" + std::to_string(i + 1));
  }
}

TEST(Printer, HasNoTablesWithoutPlaceholders) {
  const Printer printer;
  EXPECT_EQ(printer.names_json(), "");
  EXPECT_EQ(printer.values_json(), "");
}

TEST(Printer, EscapesNamesInTheTable) {
  Printer printer;
  printer.name("a\"b");
  EXPECT_EQ(printer.names_json(), R"({"#n1":"a\"b"})");
}

TEST(Printer, PrintsEveryCondition) {
  Printer printer;
  EXPECT_EQ(printer.condition(condition("a <> :a OR size(b) >= :a OR a IN (:a, :b) OR NOT attribute_exists(a)")),
            "#n1 <> :v1 OR size(#n2) >= :v1 OR #n1 IN (:v1, :v2) OR NOT attribute_exists(#n1)");
  EXPECT_EQ(printer.condition(condition("attribute_not_exists(a) AND begins_with(a, :b) AND contains(a, :b)")),
            "attribute_not_exists(#n1) AND begins_with(#n1, :v2) AND contains(#n1, :v2)");
}

TEST(Printer, PutsParenthesesOnlyWhereTheTreeNeedsThem) {
  const auto printed = [](std::string_view text) { return Printer().condition(condition(text)); };
  EXPECT_EQ(printed("(a = :a)"), "#n1 = :v1");
  EXPECT_EQ(printed("(a = :a AND b = :a) OR c = :a"), "#n1 = :v1 AND #n2 = :v1 OR #n3 = :v1");
  EXPECT_EQ(printed("(a = :a OR b = :a) AND c = :a"), "(#n1 = :v1 OR #n2 = :v1) AND #n3 = :v1");
  EXPECT_EQ(printed("NOT (a = :a OR b = :a)"), "NOT (#n1 = :v1 OR #n2 = :v1)");
  EXPECT_EQ(printed("NOT (NOT (a = :a))"), "NOT NOT #n1 = :v1");
  EXPECT_EQ(printed("(a = :a OR b = :a) OR c = :a"), "(#n1 = :v1 OR #n2 = :v1) OR #n3 = :v1");
}

TEST(Printer, PrintsClausesInTheirOrder) {
  Printer printer;
  EXPECT_EQ(printer.update(update("DELETE d :c ADD c :a REMOVE b, e[1] SET a = :b, f = :a")),
            "SET #n1 = :v1, #n2 = :v2 REMOVE #n3, #n4[1] ADD #n5 :v2 DELETE #n6 :v3");
}

TEST(Printer, PrintsRightHandSides) {
  Printer printer;
  EXPECT_EQ(printer.update(update("SET a = if_not_exists(a, :a) - :a, b = list_append(b, :l), c = a + (b - c)")),
            "SET #n1 = if_not_exists(#n1, :v1) - :v1, #n2 = list_append(#n2, :v2), #n3 = #n1 + (#n2 - #n3)");
}

}  // namespace
}  // namespace tabletheory::expr
