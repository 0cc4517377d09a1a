#include "ops/conditions.h"

#include "expr/printer.h"
#include "expr/raw.h"
#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

using expr::Condition;
using expr::Operand;
using expr::Path;

std::shared_ptr<const model::Model> secretive() {
  static const auto model = compile(R"(
dms_version: "0.2"
models:
  - name: Account
    table: {name: accounts}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: secret, type: S, encryption: {v: 1}}
      - {attribute: opened, type: S, format: rfc3339nano}
      - {attribute: price, type: S, format: decimal_string}
      - {attribute: settings, type: S, json: true}
      - {attribute: tags, type: SS}
      - {attribute: profile, type: M}
      - {attribute: count, type: N}
)");
  return model;
}

// Text and values of a compiled condition, or the error's code.
std::string compiled(const ConditionInput& input, const model::Model* model = secretive().get()) {
  const auto condition = compile_condition(model, input);
  if (!condition) return std::string(error_code_name(condition.error().code()));
  if (!*condition) return "none";
  expr::Printer printer;
  const std::string text = printer.condition(**condition);
  return text + " " + printer.names_json() + " " + printer.values_json();
}

ConditionInput on(const std::string& attribute, const std::string& op, std::vector<Value> values) {
  ConditionInput input;
  input.comparisons.push_back({attribute, op, std::move(values)});
  return input;
}

ConditionInput raw(const std::string& text, Map names, Map values = {}) {
  ConditionInput input;
  input.raw = RawExpression{text, std::move(names), std::move(values)};
  return input;
}

TEST(ConditionsTest, NothingIsNoCondition) {
  EXPECT_EQ(compiled({}), "none");
}

TEST(ConditionsTest, LiteralsAreStoredTheAttributesWay) {
  EXPECT_NE(compiled(on("opened", ">", {"2026-01-02T03:04:05+01:00"})).find("2026-01-02T02:04:05.000000000Z"),
            std::string::npos);
  EXPECT_NE(compiled(on("price", "=", {Value(*Number::parse("1.50"))})).find(R"({"S":"1.5"})"), std::string::npos);
  EXPECT_NE(compiled(on("settings", "=", {Value(Map{{"b", 1}, {"a", true}})})).find(R"({\"a\":true,\"b\":1})"),
            std::string::npos);
  EXPECT_NE(compiled(on("tags", "=", {Value(List{"a", "b"})})).find(R"({"SS":["a","b"]})"), std::string::npos);
}

TEST(ConditionsTest, ALiteralOfAnotherTypeIsRefused) {
  EXPECT_EQ(compiled(on("count", "=", {"1"})), "ErrInvalidModel");
  EXPECT_EQ(compiled(on("count", "in", {1, "1"})), "ErrInvalidModel");
  EXPECT_EQ(compiled(on("opened", "<", {"yesterday"})), "ErrInvalidModel");
}

