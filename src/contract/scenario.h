// Scenario: one contract scenario, read and checked (docs/spec/scenarios.md).
//
// A scenario that `load_scenario` returns is well-formed: every key, operation and expectation is known and of the
// right form, no expectation is empty, and none mixes errors with data. What an operation is *given* may still be wrong
// on purpose: that is for the SDK to refuse.
//
//     auto scenario = load_scenario(*read_document("p0/crud_basic.yml"), "p0/crud_basic.yml");
//     for (const Step& step : scenario->steps) …
//
// Plain values. A Step points into the tree of its Scenario, which therefore moves but does not copy.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/shapes.h"
#include "tabletheory/error.h"
#include "value/json_text.h"

namespace tabletheory::contract {

struct Save {
  std::string variable;
  std::string attribute;
};

struct Expectation {
  bool fails = false;            // an error is expected
  std::vector<ErrorCode> codes;  // all of which the error answers to; none: any error
  // Those about data: the table's entry and what the file says.
  std::vector<std::pair<const ExpectationKey*, const value::JsonNode*>> data;
};

struct Step {
  const Operation* operation = nullptr;
  const value::JsonNode* arguments = nullptr;  // the step's own object: `argument("item")`
  std::string model;                           // the scenario's, unless the step names another
  Expectation expectation;
  std::vector<Save> saves;
  std::string label;  // "step 3", "seed step 1", "read step 2"

  const value::JsonNode* argument(std::string_view name) const { return arguments->find(name); }
};

struct Encryption {
  std::string provider;
  std::string seed;
};

struct Scenario {
  std::string name;
  std::string dms_version;
  std::vector<std::string> capabilities;
  std::string model;
  std::string table;  // empty: the model's own
  std::optional<Encryption> encryption;
  std::string seed_runtime;  // empty: `steps` are all there is
  std::vector<Step> steps;   // seed steps, then read steps, where there are such

  Scenario() = default;
  Scenario(Scenario&&) = default;
  Scenario& operator=(Scenario&&) = default;

  std::vector<value::JsonNode> tree;  // what the steps point into; one node, whose address moving keeps
};

// Reads a file as YAML, or as JSON when its name ends in `.json`. The problems have their places.
std::expected<value::JsonNode, std::vector<Diagnostic>> parse_document(std::string_view text, std::string_view file);

// Checks a parsed document. On failure every problem found, at least one.
std::expected<Scenario, std::vector<Diagnostic>> load_scenario(value::JsonNode document, std::string_view file);

// The number of a node that a table gives the form kInteger.
std::int64_t integer_of(const value::JsonNode& node);

// The scenario's name where the document says one, for reports about documents that do not load.
std::string scenario_name(const value::JsonNode& document, std::string_view file);

}  // namespace tabletheory::contract
