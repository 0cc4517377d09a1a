#include "contract/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "dms/yaml_reader.h"
#include "value/closest_word.h"

namespace tabletheory::contract {
namespace {

using value::JsonNode;

constexpr std::string_view kStepKeys[] = {"op", "model", "expect", "save"};

std::string_view form_name(Form form) {
  switch (form) {
    case Form::kText:
      return "a string";
    case Form::kInteger:
      return "an integer";
    case Form::kBool:
      return "true or false";
    case Form::kValue:
      return "a value";
    case Form::kValues:
      return "a list";
    case Form::kTexts:
      return "a list of strings";
    case Form::kTextMap:
      return "a map of strings";
    case Form::kItem:
      return "a map of attributes";
    case Form::kItems:
      return "a list of maps of attributes";
    case Form::kObject:
    case Form::kOneObject:
      return "a map";
    case Form::kObjects:
      return "a list of maps";
  }
  return "something else";
}

bool is_text(const JsonNode& node) {
  return node.kind == JsonNode::Kind::kString || node.kind == JsonNode::Kind::kNumber;
}

bool read_integer(const JsonNode& node, std::int64_t& number) {
  const char* end = node.text.data() + node.text.size();
  const auto [stop, problem] = std::from_chars(node.text.data(), end, number);
  return is_text(node) && problem == std::errc{} && stop == end;
}

bool is_integer(const JsonNode& node) {
  std::int64_t ignored = 0;
  return read_integer(node, ignored);
}

bool is_list_of(const JsonNode& node, bool (*fits)(const JsonNode&)) {
  return node.kind == JsonNode::Kind::kArray && std::ranges::all_of(node.elements, fits);
}

bool is_object(const JsonNode& node) {
  return node.kind == JsonNode::Kind::kObject;
}

bool has_form(const JsonNode& node, Form form) {
  switch (form) {
    case Form::kText:
      return is_text(node);
    case Form::kInteger:
      return is_integer(node);
    case Form::kBool:
      return node.kind == JsonNode::Kind::kBool;
    case Form::kValue:
      return true;
    case Form::kValues:
      return node.kind == JsonNode::Kind::kArray;
    case Form::kTexts:
      return is_list_of(node, is_text);
    case Form::kTextMap:
      return is_object(node) && std::ranges::all_of(node.members, [](const auto& m) { return is_text(m.value); });
    case Form::kItem:
    case Form::kObject:
    case Form::kOneObject:
      return is_object(node);
    case Form::kItems:
    case Form::kObjects:
      return is_list_of(node, is_object);
  }
  return false;
}

template <class Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

class Loader {
 public:
  Loader(std::string_view file, Scenario& scenario) : file_(file), scenario_(scenario) {}

  std::vector<Diagnostic> run() {
    const JsonNode& root = scenario_.tree.front();
    if (!is_object(root)) {
      report(root, "a scenario is a map with the keys name, dms_version, model and steps");
      return std::move(problems_);
    }
    check_keys(root, scenario_keys(), {});
    if (problems_.empty()) read_head(root);
    if (problems_.empty()) read_all_steps(root);
    return std::move(problems_);
  }

 private:
  void report(int line, int column, std::string message, std::string hint = {}) {
    problems_.push_back({file_, line, column, std::move(message), std::move(hint)});
  }
  void report(const JsonNode& node, std::string message) { report(node.line, node.column, std::move(message)); }

  void report_unknown(const JsonNode::Member& member, std::string_view what, std::span<const std::string_view> known) {
    const std::string_view close = value::closest_word(member.name, known);
    report(
        member.line, member.column, fmt::format("unknown {} \"{}\"", what, member.name),
        close.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : fmt::format("did you mean \"{}\"?", close));
  }
  void report_unknown(const JsonNode& node, std::string_view what, std::span<const std::string_view> known) {
    report_unknown({node.text, {}, node.line, node.column}, what, known);
  }

  // `besides`: names that are read elsewhere. Shapes are constant tables of small depth, which bounds the recursion.
  void check_keys(const JsonNode& object, std::span<const KeyShape> keys, std::span<const std::string_view> besides) {
    for (const JsonNode::Member& member : object.members) {
      if (std::ranges::find(besides, member.name) != besides.end()) continue;
      const auto key = std::ranges::find(keys, member.name, &KeyShape::name);
      if (key == keys.end()) {
        auto known = names_of(keys);
        known.insert(known.end(), besides.begin(), besides.end());
        report_unknown(member, "key", known);
      } else {
        check_value(member, *key);
      }
    }
    for (const KeyShape& key : keys) {
      if (key.required && object.find(key.name) == nullptr)
        report(object, fmt::format("\"{}\" is missing here", key.name));
    }
  }

