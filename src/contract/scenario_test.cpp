#include "contract/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tabletheory::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead = R"(name: "p0.test"
dms_version: "0.2"
model: "User"
)";

std::expected<Scenario, std::vector<Diagnostic>> load(const std::string& text) {
  auto document = parse_document(text, "test.yml");
  if (!document) return std::unexpected(document.error());
  return load_scenario(std::move(*document), "test.yml");
}

// The scenario of one step with this expectation.
std::expected<Scenario, std::vector<Diagnostic>> load_expecting(
    const std::string& expectation, const std::string& step = "op: get\n    key: { PK: a }") {
  return load(std::string(kHead) + "steps:\n  - " + step + "\n    expect: " + expectation + "\n");
}

// All problems as text; empty: there are none.
std::string problems_of(const std::expected<Scenario, std::vector<Diagnostic>>& loaded) {
  std::string all;
  if (loaded) return all;
  for (const Diagnostic& problem : loaded.error()) all += problem.to_string() + "\n";
  return all;
}

TEST(Scenario, IsLoadedWithItsStepsInOrder) {
  const auto scenario = load(R"(name: "p0.all"
dms_version: "0.1"
requires_capabilities: ["crud", "quantum"]
model: "User"
table: { name: "users" }
encryption: { provider: "deterministic", seed: "s" }
steps:
  - op: create
    item: { PK: a }
  - op: get
    model: "Order"
    key: { PK: a }
    save: { before: "updatedAt" }
    expect: { item_contains: { PK: a } }
)");
  ASSERT_TRUE(scenario) << problems_of(scenario);
  EXPECT_EQ(scenario->name, "p0.all");
  EXPECT_EQ(scenario->dms_version, "0.1");
  EXPECT_THAT(scenario->capabilities, ElementsAre("crud", "quantum"));
  EXPECT_EQ(scenario->table, "users");
  EXPECT_EQ(scenario->encryption->seed, "s");
  ASSERT_EQ(scenario->steps.size(), 2U);
  EXPECT_EQ(scenario->steps[0].label, "step 1");
  EXPECT_EQ(scenario->steps[0].model, "User");
  EXPECT_FALSE(scenario->steps[0].expectation.fails);
  EXPECT_EQ(scenario->steps[1].model, "Order");
  EXPECT_EQ(scenario->steps[1].saves.at(0).variable, "before");
  EXPECT_EQ(scenario->steps[1].expectation.data.at(0).first->name, "item_contains");
}

TEST(Scenario, StaysValidWhenMoved) {
  auto scenario = load(std::string(kHead) + "steps: [{ op: sleep, ms: 5 }]");
  ASSERT_TRUE(scenario) << problems_of(scenario);
  const Scenario moved = std::move(*scenario);
  EXPECT_EQ(integer_of(*moved.steps.at(0).argument("ms")), 5);
}

TEST(Scenario, MayBeWrittenAsJson) {
  auto document = parse_document(
      R"({"name":"p0.json","dms_version":"0.2","model":"User","steps":[{"op":"sleep","ms":"5"}]})", "test.json");
  ASSERT_TRUE(document);
  const auto scenario = load_scenario(std::move(*document), "test.json");
  ASSERT_TRUE(scenario) << problems_of(scenario);
  EXPECT_EQ(integer_of(*scenario->steps.at(0).argument("ms")), 5) << "numbers may be strings";
}

TEST(Scenario, LabelsSeedAndReadSteps) {
  const auto scenario = load(
      std::string(kHead) + "seed_runtime: go\nseed_steps: [{ op: sleep, ms: 1 }]\nread_steps: [{ op: sleep, ms: 2 }]");
  ASSERT_TRUE(scenario) << problems_of(scenario);
  EXPECT_EQ(scenario->seed_runtime, "go");
  EXPECT_EQ(scenario->steps.at(0).label, "seed step 1");
  EXPECT_EQ(scenario->steps.at(1).label, "read step 1");
}

TEST(Scenario, HasEitherStepsOrSeedAndReadSteps) {
  EXPECT_THAT(problems_of(load(std::string(kHead))), HasSubstr("either \"steps\""));
  EXPECT_THAT(problems_of(load(std::string(kHead) + "seed_runtime: go\nsteps: [{ op: sleep, ms: 1 }]")),
              HasSubstr("either \"steps\""));
  EXPECT_THAT(problems_of(load(std::string(kHead) + "seed_runtime: rust\nseed_steps: []\nread_steps: []")),
              HasSubstr("unknown runtime \"rust\""));
  EXPECT_THAT(problems_of(load(std::string(kHead) + "steps: []")), HasSubstr("would test nothing"));
}

