#include "expr/condition_grammar.h"

#include <gtest/gtest.h>

#include "expr/tree_generator.h"

namespace tabletheory::expr {
namespace {

const Map kNames{{"#n", "name"}, {"#s", "status"}};
const Map kValues{{":s", "text"}, {":z", "zzz"}, {":n", 7},       {":b", Bytes{1}},          {":m", Map{}},
                  {":l", List{}}, {":t", true},  {":0", nullptr}, {":ss", StringSet{{"a"}}}, {":type", "SS"},
                  {":XX", "XX"}};

Condition parsed(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  auto condition = parse_condition(text, placeholders);
  EXPECT_TRUE(condition.has_value()) << text << ": " << condition.error().message;
  return condition ? *condition : Condition{};
}

std::string problem(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  const auto condition = parse_condition(text, placeholders);
  return condition ? "" : condition.error().message;
}

Condition exists(std::string name) {
  Condition condition;
  condition.kind = Condition::Kind::kAttributeExists;
  condition.operands.push_back(Operand::of(Path::attribute(std::move(name))));
  return condition;
}

TEST(ConditionGrammar, ReadsAComparisonOfAPathAndAValue) {
  const Condition condition = parsed("a.#n[3] >= :n");
  EXPECT_EQ(condition.kind, Condition::Kind::kCompare);
  EXPECT_EQ(condition.comparator, Comparator::kGe);
  EXPECT_EQ(condition.operands[0].path.to_string(), "a.name[3]");
  EXPECT_EQ(condition.operands[1].literal, Value(7));
  EXPECT_EQ(condition.operands[1].placeholder, ":n");
}

TEST(ConditionGrammar, BindsNotTighterThanAndTighterThanOr) {
  const Condition condition =
      parsed("attribute_exists(a) OR NOT attribute_exists(b) AND attribute_exists(c) OR attribute_exists(d)");
  EXPECT_TRUE(same_tree(
      condition,
      Condition::any_of({exists("a"), Condition::all_of({Condition::negate(exists("b")), exists("c")}), exists("d")})));
}

TEST(ConditionGrammar, KeepsTheTreeThatParenthesesSpell) {
  const Condition condition = parsed("(attribute_exists(a) AND attribute_exists(b)) AND attribute_exists(c)");
  EXPECT_TRUE(same_tree(condition, Condition::all_of({Condition::all_of({exists("a"), exists("b")}), exists("c")})));
}

TEST(ConditionGrammar, NegatesTheWholeComparison) {
  const Condition condition = parsed("NOT a = :s");
  ASSERT_EQ(condition.kind, Condition::Kind::kNot);
  EXPECT_EQ(condition.children[0].kind, Condition::Kind::kCompare);
}

TEST(ConditionGrammar, TakesKeywordsInAnyCaseAndFunctionsInLowerCaseOnly) {
  EXPECT_EQ(problem("not a between :n and :n Or a in (:n)"), "");
  EXPECT_EQ(problem("Attribute_Exists(a)"), "Invalid function name; function: Attribute_Exists");
}

TEST(ConditionGrammar, TakesBlanksAnywhereBetweenTokens) {
  EXPECT_EQ(parsed("\n a . b [ 0 ]\t=\r\n:s ").operands[0].path.to_string(), "a.b[0]");
}

TEST(ConditionGrammar, TakesAnOperandInParentheses) {
  EXPECT_TRUE(same_tree(parsed("(a) = (:s)"), parsed("a = :s")));
  EXPECT_TRUE(same_tree(parsed("(size(a)) > :n"), parsed("size(a) > :n")));
}

TEST(ConditionGrammar, RefusesOnePairOfParenthesesDirectlyInAnother) {
  const std::string redundant = "The expression has redundant parentheses;";
  EXPECT_EQ(problem("((a = :s))"), redundant);
  EXPECT_EQ(problem("((a)) = :s"), redundant);
  EXPECT_EQ(problem("a = ((:s))"), redundant);
  EXPECT_EQ(problem("NOT ((a = :s AND a = :z))"), redundant);
  EXPECT_EQ(problem("(a = :s)"), "");
  EXPECT_EQ(problem("((a = :s) OR a = :z)"), "");
}

TEST(ConditionGrammar, QuotesTheTokenOfASyntaxErrorBetweenItsNeighbours) {
  EXPECT_EQ(problem("a ="), "Syntax error; token: \"<EOF>\", near: \"a =\"");
  EXPECT_EQ(problem("a"), "Syntax error; token: \"<EOF>\", near: \"a\"");
  EXPECT_EQ(problem("a = = :s"), "Syntax error; token: \"=\", near: \"= = :s\"");
  EXPECT_EQ(problem("a =  2018 "), "Syntax error; token: \"2018\", near: \"=  2018\"");
  EXPECT_EQ(problem("user-id = :s"), "Syntax error; token: \"-\", near: \"user-id\"");
  EXPECT_EQ(problem("= :s"), "Syntax error; token: \"=\", near: \"= :s\"");
  EXPECT_EQ(problem("a = :s)"), "Syntax error; token: \")\", near: \":s)\"");
  EXPECT_EQ(problem("a = :s AND"), "Syntax error; token: \"<EOF>\", near: \":s AND\"");
  EXPECT_EQ(problem("a AND a = :s"), "Syntax error; token: \"AND\", near: \"a AND a\"");
  EXPECT_EQ(problem("(a = :s"), "Syntax error; token: \"<EOF>\", near: \"= :s\"");
  EXPECT_EQ(problem("(a = :s) = :s"), "Syntax error; token: \"=\", near: \") = :s\"");
  EXPECT_EQ(problem("a IN :s"), "Syntax error; token: \":s\", near: \"IN :s\"");
  EXPECT_EQ(problem("a IN ()"), "Syntax error; token: \")\", near: \"()\"");
  EXPECT_EQ(problem("size() > :n"), "Syntax error; token: \")\", near: \"() >\"");
  EXPECT_EQ(problem("a[x] = :n"), "Syntax error; token: \"x\", near: \"[x]\"");
  EXPECT_EQ(problem("a = AND(:s)"), "Syntax error; token: \"AND\", near: \"= AND(\"");
  EXPECT_EQ(problem("a = \xE2\x82\xAC"), "Syntax error; token: \"\xE2\x82\xAC\", near: \"= \xE2\x82\xAC\"");
  EXPECT_EQ(problem("a = # "), "Syntax error; token: \"#\", near: \"= #\"");
  EXPECT_EQ(problem(" \t"), "Syntax error; token: \"<EOF>\", near: \"\"");
}

TEST(ConditionGrammar, RefusesAnEmptyText) {
  EXPECT_EQ(problem(""), "The expression can not be empty;");
}

TEST(ConditionGrammar, RefusesMoreThan4096Bytes) {
  const std::string text = "attribute_exists(a" + std::string(4096 - 19, 'a') + ")";
  ASSERT_EQ(text.size(), 4096U);
  EXPECT_EQ(problem(text), "");
  EXPECT_EQ(problem(text + " "), "Expression size has exceeded the maximum allowed size; expression size: 4097");
}

TEST(ConditionGrammar, RefusesReservedWordsInAnyCaseAndPlace) {
  EXPECT_EQ(problem("status = :s"), "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(problem("a.b.Timestamp = :s"), "Attribute name is a reserved keyword; reserved keyword: Timestamp");
  EXPECT_EQ(problem("size = :s"), "Attribute name is a reserved keyword; reserved keyword: size");
  EXPECT_EQ(problem("#s = :s"), "");
}

TEST(ConditionGrammar, RefusesUndefinedPlaceholders) {
  EXPECT_EQ(problem("#x = :s"),
            "An expression attribute name used in the document path is not defined; attribute name: #x");
  EXPECT_EQ(problem("a = :x"), "An expression attribute value used in expression is not defined; attribute value: :x");
  Placeholders none;
  EXPECT_EQ(parse_condition("a = :s", none).error().message,
            "An expression attribute value used in expression is not defined; attribute value: :s");
}

TEST(ConditionGrammar, RefusesUnknownFunctionsAndThoseOfUpdates) {
  EXPECT_EQ(problem("foo(a)"), "Invalid function name; function: foo");
  EXPECT_EQ(problem("a = foo(a, :s)"), "Invalid function name; function: foo");
  EXPECT_EQ(problem("a = if_not_exists(a, :s)"),
            "The function is not allowed in a condition expression; function: if_not_exists");
}

TEST(ConditionGrammar, RefusesFunctionsOutOfTheirPlace) {
  EXPECT_EQ(problem("size(a)"), "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(problem("(size(a))"), "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(problem("attribute_exists(a) = :s"),
            "The function is not allowed to be used this way in an expression; function: attribute_exists");
  EXPECT_EQ(problem("a = begins_with(a, :s)"),
            "The function is not allowed to be used this way in an expression; function: begins_with");
  EXPECT_EQ(problem("size(contains(a, :s)) > :n"),
            "The function is not allowed to be used this way in an expression; function: contains");
}

TEST(ConditionGrammar, CountsTheOperandsOfFunctions) {
  EXPECT_EQ(problem("size(a, b) > :n"),
            "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2");
  EXPECT_EQ(problem("begins_with(a)"),
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of "
            "operands: 1");
}

TEST(ConditionGrammar, DemandsAPathWhereTheServiceDoes) {
  EXPECT_EQ(problem("attribute_exists(:s)"),
            "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(problem("attribute_not_exists(size(a))"),
            "Operator or function requires a document path; operator or function: attribute_not_exists");
}

TEST(ConditionGrammar, ChecksTheTypesOfLiteralOperands) {
  const auto wrong = [](std::string operation, std::string type) {
    return "Incorrect operand type for operator or function; operator or function: " + operation +
           ", operand type: " + type;
  };
  EXPECT_EQ(problem("begins_with(a, :n)"), wrong("begins_with", "N"));
  EXPECT_EQ(problem("begins_with(size(a), :s)"), wrong("begins_with", "N"));
  EXPECT_EQ(problem("contains(:m, a)"), wrong("contains", "M"));
  EXPECT_EQ(problem("size(:n) > :n"), wrong("size", "N"));
  EXPECT_EQ(problem("size(:t) > :n"), wrong("size", "BOOL"));
  EXPECT_EQ(problem("a < :m"), wrong("<", "M"));
  EXPECT_EQ(problem(":0 >= a"), wrong(">=", "NULL"));
  EXPECT_EQ(problem("a BETWEEN :ss AND :s"), wrong("BETWEEN", "SS"));
  EXPECT_EQ(problem("attribute_type(a, :n)"), wrong("attribute_type", "N"));
  EXPECT_EQ(problem("attribute_type(a, b)"), wrong("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
  EXPECT_EQ(problem("a = :m OR a <> :l OR a IN (:t, :0)"), "");
  EXPECT_EQ(problem("contains(a, :m)"), "");
}

TEST(ConditionGrammar, KnowsTheNamesOfTypes) {
  EXPECT_EQ(problem("attribute_type(a, :type)"), "");
  EXPECT_EQ(problem("attribute_type(a, :XX)"),
            "Invalid attribute type name found; type: XX, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

TEST(ConditionGrammar, ChecksTheBoundsOfBetween) {
  EXPECT_EQ(problem("a BETWEEN :s AND :z"), "");
  EXPECT_EQ(
      problem("a BETWEEN :z AND :s"),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
      "AttributeValue: {S:zzz}, upper bound operand: AttributeValue: {S:text}");
  EXPECT_EQ(problem("a BETWEEN :n AND :s"),
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
            "AttributeValue: {N:7}, upper bound operand: AttributeValue: {S:text}");
}

TEST(ConditionGrammar, RefusesToCompareAPathWithItself) {
  const auto same = [](std::string operation, std::string path) {
    return "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
           operation + ", first operand: " + path;
  };
  EXPECT_EQ(problem("a = a"), same("=", "[a]"));
  EXPECT_EQ(problem("a.b[2] <> a.b[2]"), same("<>", "[a, b, [2]]"));
  EXPECT_EQ(problem("a IN (:s, a)"), same("IN", "[a]"));
  EXPECT_EQ(problem("a BETWEEN :s AND a"), same("BETWEEN", "[a]"));
  EXPECT_EQ(problem("contains(#n, name)"), "Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(problem("contains(a, a)"), same("contains", "[a]"));
  EXPECT_EQ(problem("a = b"), "");
}

TEST(ConditionGrammar, TakesAHundredOperandsOfInAndNoMore) {
  std::string text = "a IN (:s";
  for (int i = 1; i < 100; ++i) text += ", :s";
  EXPECT_EQ(problem(text + ")"), "");
  EXPECT_EQ(problem(text + ", :s)"), "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(ConditionGrammar, TakesThreeHundredOperatorsAndNoMore) {
  std::string text = "a=:n";
  for (int i = 1; i < 150; ++i) text += " OR a=:n";
  EXPECT_EQ(problem(text), "");  // 150 comparisons, 149 ORs
  EXPECT_EQ(problem("NOT " + text), "");
  EXPECT_EQ(problem("NOT NOT " + text), "The expression contains too many operators; operator count: 301");
}

TEST(ConditionGrammar, TakesConditionsNestedAsDeepAsBuildersNestThem) {
  std::string text = "a=:n";
  for (int i = 1; i < 150; ++i) text = "(" + text + ")OR a=:n";
  EXPECT_EQ(problem(text), "");
}

TEST(ConditionGrammar, RefusesHostileNestingWithoutRecursingIntoIt) {
  EXPECT_EQ(problem(std::string(4096, '(')), "The expression has too many nesting levels; nesting levels: 321");
  std::string calls;
  while (calls.size() < 4090) calls += "size(";
  EXPECT_EQ(problem(calls), "The expression has too many nesting levels; nesting levels: 321");
  std::string negations;
  while (negations.size() < 4080) negations += "NOT ";
  EXPECT_EQ(problem(negations + "a = :s"), "The expression contains too many operators; operator count: 1021");
}

TEST(ConditionGrammar, RefusesPathsDeeperThanAnItemAndIndexesBeyondAList) {
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path += ".b";
  EXPECT_EQ(problem(path + " = :s"), "");
  EXPECT_EQ(problem(path + ".b = :s"), "The document path has too many nesting elements; nesting levels: 33");
  EXPECT_EQ(problem("a[99999999999999999999] = :s"),
            "List index is not within the allowable range; index: [99999999999999999999]");
}

TEST(ConditionGrammar, ReportsASyntaxErrorBeforeEverythingElse) {
  EXPECT_EQ(problem("foo(status, :x) AND"), "Syntax error; token: \"<EOF>\", near: \") AND\"");
}

TEST(ConditionGrammar, ReportsReservedWordsBeforeUndefinedPlaceholders) {
  EXPECT_EQ(problem("a = :x AND status = :s"), "Attribute name is a reserved keyword; reserved keyword: status");
}

}  // namespace
}  // namespace tabletheory::expr