  void check_value(const JsonNode::Member& member, const KeyShape& key) {
    const JsonNode& node = member.value;
    if (!has_form(node, key.form)) {
      report(node, fmt::format("\"{}\" has to be {}", key.name, form_name(key.form)));
    } else if (key.form == Form::kObject) {
      check_keys(node, key.keys, {});
    } else if (key.form == Form::kObjects) {
      for (const JsonNode& element : node.elements) check_keys(element, key.keys, {});
    } else if (key.form == Form::kOneObject) {
      check_keys(node, key.keys, {});
      if (node.members.size() != 1) {
        report(node, fmt::format("\"{}\" holds exactly one of: {}", key.name, fmt::join(names_of(key.keys), ", ")));
      }
    }
  }

  void read_head(const JsonNode& root) {
    scenario_.name = root.find("name")->text;
    scenario_.dms_version = root.find("dms_version")->text;
    scenario_.model = root.find("model")->text;
    if (const auto* list = root.find("requires_capabilities")) {
      for (const JsonNode& name : list->elements) scenario_.capabilities.push_back(name.text);
    }
    if (const auto* table = root.find("table")) scenario_.table = table->find("name")->text;
    if (const auto* encryption = root.find("encryption")) {
      scenario_.encryption = Encryption{encryption->find("provider")->text, encryption->find("seed")->text};
      constexpr std::string_view kProviders[] = {"deterministic"};
      if (scenario_.encryption->provider != kProviders[0]) {
        report_unknown(*encryption->find("provider"), "encryption provider", kProviders);
      }
    }
    const JsonNode* runtime = root.find("seed_runtime");
    if (runtime != nullptr && std::ranges::find(runtimes(), runtime->text) == runtimes().end()) {
      report_unknown(*runtime, "runtime", runtimes());
    }
    if (runtime != nullptr) scenario_.seed_runtime = runtime->text;
  }

  void read_all_steps(const JsonNode& root) {
    const JsonNode* steps = root.find("steps");
    const JsonNode* seed = root.find("seed_steps");
    const JsonNode* read = root.find("read_steps");
    const bool seeded = !scenario_.seed_runtime.empty();
    if (seeded ? steps != nullptr || seed == nullptr || read == nullptr
               : steps == nullptr || seed != nullptr || read != nullptr) {
      report(root, "a scenario has either \"steps\", or \"seed_runtime\" with \"seed_steps\" and \"read_steps\"");
      return;
    }
    if (seeded) {
      read_steps(*seed, "seed step");
      read_steps(*read, "read step");
    } else {
      read_steps(*steps, "step");
    }
  }

  void read_steps(const JsonNode& list, std::string_view label) {
    if (list.elements.empty()) report(list, "no steps: the scenario would test nothing");
    for (std::size_t i = 0; i < list.elements.size(); ++i) {
      read_step(list.elements[i], fmt::format("{} {}", label, i + 1));
    }
  }

  void read_step(const JsonNode& node, std::string label) {
    const JsonNode* op = node.find("op");
    if (!is_object(node) || op == nullptr || !is_text(*op)) return report(node, "a step is a map with an \"op\"");
    Step step;
    step.operation = find_operation(op->text);
    if (step.operation == nullptr) return report_unknown(*op, "op", names_of(operations()));
    step.arguments = &node;
    step.label = std::move(label);
    check_keys(node, step.operation->arguments, kStepKeys);
    check_choices(node, *step.operation);

    const JsonNode* model = node.find("model");
    if (model != nullptr && !is_text(*model)) report(*model, "\"model\" has to be a string");
    step.model = model != nullptr ? model->text : scenario_.model;
    // What a transition is checked on is its actual row.
    const JsonNode* actual = node.find("actual");
    const JsonNode* actual_model = actual != nullptr ? actual->find("model") : nullptr;
    if (model == nullptr && actual_model != nullptr && is_text(*actual_model)) step.model = actual_model->text;
    if (const auto* saves = node.find("save")) read_saves(*saves, step);
    if (const auto* expect = node.find("expect")) read_expectation(*expect, step);
    scenario_.steps.push_back(std::move(step));
  }

  // What the tables cannot say.
  void check_choices(const JsonNode& node, const Operation& operation) {
    if (operation.name == "delete" && (node.find("key") == nullptr) == (node.find("item") == nullptr)) {
      report(node, "delete takes either \"key\" or \"item\"");
    }
    for (const std::string_view read : {"query", "count"}) {
      const JsonNode* query = node.find(read);
      if (query != nullptr && read == "count") query = query->find("query");
      const JsonNode* direction = query != nullptr ? query->find("sort_direction") : nullptr;
      constexpr std::string_view kDirections[] = {"ASC", "DESC"};
      if (direction != nullptr && std::ranges::find(kDirections, direction->text) == std::end(kDirections)) {
        report_unknown(*direction, "sort_direction", kDirections);
      }
    }
    const JsonNode* transaction = node.find("transact_write");
    const JsonNode* actions = transaction != nullptr ? transaction->find("actions") : nullptr;
    if (actions == nullptr) return;
    for (const JsonNode& action : actions->elements) {
      const JsonNode* kind = action.find("kind");
      if (kind != nullptr && std::ranges::find(action_kinds(), kind->text) == action_kinds().end()) {
        report_unknown(*kind, "kind", action_kinds());
      }
    }
  }