TEST(ConditionsTest, ElementsAndPartsAreComparedAsGiven) {
  EXPECT_EQ(compiled(on("tags", "contains", {"a"})), R"~(contains(#n1, :v1) {"#n1":"tags"} {":v1":{"S":"a"}})~");
  EXPECT_EQ(compiled(on("profile.a[3].c", "=", {1})),
            R"(#n1.#n2[3].#n3 = :v1 {"#n1":"profile","#n2":"a","#n3":"c"} {":v1":{"N":"1"}})");
  EXPECT_EQ(compiled(on("tags", "size_gt", {2})), R"~(size(#n1) > :v1 {"#n1":"tags"} {":v1":{"N":"2"}})~");
}

TEST(ConditionsTest, AnyTypeMayBeComparedWithNull) {
  EXPECT_NE(compiled(on("tags", "=", {nullptr})).find(R"({"NULL":true})"), std::string::npos);
}

TEST(ConditionsTest, UnknownAttributesOperatorsAndAritiesAreRefused) {
  EXPECT_EQ(compiled(on("cuont", "=", {1})), "ErrInvalidModel");
  EXPECT_EQ(compiled(on("count", "~", {1})), "ErrInvalidOperator");
  EXPECT_EQ(compiled(on("count", "between", {1})), "ErrInvalidOperator");
  EXPECT_EQ(compiled(on("count", "in", std::vector<Value>(101, Value(1)))), "ErrInvalidOperator");
  EXPECT_EQ(compiled(on("count.part", "=", {1})), "ErrInvalidModel");
  EXPECT_EQ(compiled(on("profile..a", "=", {1})), "ErrInvalidOperator");
}

TEST(ConditionsTest, EncryptedAttributesCannotBeQueried) {
  EXPECT_EQ(compiled(on("secret", "=", {"x"})), "ErrEncryptedFieldNotQueryable");
  EXPECT_EQ(compiled(on("secret", "exists", {})), "ErrEncryptedFieldNotQueryable");
  EXPECT_EQ(compiled(raw("#s = :s", {{"#s", "secret"}}, {{":s", "x"}})), "ErrEncryptedFieldNotQueryable");
  ConditionInput nested;
  nested.tree = Condition::negate(Condition::compare(Operand::of(Path::attribute("count")), expr::Comparator::kEq,
                                                     Operand::of(Path::attribute("secret"))));
  EXPECT_EQ(compiled(nested), "ErrEncryptedFieldNotQueryable");
}

TEST(ConditionsTest, TreesAreNormalisedAtEveryDepth) {
  ConditionInput input;
  auto opened = Condition::compare(Operand::of(Path::attribute("opened")), expr::Comparator::kEq,
                                   Operand::of(Value("2026-01-02T03:04:05Z")));
  input.tree = Condition::negate(Condition::any_of({opened, opened}));
  EXPECT_NE(compiled(input).find("2026-01-02T03:04:05.000000000Z"), std::string::npos);
}

TEST(ConditionsTest, RawPartsOfATreeKeepTheirLiterals) {
  const Map names{{"#s", "settings"}, {"#o", "opened"}};
  const Map values{{":s", R"({"a":1})"}, {":o", "2026"}};  // stored JSON text, and no whole timestamp
  auto raw = expr::read_raw_condition({"#s = :s OR #o > :o", &names, &values});
  ASSERT_TRUE(raw);
  ConditionInput input;
  input.tree = Condition::all_of({Condition::compare(Operand::of(Path::attribute("price")), expr::Comparator::kEq,
                                                     Operand::of(Value(*Number::parse("1.50")))),
                                  std::move(*raw)});
  EXPECT_EQ(compiled(input), R"~(#n1 = :v1 AND (#n2 = :v2 OR #n3 > :v3) )~"
                             R"~({"#n1":"price","#n2":"settings","#n3":"opened"} )~"
                             R"~({":v1":{"S":"1.5"},":v2":{"S":"{\"a\":1}"},":v3":{"S":"2026"}})~");
}

TEST(ConditionsTest, ATreeTooDeepIsRefused) {
  Condition deep =
      Condition::compare(Operand::of(Path::attribute("count")), expr::Comparator::kEq, Operand::of(Value(1)));
  for (int i = 0; i < 400; ++i) deep = Condition::negate(std::move(deep));
  ConditionInput input;
  input.tree = std::move(deep);
  EXPECT_EQ(compiled(input), "ErrInvalidOperator");
}

TEST(ConditionsTest, RawPlaceholdersThatCollideAreRenamed) {
  ConditionInput input = on("count", "=", {1});
  input.raw = RawExpression{"#n1 = :v1", {{"#n1", "id"}}, {{":v1", "x"}}};
  EXPECT_EQ(compiled(input), R"(#n1 = :v1 AND #n2 = :v2 {"#n1":"count","#n2":"id"} {":v1":{"N":"1"},":v2":{"S":"x"}})");
}

TEST(ConditionsTest, RawExpressionsMustBeWellFormedAndUseWhatTheyAreGiven) {
  EXPECT_EQ(compiled(raw("#a =", {{"#a", "id"}})), "ErrInvalidOperator");
  EXPECT_EQ(compiled(raw("#a = :b", {{"#a", "id"}})), "ErrInvalidOperator");
  EXPECT_EQ(compiled(raw("attribute_exists(#a)", {{"#a", "id"}, {"#unused", "id"}})), "ErrInvalidOperator");
}

TEST(ConditionsTest, WithoutAModelOnlyTheValuesAreChecked) {
  EXPECT_NE(compiled(on("anything", "=", {"x"}), nullptr).find("anything"), std::string::npos);
  EXPECT_EQ(compiled(on("anything", "=", {Value(std::string("\xFF"))}), nullptr), "ErrInvalidModel");
}

}  // namespace
}  // namespace tabletheory::ops
