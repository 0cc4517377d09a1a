#include "contract/expectations.h"

#include <fmt/format.h>

#include "contract/logical.h"

namespace tabletheory::contract {
namespace {

using value::JsonNode;

std::string mismatch(std::string_view expected, std::string_view got) {
  return fmt::format("expected {}, got {}", expected, got);
}

std::string code_names(const std::vector<ErrorCode>& codes) {
  std::vector<std::string_view> names;
  for (const ErrorCode code : codes) names.push_back(error_code_name(code));
  return fmt::format("{}", fmt::join(names, " and "));
}

// The codes an error answers to, and its words on one line.
std::string describe(const Error& error) {
  std::string text = fmt::format("{}: {}", code_names(error.codes()), error.message());
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

// Checks one item's attributes against a subset; `where` goes before the attribute's name.
std::string check_subset(const JsonNode& subset, const Item& item, const dms::Model& model, std::string_view where) {
  for (const auto& member : subset.members) {
    const Value* actual = item.find(member.name);
    if (!matches(model.find_attribute(member.name), member.value, actual)) {
      return mismatch(fmt::format("{}{} = {}", where, member.name, show(member.value)), show(actual));
    }
  }
  return {};
}

class DataCheck {
 public:
  DataCheck(const Observation& seen, const dms::Model& model, const Variables& variables)
      : seen_(seen), model_(model), variables_(variables) {}

  std::string run(std::string_view name, const JsonNode& expected) const {
    if (name == "item_absent") return item_absent(expected);
    if (name == "items_contains") return items_contains(expected);
    if (name == "items_missing_fields") return items_missing_fields(expected);
    if (name == "item_count") return same_count(name, expected, seen_.items.size());
    if (name == "count") return same_count(name, expected, seen_.count);
    if (name == "cursor_equals") return cursor_equals(expected);
    return on_item(name, expected);
  }

 private:
  std::string on_item(std::string_view name, const JsonNode& expected) const {
    if (!seen_.item) return mismatch(fmt::format("{} {}", name, show(expected)), "no item");
    if (name == "item_contains") return check_subset(expected, *seen_.item, model_, "");
    if (name == "item_equals") return item_equals(expected);
    if (name == "item_field_equals_var") return compare_variables(expected, true);
    if (name == "item_field_not_equals_var") return compare_variables(expected, false);
    if (!seen_.stored) return mismatch(fmt::format("{} {}", name, show(expected)), "no stored item");
    if (name == "raw_item_contains") return raw_item_contains(expected);
    if (name == "raw_attribute_types") return raw_attribute_types(expected);
    if (name == "item_has_fields") return stored_fields(expected, true);
    if (name == "item_missing_fields") return stored_fields(expected, false);
    return fmt::format("expected {}, which this runner does not check; please report this", name);
  }

  std::string item_absent(const JsonNode& expected) const {
    if (expected.boolean == !seen_.item.has_value()) return {};
    return mismatch(expected.boolean ? "no item" : "an item", seen_.item ? show(Value(*seen_.item)) : "none");
  }

  std::string item_equals(const JsonNode& expected) const {
    if (auto problem = check_subset(expected, *seen_.item, model_, ""); !problem.empty()) return problem;
    for (const auto& [name, value] : *seen_.item) {
      if (expected.find(name) == nullptr) return mismatch(fmt::format("no attribute {}", name), show(value));
    }
    return {};
  }

  std::string raw_item_contains(const JsonNode& expected) const {
    for (const auto& member : expected.members) {
      const Value* stored = seen_.stored->find(member.name);
      if (!matches_stored(member.value, stored)) {
        return mismatch(fmt::format("stored {} = {}", member.name, show(member.value)),
                        stored == nullptr ? "nothing" : to_wire_json(*stored));
      }
    }
    return {};
  }

  std::string raw_attribute_types(const JsonNode& expected) const {
    for (const auto& member : expected.members) {
      const Value* stored = seen_.stored->find(member.name);
      const std::string_view type = stored == nullptr ? "nothing" : type_name(stored->type());
      if (type != member.value.text) {
        return mismatch(fmt::format("stored {} of type {}", member.name, member.value.text), type);
      }
    }
    return {};
  }

  std::string stored_fields(const JsonNode& names, bool wanted) const {
    for (const JsonNode& name : names.elements) {
      const Value* stored = seen_.stored->find(name.text);
      if ((stored != nullptr) == wanted) continue;
      return mismatch(fmt::format("{} attribute {} to be stored", wanted ? "an" : "no", name.text),
                      stored == nullptr ? "none" : to_wire_json(*stored));
    }
    return {};
  }

  std::string compare_variables(const JsonNode& expected, bool equal) const {
    for (const auto& member : expected.members) {
      const auto variable = variables_.find(member.value.text);
      if (variable == variables_.end()) {
        return mismatch(fmt::format("variable {} to be saved by an earlier step", member.value.text), "none");
      }
      const Value* actual = seen_.item->find(member.name);
      const bool same = actual != nullptr && *actual == variable->second;
      if (actual != nullptr && same == equal) continue;
      return mismatch(fmt::format("{} {} {} ({})", member.name, equal ? "equal to" : "other than", member.value.text,
                                  show(variable->second)),
                      show(actual));
    }
    return {};
  }

  std::string items_contains(const JsonNode& expected) const {
    for (std::size_t i = 0; i < expected.elements.size(); ++i) {
      const std::string where = fmt::format("items[{}].", i);
      if (i >= seen_.items.size()) {
        return mismatch(fmt::format("items[{}] to contain {}", i, show(expected.elements[i])),
                        fmt::format("{} items", seen_.items.size()));
      }
      auto problem = check_subset(expected.elements[i], seen_.items[i], *seen_.item_models[i], where);
      if (!problem.empty()) return problem;
    }
    return {};
  }

  std::string items_missing_fields(const JsonNode& names) const {
    for (std::size_t i = 0; i < seen_.items.size(); ++i) {
      for (const JsonNode& name : names.elements) {
        if (const Value* value = seen_.items[i].find(name.text)) {
          return mismatch(fmt::format("items[{}] without {}", i, name.text), show(*value));
        }
      }
    }
    return {};
  }

  std::string cursor_equals(const JsonNode& expected) const {
    if (expected.text == seen_.cursor) return {};
    return mismatch(fmt::format("cursor \"{}\"", expected.text), fmt::format("\"{}\"", seen_.cursor));
  }

  static std::string same_count(std::string_view what, const JsonNode& expected, std::size_t got) {
    if (integer_of(expected) == static_cast<std::int64_t>(got)) return {};
    return mismatch(fmt::format("{} {}", what, expected.text), std::to_string(got));
  }

  const Observation& seen_;
  const dms::Model& model_;
  const Variables& variables_;
};

}  // namespace

std::string check_outcome(const Expectation& expectation, const Error* error) {
  if (!expectation.fails) return error == nullptr ? std::string() : mismatch("ok", describe(*error));
  const std::string wanted = expectation.codes.empty() ? "an error" : code_names(expectation.codes);
  if (error == nullptr) return mismatch(wanted, "ok");
  for (const ErrorCode code : expectation.codes) {
    if (!error->is(code)) return mismatch(wanted, describe(*error));
  }
  return {};
}

std::string check_data(const Expectation& expectation, const Observation& seen, const dms::Model& model,
                       const Variables& variables) {
  const DataCheck check(seen, model, variables);
  for (const auto& [key, expected] : expectation.data) {
    if (auto problem = check.run(key->name, *expected); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace tabletheory::contract