  void read_saves(const JsonNode& node, Step& step) {
    if (!has_form(node, Form::kTextMap) || node.members.empty()) {
      return report(node, "\"save\" is a map of a variable to the attribute whose value it keeps");
    }
    if (step.operation->subject != Subject::kItem) {
      return report(node, fmt::format("{} returns no single item to save from", step.operation->name));
    }
    for (const auto& member : node.members) step.saves.push_back({member.name, member.value.text});
  }

  void read_expectation(const JsonNode& node, Step& step) {
    if (!is_object(node) || node.members.empty())
      return report(node, "\"expect\" is a map of at least one expectation");
    bool succeeds = false;
    for (const JsonNode::Member& member : node.members) {
      if (member.name == "ok") {
        if (member.value.kind != JsonNode::Kind::kBool) return report(member.value, "\"ok\" has to be true or false");
        (member.value.boolean ? succeeds : step.expectation.fails) = true;
      } else if (member.name == "error" || member.name == "errors") {
        step.expectation.fails = true;
        read_error_codes(member, step.expectation);
      } else {
        succeeds = true;
        read_data_expectation(member, step);
      }
    }
    if (succeeds && step.expectation.fails) {
      report(node, "error and data expectations do not mix: a failed step has no data");
    }
    if (step.expectation.fails && !step.saves.empty()) report(node, "a step that fails has no item to save from");
  }

  void read_error_codes(const JsonNode::Member& member, Expectation& expectation) {
    const bool several = member.name == "errors";
    if (!has_form(member.value, several ? Form::kTexts : Form::kText) || (several && member.value.elements.empty())) {
      return report(member.value,
                    several ? "\"errors\" is a list of at least one error code" : "\"error\" is an error code");
    }
    std::vector<const JsonNode*> names{&member.value};
    if (several) {
      names.clear();
      for (const JsonNode& name : member.value.elements) names.push_back(&name);
    }
    for (const JsonNode* name : names) {
      if (const auto code = error_code_from_name(name->text)) {
        expectation.codes.push_back(*code);
      } else {
        report_unknown(*name, "error code", names_of(kErrorCodeNames));
      }
    }
  }

  void read_data_expectation(const JsonNode::Member& member, Step& step) {
    const ExpectationKey* key = find_expectation(member.name);
    if (key == nullptr) {
      auto known = names_of(expectation_keys());
      known.insert(known.end(), {"ok", "error", "errors"});
      return report_unknown(member, "expectation", known);
    }
    const JsonNode& node = member.value;
    if (!has_form(node, key->form)) {
      return report(node, fmt::format("\"{}\" has to be {}", key->name, form_name(key->form)));
    }
    if (checks_nothing(node)) {
      return report(node, fmt::format("\"{}\" is empty, so it could not fail", key->name));
    }
    if (std::ranges::find(key->subjects, step.operation->subject) == key->subjects.end()) {
      return report(member.line, member.column,
                    fmt::format("\"{}\" cannot be checked on the result of {}", key->name, step.operation->name));
    }
    step.expectation.data.emplace_back(key, &node);
  }

  // An empty list or map; in a list of subsets also an empty subset.
  static bool checks_nothing(const JsonNode& node) {
    if (is_object(node)) return node.members.empty();
    if (node.kind != JsonNode::Kind::kArray) return false;
    return node.elements.empty() ||
           std::ranges::any_of(node.elements, [](const auto& e) { return is_object(e) && e.members.empty(); });
  }

  std::string file_;
  Scenario& scenario_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

std::expected<JsonNode, std::vector<Diagnostic>> parse_document(std::string_view text, std::string_view file) {
  if (!file.ends_with(".json")) return dms::read_yaml(text, file);
  auto node = value::parse_json_text(text);
  if (node) return std::move(*node);
  node.error().file = file;
  return std::unexpected(std::vector<Diagnostic>{std::move(node).error()});
}

std::expected<Scenario, std::vector<Diagnostic>> load_scenario(JsonNode document, std::string_view file) {
  Scenario scenario;
  scenario.tree.push_back(std::move(document));
  auto problems = Loader(file, scenario).run();
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return scenario;
}

std::int64_t integer_of(const JsonNode& node) {
  std::int64_t number = 0;
  read_integer(node, number);
  return number;
}

std::string scenario_name(const JsonNode& document, std::string_view file) {
  const JsonNode* name = document.find("name");
  return name != nullptr && is_text(*name) && !name->text.empty() ? name->text : std::string(file);
}

}  // namespace tabletheory::contract
