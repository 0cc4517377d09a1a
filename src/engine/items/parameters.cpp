#include "engine/items/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/messages.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

// Each list in the order in which the service prints it.
constexpr std::array<std::string_view, 3> kConsumedCapacity{"INDEXES", "TOTAL", "NONE"};
constexpr std::array<std::string_view, 5> kReturnValues{"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
constexpr std::array<std::string_view, 2> kCollectionMetrics{"SIZE", "NONE"};
constexpr std::array<std::string_view, 2> kOldOnFailure{"ALL_OLD", "NONE"};

}  // namespace

ConsumedCapacity check_consumed_capacity(std::optional<std::string_view> text, ConstraintErrors& errors) {
  constexpr std::array kMeaning{ConsumedCapacity::kIndexes, ConsumedCapacity::kTotal, ConsumedCapacity::kNone};
  if (!text) return ConsumedCapacity::kNone;
  return kMeaning[errors.one_of(*text, "returnConsumedCapacity", kConsumedCapacity).value_or(2)];
}

ReturnValues check_return_values(std::optional<std::string_view> text, ConstraintErrors& errors) {
  constexpr std::array kMeaning{ReturnValues::kAllNew, ReturnValues::kUpdatedOld, ReturnValues::kAllOld,
                                ReturnValues::kNone, ReturnValues::kUpdatedNew};
  if (!text) return ReturnValues::kNone;
  return kMeaning[errors.one_of(*text, "returnValues", kReturnValues).value_or(3)];
}

bool check_collection_metrics(std::optional<std::string_view> text, ConstraintErrors& errors) {
  return text && errors.one_of(*text, "returnItemCollectionMetrics", kCollectionMetrics) == 0;
}

bool check_old_on_failure(std::optional<std::string_view> text, ConstraintErrors& errors, std::string_view path) {
  return text && errors.one_of(*text, path, kOldOnFailure) == 0;
}

Served<std::optional<value::WireObject>> get_map(const Request& request, std::string_view name,
                                                 std::string_view value_class) {
  const auto found = member(request, name);
  if (!found) return std::nullopt;
  if (found->is_array()) return refuse("SerializationException", fmt::format(messages::kMapNotExpected, value_class));
  if (!found->is_object()) return refuse("SerializationException", std::string(messages::kUnexpectedFieldType));
  return value::WireObject(*found);
}

bool is_table_name(std::string_view name) {
  return name.size() >= limits::kTableNameMin && name.size() <= limits::kTableNameMax &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                  c == '-';
         });
}

void check_table_names(const value::WireObject& request_items, ConstraintErrors& errors) {
  for (const auto field : request_items) {
    if (is_table_name(field.key) || field.key.starts_with("arn:")) continue;
    errors.add(shown_request_items(request_items), "requestItems", messages::kTableNamesInMap);
    return;
  }
}

std::string shown_request_items(const value::WireObject& request_items) {
  constexpr std::size_t kMost = 4096;  // ours: the service shows all of it, in Java's form
  std::string text = simdjson::minify(request_items);
  return text.size() <= kMost ? text : "{...}";
}

}  // namespace tabletheory::engine