TEST(Scenario, NamesEveryMissingKey) {
  const auto problems = problems_of(load("steps: [{ op: sleep, ms: 1 }]"));
  EXPECT_THAT(problems, HasSubstr("\"name\" is missing"));
  EXPECT_THAT(problems, HasSubstr("\"dms_version\" is missing"));
  EXPECT_THAT(problems, HasSubstr("\"model\" is missing"));
}

TEST(Scenario, RefusesAnUnknownKeyWithItsPlaceAndAGuess) {
  EXPECT_EQ(problems_of(load(std::string(kHead) + "tabel: { name: users }\nsteps: [{ op: sleep, ms: 1 }]")),
            "test.yml:4:1: error: unknown key \"tabel\" (did you mean \"table\"?)\n");
}

TEST(Scenario, RefusesUnknownWordsAtEveryLevel) {
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: qurey\n    query: {}")),
              HasSubstr("unknown op \"qurey\" (did you mean \"query\"?)"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: get\n    key: { PK: a }\n    item: { PK: a }")),
              HasSubstr("unknown key \"item\""));
  EXPECT_THAT(problems_of(load_expecting(
                  "{ ok: true }",
                  "op: query\n    query: { partition: { attribute: PK, operator: \"=\", value: a }, limits: 2 }")),
              HasSubstr("unknown key \"limits\" (did you mean \"limit\"?)"));
  EXPECT_THAT(problems_of(load_expecting(
                  "{ ok: true }", "op: transact_write\n    transact_write: { actions: [{ kind: insert, item: {} }] }")),
              HasSubstr("unknown kind \"insert\""));
  EXPECT_THAT(problems_of(load_expecting("{ item_contain: { PK: a } }")),
              HasSubstr("unknown expectation \"item_contain\" (did you mean \"item_contains\"?)"));
  EXPECT_THAT(problems_of(load_expecting("{ error: ErrItemNotFond }")),
              HasSubstr("unknown error code \"ErrItemNotFond\" (did you mean \"ErrItemNotFound\"?)"));
}

TEST(Scenario, RefusesWrongForms) {
  EXPECT_THAT(problems_of(load_expecting("{ item_has_fields: PK }")), HasSubstr("has to be a list of strings"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: \"yes\" }")), HasSubstr("\"ok\" has to be true or false"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: sleep\n    ms: 1.5")), HasSubstr("has to be an integer"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: delete\n    version: 1")),
              HasSubstr("either \"key\" or"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: count\n    count: { query: {}, scan: {} }")),
              HasSubstr("exactly one of"));
}

TEST(Scenario, RefusesAnExpectationThatCouldNotFail) {
  for (const char* empty : {"{}", "{ item_contains: {} }", "{ errors: [] }", "{ item_has_fields: [] }"}) {
    EXPECT_NE(problems_of(load_expecting(empty)), "") << empty;
  }
  const std::string query = "op: query\n    query: { partition: { attribute: PK, operator: \"=\", value: a } }";
  EXPECT_THAT(problems_of(load_expecting("{ items_contains: [] }", query)), HasSubstr("is empty"));
  EXPECT_THAT(problems_of(load_expecting("{ items_contains: [{ PK: a }, {}] }", query)), HasSubstr("is empty"));
}

TEST(Scenario, AcceptsAnEmptyValueOfAnExpectedAttribute) {
  EXPECT_THAT(problems_of(load_expecting("{ item_contains: { profile: {}, tags: [] } }")), IsEmpty());
}

TEST(Scenario, DoesNotMixErrorAndDataExpectations) {
  for (const char* mixed :
       {"{ error: ErrItemNotFound, item_contains: { PK: a } }", "{ ok: true, error: ErrItemNotFound }",
        "{ errors: [ErrItemNotFound], item_absent: true }", "{ ok: false, item_has_fields: [PK] }"}) {
    EXPECT_THAT(problems_of(load_expecting(mixed)), HasSubstr("do not mix")) << mixed;
  }
  EXPECT_THAT(problems_of(load_expecting("{ ok: false, error: ErrItemNotFound, errors: [ErrItemNotFound] }")),
              IsEmpty());
}

TEST(Scenario, RefusesExpectationsThatDoNotFitTheOperation) {
  EXPECT_THAT(problems_of(load_expecting("{ item_count: 1 }")), HasSubstr("cannot be checked on the result of get"));
  EXPECT_THAT(problems_of(load_expecting("{ cursor_equals: \"\" }", "op: batch_get\n    batch_get: { keys: [] }")),
              HasSubstr("cannot be checked on the result of batch_get"));
  EXPECT_THAT(problems_of(load_expecting("{ ok: true }", "op: sleep\n    ms: 1\n    save: { a: b }")),
              HasSubstr("no single item"));
}

}  // namespace
}  // namespace tabletheory::contract
