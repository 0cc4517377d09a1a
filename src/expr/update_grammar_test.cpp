#include <gtest/gtest.h>

#include "expr/parser.h"
#include "expr/tree_generator.h"

namespace tabletheory::expr {
namespace {

const Map kNames{{"#n", "name"}, {"#a", "a"}};
const Map kValues{{":s", "text"}, {":n", 7}, {":l", List{}}, {":m", Map{}}, {":t", true}, {":ss", StringSet{{"a"}}}};

Update parsed(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  auto update = parse_update(text, placeholders);
  EXPECT_TRUE(update.has_value()) << text << ": " << update.error().message;
  return update ? *update : Update{};
}

std::string problem(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  const auto update = parse_update(text, placeholders);
  return update ? "" : update.error().message;
}

std::string projection_problem(std::string_view text) {
  Placeholders placeholders(&kNames, nullptr);
  const auto projection = parse_projection(text, placeholders);
  return projection ? "" : projection.error().message;
}

TEST(UpdateGrammar, ReadsTheFourSectionsInAnyOrderAndCase) {
  const Update update = parsed("delete d :ss SET a = :s, b.#n[0] = :n Remove r, s[1] ADD n :n");
  ASSERT_EQ(update.actions.size(), 6U);
  EXPECT_EQ(update.actions[0].kind, UpdateAction::Kind::kDelete);
  EXPECT_EQ(update.actions[1].kind, UpdateAction::Kind::kSet);
  EXPECT_EQ(update.actions[2].path.to_string(), "b.name[0]");
  EXPECT_EQ(update.actions[4].path.to_string(), "s[1]");
  EXPECT_EQ(update.actions[4].kind, UpdateAction::Kind::kRemove);
  EXPECT_EQ(update.actions[5].value.literal, Value(7));
}

TEST(UpdateGrammar, ReadsFunctionsAndSums) {
  const Update update = parsed("SET a = if_not_exists(b, :n) + :n, c = list_append(if_not_exists(c, :l), :l)");
  const Operand& sum = update.actions[0].value;
  ASSERT_EQ(sum.kind, Operand::Kind::kPlus);
  EXPECT_EQ(sum.operands[0].kind, Operand::Kind::kIfNotExists);
  EXPECT_EQ(sum.operands[0].path.to_string(), "b");
  EXPECT_EQ(sum.operands[0].operands[0].literal, Value(7));
  EXPECT_EQ(update.actions[1].value.operands[0].kind, Operand::Kind::kIfNotExists);
}

TEST(UpdateGrammar, TakesOneSumAndMoreInParentheses) {
  EXPECT_EQ(problem("SET a = b + c + d"), "Syntax error; token: \"+\", near: \"c + d\"");
  EXPECT_EQ(parsed("SET a = b - (c + d)").actions[0].value.operands[1].kind, Operand::Kind::kPlus);
  EXPECT_EQ(problem("SET a = (b + c)"), "");
  EXPECT_EQ(problem("SET a = ((b + c))"), "The expression has redundant parentheses;");
}

TEST(UpdateGrammar, QuotesTheTokenOfASyntaxErrorBetweenItsNeighbours) {
  EXPECT_EQ(problem("SET"), "Syntax error; token: \"<EOF>\", near: \"SET\"");
  EXPECT_EQ(problem("SET a = :s,"), "Syntax error; token: \"<EOF>\", near: \":s,\"");
  EXPECT_EQ(problem("SET a :s"), "Syntax error; token: \":s\", near: \"a :s\"");
  EXPECT_EQ(problem("SET a = :s b = :s"), "Syntax error; token: \"b\", near: \":s b =\"");
  EXPECT_EQ(problem("ADD a b"), "Syntax error; token: \"b\", near: \"a b\"");
  EXPECT_EQ(problem("REMOVE SET a"), "Syntax error; token: \"SET\", near: \"REMOVE SET a\"");
  EXPECT_EQ(problem("a = :s"), "Syntax error; token: \"a\", near: \"a =\"");
  EXPECT_EQ(problem("SET a.0.b = :s"), "Syntax error; token: \"0\", near: \".0.\"");
}

TEST(UpdateGrammar, RefusesAnEmptyText) {
  EXPECT_EQ(problem(""), "The expression can not be empty;");
}

TEST(UpdateGrammar, TakesEachSectionOnce) {
  EXPECT_EQ(problem("SET a = :s set b = :s"), "The \"SET\" section can only be used once in an update expression;");
  EXPECT_EQ(problem("DELETE a :ss DELETE b :ss"),
            "The \"DELETE\" section can only be used once in an update expression;");
}

TEST(UpdateGrammar, RefusesReservedWordsAndUndefinedPlaceholders) {
  EXPECT_EQ(problem("SET status = :s"), "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(problem("SET a = :x"),
            "An expression attribute value used in expression is not defined; attribute value: :x");
  EXPECT_EQ(problem("REMOVE #x"),
            "An expression attribute name used in the document path is not defined; attribute name: #x");
}

TEST(UpdateGrammar, RefusesUnknownFunctionsAndThoseOfConditions) {
  EXPECT_EQ(problem("SET a = foo(b)"), "Invalid function name; function: foo");
  EXPECT_EQ(problem("SET a = size(b)"), "The function is not allowed in an update expression; function: size");
  EXPECT_EQ(problem("SET a = attribute_exists(b)"),
            "The function is not allowed in an update expression; function: attribute_exists");
}

TEST(UpdateGrammar, CountsAndChecksTheOperandsOfFunctions) {
  EXPECT_EQ(problem("SET a = list_append(b)"),
            "Incorrect number of operands for operator or function; operator or function: list_append, number of "
            "operands: 1");
  EXPECT_EQ(problem("SET a = if_not_exists(:s, :s)"),
            "Operator or function requires a document path; operator or function: if_not_exists");
  EXPECT_EQ(problem("SET a = list_append(b, :s)"),
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S");
  EXPECT_EQ(problem("SET a = b - :s"),
            "Incorrect operand type for operator or function; operator or function: -, operand type: S");
  EXPECT_EQ(problem("SET a = if_not_exists(b, :s) + :n"),
            "Incorrect operand type for operator or function; operator or function: +, operand type: S");
}

TEST(UpdateGrammar, TakesNumbersAndSetsToAddAndSetsToDelete) {
  EXPECT_EQ(problem("ADD a :n, b :ss DELETE c :ss"), "");
  EXPECT_EQ(problem("ADD a :s"),
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: "
            "ALLOWED_FOR_ADD_OPERAND");
  EXPECT_EQ(problem("ADD a :t"),
            "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN, typeSet: "
            "ALLOWED_FOR_ADD_OPERAND");
  EXPECT_EQ(problem("DELETE a :n"),
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: "
            "ALLOWED_FOR_DELETE_OPERAND");
}

TEST(UpdateGrammar, ReportsWhatAddAndDeleteCannotTakeBeforeOperandsOfFunctions) {
  EXPECT_EQ(problem("SET a = list_append(b, :s) DELETE c :n"),
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: "
            "ALLOWED_FOR_DELETE_OPERAND");
  EXPECT_EQ(problem("SET a = list_append(b) ADD c :s"),
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: "
            "ALLOWED_FOR_ADD_OPERAND");
}

TEST(UpdateGrammar, RefusesPathsThatOverlap) {
  EXPECT_EQ(
      problem("SET a = :s REMOVE a.b"),
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path "
      "two: [a, b]");
  EXPECT_EQ(
      problem("SET a[1] = :s, #a[1] = :n"),
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, [1]], "
      "path two: [a, [1]]");
  EXPECT_EQ(problem("SET a.b = :s, a.c = :s, b = :s"), "");
}

TEST(UpdateGrammar, RefusesPathsThatConflict) {
  EXPECT_EQ(problem("SET a.b = :s, a[0] = :s"),
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], "
            "path two: [a, [0]]");
}

TEST(UpdateGrammar, RefusesHostileNesting) {
  EXPECT_EQ(problem("SET a = " + std::string(4000, '(')),
            "The expression has too many nesting levels; nesting levels: 321");
}

TEST(ProjectionGrammar, ReadsPaths) {
  Placeholders placeholders(&kNames, nullptr);
  const auto projection = parse_projection("a, b.#n , c[0][1]", placeholders);
  ASSERT_TRUE(projection);
  ASSERT_EQ(projection->paths.size(), 3U);
  EXPECT_EQ(projection->paths[1].to_string(), "b.name");
  EXPECT_EQ(projection->paths[2].to_string(), "c[0][1]");
}

TEST(ProjectionGrammar, RefusesWhatIsNoListOfPaths) {
  EXPECT_EQ(projection_problem(""), "The expression can not be empty;");
  EXPECT_EQ(projection_problem("a,,b"), "Syntax error; token: \",\", near: \",,b\"");
  EXPECT_EQ(projection_problem("whatever(stuff)"), "Syntax error; token: \"(\", near: \"whatever(stuff\"");
  EXPECT_EQ(projection_problem("a, :v"), "Syntax error; token: \":v\", near: \", :v\"");
  EXPECT_EQ(projection_problem("a, year"), "Attribute name is a reserved keyword; reserved keyword: year");
  EXPECT_EQ(projection_problem("#x"),
            "An expression attribute name used in the document path is not defined; attribute name: #x");
}

TEST(ProjectionGrammar, FindsTheOverlapAmongManyPaths) {
  std::string text = "p0";
  for (int i = 1; i < 100; ++i) text += ", p" + std::to_string(i);
  EXPECT_EQ(projection_problem(text), "");
  EXPECT_EQ(projection_problem(text + ", p7.x"),
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [p7], "
            "path two: [p7, x]");
}

TEST(ProjectionGrammar, RefusesPathsThatOverlap) {
  EXPECT_EQ(projection_problem("b, a.b, #a"),
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], "
            "path two: [a]");
}

}  // namespace
}  // namespace tabletheory::expr
