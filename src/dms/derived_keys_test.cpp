#include "dms/derived_keys.h"

#include <gtest/gtest.h>

#include <array>

#include "dms/document_text.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;
using Transform = DerivedKey::Transform;

constexpr std::string_view kOrders = R"(
tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: customer
        helper: customerKey
        join: "#"
        inputs:
          - { name: tenant, type: string }
          - { name: number, type: number, optional: true }
          - { name: region, type: string, optional: true }
        segments:
          - { literal: TENANT }
          - { value: { input: tenant }, transforms: [trim, lowercase] }
          - { prefix: "N-", value: { input: number }, default: none, omit_when: { default: true } }
          - { value: { input: region }, transforms: [wildcard_empty] }
        fixtures:
          - { inputs: { tenant: " Acme/EU " }, expected: "TENANT#acme%2Feu#*" }
          - { inputs: { tenant: a, number: 1e3, region: "*" }, expected: "TENANT#a#N-1000#%2A" }
)";

std::string replaced(std::string_view what, std::string_view with) {
  std::string text(kOrders);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

std::string refusal(const std::string& text) {
  auto loaded = load_derived_keys_text(text, "orders.keys.yml");
  if (loaded) return "";
  std::string all;
  for (const Diagnostic& problem : loaded.error().diagnostics()) all += problem.to_string() + "\n";
  return all;
}

const DerivedKey& customer_key(const DerivedKeyDocument& document) {
  return *document.find("Order", "customer");
}

TEST(DerivedKeyValue, MatchesTheGoldenVectors) {
  auto text = read_file(TABLETHEORY_SOURCE_DIR "/vectors/derived_keys.json");
  ASSERT_TRUE(text);
  auto tree = value::parse_json_text(*text);
  ASSERT_TRUE(tree);
  const std::map<std::string, Transform> transforms = {{"trim", Transform::kTrim},
                                                       {"wildcard_empty", Transform::kWildcardEmpty},
                                                       {"lowercase", Transform::kLowercase},
                                                       {"url_encode", Transform::kUrlEncode}};
  int compared = 0;
  for (const JsonNode& vector : tree->find("vectors")->elements) {
    const JsonNode& input = *vector.find("input");
    DerivedKeyInput value = input.text;
    if (input.kind == JsonNode::Kind::kBool) value = input.boolean;
    if (input.kind == JsonNode::Kind::kNumber)
      value = std::stod(input.text);  // a native double, as other languages hand in
    std::vector<Transform> by;
    for (const JsonNode& name : vector.find("transforms")->elements) by.push_back(transforms.at(name.text));
    auto made = derived_key_value(value, by);
    ASSERT_TRUE(made);
    EXPECT_EQ(*made, vector.find("expected")->text);
    ++compared;
  }
  EXPECT_EQ(compared, 10);
}

TEST(DerivedKeyValue, UrlEncodeReplacesTheImplicitEncoding) {
  EXPECT_EQ(*derived_key_value("a/b", {Transform::kUrlEncode}), "a%2Fb");
}

TEST(DerivedKeyValue, TrimsUnicodeWhiteSpaceOnly) {
  EXPECT_EQ(*derived_key_value("\u00a0\u2003\ufeff x\u200b \u3000", {Transform::kTrim}), "x%E2%80%8B");
}

TEST(DerivedKeyValue, NumbersNeverHaveAnExponent) {
  EXPECT_EQ(*derived_key_value(*Number::parse("1.5e20"), {}), "150000000000000000000");
  EXPECT_EQ(*derived_key_value(0.1, {}), "0.1");
  EXPECT_FALSE(derived_key_value(std::numeric_limits<double>::quiet_NaN(), {}));
}

TEST(DerivedKeys, LoadEvaluateAndCheckTheirFixtures) {
  auto document = load_derived_keys_text(kOrders, "orders.keys.yml");
  ASSERT_TRUE(document) << document.error().to_string();
  EXPECT_EQ(*customer_key(*document).evaluate({{"tenant", "T"}, {"number", Number(-2)}, {"region", "eu"}}),
            "TENANT#t#N--2#eu");
  EXPECT_EQ(document->find("Order", "other"), nullptr);
  EXPECT_EQ(document->find("Other", "customer"), nullptr);
}

TEST(DerivedKeys, RefuseInputsThatDoNotFitByName) {
  auto document = load_derived_keys_text(kOrders, "orders.keys.yml");
  ASSERT_TRUE(document);
  const std::pair<DerivedKeyInputs, std::string_view> refused[] = {
      {{}, "'tenant' is missing"},
      {{{"tenant", std::monostate()}}, "'tenant' is null"},
      {{{"tenant", Number(1)}}, "'tenant' has the wrong type; give a string"},
      {{{"tenant", "a"}, {"extra", "b"}}, "'extra' is not declared"},
      {{{"tenant", "a"}, {"number", std::numeric_limits<double>::infinity()}}, "'number' is not a finite number"},
  };
  for (const auto& [inputs, words] : refused) {
    auto made = customer_key(*document).evaluate(inputs);
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().is(ErrorCode::kInvalidModel));
    EXPECT_NE(made.error().message().find(words), std::string::npos) << made.error().message();
  }
}

TEST(DerivedKeys, AFixtureThatDoesNotHoldIsAProblemOfTheDocument) {
  EXPECT_EQ(
      refusal(replaced("TENANT#acme%2Feu#*", "TENANT#Acme")),
      "orders.keys.yml:21:58: error: the segments give \"TENANT#acme%2Feu#*\", not \"TENANT#Acme\" (mend the fixture "
      "or the segments)\n");
}

TEST(DerivedKeys, NewTransformsNeedTheNewVersion) {
  EXPECT_NE(refusal(replaced("\"0.2\"", "\"0.1\"")).find("transform \"lowercase\" exists from version 0.2 on"),
            std::string::npos);
}

TEST(DerivedKeys, MistakesAreNamedWithTheirPlace) {
  const std::array<std::array<std::string_view, 3>, 7> mistakes = {{
      {"\"0.2\"", "\"0.9\"", "2:37: error: unknown version \"0.9\""},
      {"helper: customerKey", "helpr: customerKey", "unknown field \"helpr\" (did you mean \"helper\"?)"},
      {"{ input: tenant }", "{ input: tennant }", "no input is named \"tennant\""},
      {"type: string }", "type: text }", "unknown input type \"text\""},
      {"{ literal: TENANT }", "{ literal: A, value: { literal: B } }", "a segment has either 'literal' or 'value'"},
      {"[trim, lowercase]", "[trimm]", "unknown transform \"trimm\" (did you mean \"trim\"?)"},
      {"name: number, type: number", "name: tenant, type: number", "input \"tenant\" is there twice"},
  }};
  for (const auto& [what, with, words] : mistakes) {
    EXPECT_NE(refusal(replaced(what, with)).find(words), std::string::npos) << refusal(replaced(what, with));
  }
}

}  // namespace
}  // namespace tabletheory::dms
