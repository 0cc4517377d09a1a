#include "engine/items/expressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/items/attribute_values.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

constexpr std::array<std::string_view, kSlots> kParameterNames{
    "UpdateExpression", "ConditionExpression", "KeyConditionExpression", "FilterExpression", "ProjectionExpression"};

std::string_view parameter_name(Slot slot) {
  return kParameterNames[static_cast<std::size_t>(slot)];
}

template <class Range, class Name>
std::string joined(const Range& range, std::string_view separator, Name name) {
  std::string out;
  for (const auto& element : range) {
    if (!out.empty()) out += separator;
    out += name(element);
  }
  return out;
}

// #name or :value: the sign, then letters, digits and underscores.
bool is_placeholder(std::string_view text, char sign) {
  return text.size() > 1 && text.front() == sign && std::ranges::all_of(text.substr(1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

ServiceError problem_error(Slot slot, expr::Problem problem) {
  if (problem.whole) return {"ValidationException", std::move(problem.message)};
  return {"ValidationException", fmt::format(messages::kInvalidExpression, parameter_name(slot), problem.message)};
}

template <class Tree, class Parse>
Served<void> parse_slot(Slot slot, std::optional<std::string_view> text, Parse parse, expr::Placeholders& placeholders,
                        std::optional<Tree>& out) {
  if (!text) return {};
  auto tree = parse(*text, placeholders);
  if (!tree) return std::unexpected(problem_error(slot, std::move(tree).error()));
  out = std::move(*tree);
  return {};
}

}  // namespace

Served<RequestExpressions> RequestExpressions::read(const Request& request, std::span<const Slot> slots,
                                                    std::span<const LegacyParameter> legacy) {
  RequestExpressions out;
  out.slots_ = slots;
  bool values_possible = false;
  for (const Slot slot : slots) {
    TT_SERVE(out.texts_[static_cast<std::size_t>(slot)], get_string(request, parameter_name(slot)));
    values_possible |= slot != Slot::kProjection;
  }
  TT_SERVE(out.names_object_, get_object(request, "ExpressionAttributeNames", "ExpressionAttributeNameMap"));
  if (out.names_object_) {
    for (const auto field : *out.names_object_) TT_SERVE_CHECK(as_string(field.value));
  }
  if (values_possible) {
    TT_SERVE(out.values_object_, get_object(request, "ExpressionAttributeValues", "ExpressionAttributeValueMap"));
  }
  for (const LegacyParameter& parameter : legacy) {
    if (member(request, parameter.name)) out.legacy_given_.push_back(parameter);
  }
  return out;
}

Served<void> RequestExpressions::check() const {
  const auto is_given = [this](Slot slot) { return given(slot); };
  const bool any = std::ranges::any_of(slots_, is_given);
  if (!legacy_given_.empty()) {
    if (!any) {
      const LegacyParameter& first = legacy_given_.front();
      return refuse(fmt::format(messages::kLegacyParameter, first.name, first.replacement));
    }
    std::vector<Slot> used;
    std::ranges::copy_if(slots_, std::back_inserter(used), is_given);
    return refuse(fmt::format(messages::kBothKinds,
                              joined(legacy_given_, ", ", [](const LegacyParameter& one) { return one.name; }),
                              joined(used, ", ", parameter_name)));
  }
  if (names_object_ && !any) return refuse(std::string(messages::kNamesWithoutExpression));
  if (values_object_) {
    std::vector<Slot> takers;
    std::ranges::copy_if(slots_, std::back_inserter(takers), [](Slot slot) { return slot != Slot::kProjection; });
    if (std::ranges::none_of(takers, is_given)) {
      return refuse(fmt::format(messages::kValuesWithoutExpression,
                                joined(takers, " and ", parameter_name) + (takers.size() > 1 ? " are" : " is")));
    }
  }
  return {};
}

Served<void> RequestExpressions::parse() {
  if (names_object_) TT_SERVE_CHECK(read_names());
  if (values_object_) TT_SERVE_CHECK(read_values());
  if (substitution_bytes_ > limits::kSubstitutionBytes) {
    return refuse(fmt::format(messages::kSubstitutionBytes, limits::kSubstitutionBytes));
  }
  expr::Placeholders placeholders(names_object_ ? &names_ : nullptr, values_object_ ? &values_ : nullptr);
  TT_SERVE_CHECK(parse_slot(Slot::kUpdate, text(Slot::kUpdate), expr::parse_update, placeholders, update));
  TT_SERVE_CHECK(parse_slot(Slot::kCondition, text(Slot::kCondition), expr::parse_condition, placeholders, condition));
  TT_SERVE_CHECK(parse_slot(Slot::kKeyCondition, text(Slot::kKeyCondition), expr::parse_key_condition, placeholders,
                            key_condition));
  TT_SERVE_CHECK(parse_slot(Slot::kFilter, text(Slot::kFilter), expr::parse_condition, placeholders, filter));
  TT_SERVE_CHECK(
      parse_slot(Slot::kProjection, text(Slot::kProjection), expr::parse_projection, placeholders, projection));
  if (auto unused = placeholders.unused()) return refuse(std::move(*unused));
  return {};
}

Served<void> RequestExpressions::read_names() {
  std::vector<Map::Entry> entries;
  for (const auto field : *names_object_) {
    if (!is_placeholder(field.key, '#')) return refuse(fmt::format(messages::kNameKey, field.key));
    if (field.key.size() > limits::kPlaceholderBytes) {
      return refuse(fmt::format(messages::kPlaceholderLength, "ExpressionAttributeNames", limits::kPlaceholderBytes));
    }
    TT_SERVE(const std::string_view name, as_string(field.value));
    substitution_bytes_ += field.key.size() + name.size();
    entries.emplace_back(std::string(field.key), Value(name));
  }
  if (entries.empty()) return refuse(std::string(messages::kNamesEmpty));
  Map::from_entries(std::move(entries), names_);
  return {};
}

Served<void> RequestExpressions::read_values() {
  std::vector<Map::Entry> entries;
  for (const auto field : *values_object_) {
    if (!is_placeholder(field.key, ':')) return refuse(fmt::format(messages::kValueKey, field.key));
    if (field.key.size() > limits::kPlaceholderBytes) {
      return refuse(fmt::format(messages::kPlaceholderLength, "ExpressionAttributeValues", limits::kPlaceholderBytes));
    }
    auto read = value::read_value(field.value);
    if (!read) {
      ServiceError error = attribute_error(field.value, read.error());
      if (error.type == "ValidationException") {
        error.message = fmt::format(messages::kValueInvalid, error.message, field.key);
      }
      return std::unexpected(std::move(error));
    }
    substitution_bytes_ += field.key.size() + value_size_bytes(*read);
    entries.emplace_back(std::string(field.key), std::move(*read));
  }
  if (entries.empty()) return refuse(std::string(messages::kValuesEmpty));
  Map::from_entries(std::move(entries), values_);
  return {};
}

}  // namespace tabletheory::engine
