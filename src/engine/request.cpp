#include "engine/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/messages.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

using simdjson::dom::element_type;

std::unexpected<ServiceError> unreadable(std::string message) {
  return refuse("SerializationException", std::move(message));
}

// A JSON value where a scalar of the Java type `wanted` should stand.
std::unexpected<ServiceError> not_a(std::string_view wanted, value::WireElement element) {
  switch (element.type()) {
    case element_type::ARRAY:
      return unreadable(fmt::format(messages::kCollectionNotExpected, fmt::format("java.lang.{}", wanted)));
    case element_type::OBJECT:
      return unreadable(std::string(messages::kStructureNotExpected));
    case element_type::BOOL:
      return unreadable(fmt::format(messages::kNotConvertible, bool(element) ? "TRUE_VALUE" : "FALSE_VALUE", wanted));
    case element_type::STRING:
      return unreadable(fmt::format(messages::kNotConvertible, "STRING_VALUE", wanted));
    case element_type::DOUBLE:
      return unreadable(fmt::format(messages::kNotConvertible, "DECIMAL_VALUE", wanted));
    default:
      return unreadable(fmt::format(messages::kNotConvertible, "NUMBER_VALUE", wanted));
  }
}

Served<std::optional<std::int64_t>> get_whole(const Request& object, std::string_view name, std::string_view wanted,
                                              std::int64_t least, std::int64_t most) {
  const auto found = member(object, name);
  if (!found) return std::nullopt;
  switch (found->type()) {
    case element_type::INT64:
      return std::clamp(std::int64_t(*found), least, most);
    case element_type::UINT64:
      return most;
    case element_type::DOUBLE: {  // the service cuts fractions off and holds large numbers at the type's end
      const double number = std::floor(double(*found));
      if (number <= static_cast<double>(least)) return least;
      if (number >= static_cast<double>(most)) return most;
      return static_cast<std::int64_t>(number);
    }
    default:
      return not_a(wanted, *found);
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

}  // namespace

std::optional<value::WireElement> member(const Request& object, std::string_view name) {
  value::WireElement element;
  if (object.at_key(name).get(element) != simdjson::SUCCESS || element.is_null()) return std::nullopt;
  return element;
}

Served<std::optional<std::string_view>> get_string(const Request& object, std::string_view name) {
  const auto found = member(object, name);
  if (!found) return std::nullopt;
  if (!found->is_string()) return not_a("String", *found);
  return std::string_view(*found);
}

Served<std::optional<std::int64_t>> get_integer(const Request& object, std::string_view name) {
  return get_whole(object, name, "Integer", std::numeric_limits<std::int32_t>::min(),
                   std::numeric_limits<std::int32_t>::max());
}

Served<std::optional<std::int64_t>> get_long(const Request& object, std::string_view name) {
  return get_whole(object, name, "Long", std::numeric_limits<std::int64_t>::min(),
                   std::numeric_limits<std::int64_t>::max());
}

Served<std::optional<bool>> get_bool(const Request& object, std::string_view name) {
  const auto found = member(object, name);
  if (!found) return std::nullopt;
  if (!found->is_bool()) return not_a("Boolean", *found);
  return bool(*found);
}

Served<std::optional<value::WireObject>> get_object(const Request& object, std::string_view name,
                                                    std::string_view shape) {
  const auto found = member(object, name);
  if (!found) return std::nullopt;
  auto read = as_object(*found, shape);
  if (!read) return std::unexpected(std::move(read).error());
  return *read;
}

Served<std::optional<value::WireArray>> get_array(const Request& object, std::string_view name) {
  const auto found = member(object, name);
  if (!found) return std::nullopt;
  if (found->is_object()) return unreadable(std::string(messages::kStructureNotExpected));
  if (!found->is_array()) return unreadable(std::string(messages::kUnexpectedFieldType));
  return value::WireArray(*found);
}

Served<std::string_view> as_string(value::WireElement element) {
  if (!element.is_string()) return not_a("String", element);
  return std::string_view(element);
}

Served<value::WireObject> as_object(value::WireElement element, std::string_view shape) {
  if (element.is_object()) return value::WireObject(element);
  if (element.is_array()) {
    return unreadable(
        fmt::format(messages::kCollectionNotExpected, fmt::format("com.amazonaws.dynamodb.v20120810.{}", shape)));
  }
  return unreadable(std::string(messages::kUnexpectedFieldType));
}

void ConstraintErrors::add(std::string_view value, std::string_view path, std::string_view constraint) {
  if (count_++ > 0) text_ += "; ";
  fmt::format_to(std::back_inserter(text_), messages::kConstraint, value, path, constraint);
}

void ConstraintErrors::null(std::string_view path) {
  if (count_++ > 0) text_ += "; ";
  fmt::format_to(std::back_inserter(text_), messages::kConstraintNull, path);
}

void ConstraintErrors::length(std::string_view value, std::string_view path, std::size_t least, std::size_t most) {
  size(value.size(), value, path, least, most);
}

void ConstraintErrors::size(std::size_t size, std::string_view value, std::string_view path, std::size_t least,
                            std::size_t most) {
  if (size < least) add(value, path, fmt::format(messages::kMinLength, least));
  if (size > most) add(value, path, fmt::format(messages::kMaxLength, most));
}

void ConstraintErrors::range(std::int64_t value, std::string_view path, std::int64_t least, std::int64_t most) {
  if (value < least) add(fmt::to_string(value), path, fmt::format(messages::kMinValue, least));
  if (value > most) add(fmt::to_string(value), path, fmt::format(messages::kMaxValue, most));
}

void ConstraintErrors::name_pattern(std::string_view value, std::string_view path) {
  if (!is_name(value)) add(value, path, messages::kNamePattern);
}

std::optional<std::size_t> ConstraintErrors::one_of(std::string_view value, std::string_view path,
                                                    std::span<const std::string_view> allowed) {
  const auto found = std::ranges::find(allowed, value);
  if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
  add(value, path, fmt::format(messages::kEnumeration, fmt::join(allowed, ", ")));
  return std::nullopt;
}

void ConstraintErrors::table_name(const std::optional<std::string_view>& value, std::string_view path) {
  if (!value) return null(path);
  if (value->starts_with("arn:")) return;  // names no table unless it is one of ours
  index_name(value, path);
}

void ConstraintErrors::index_name(const std::optional<std::string_view>& value, std::string_view path) {
  if (!value) return null(path);
  name_pattern(*value, path);
  length(*value, path, limits::kTableNameMin, limits::kTableNameMax);
}

Served<void> ConstraintErrors::result() const {
  if (count_ == 0) return {};
  if (count_ == 1) return refuse(fmt::format(messages::kConstraintErrorOne, text_));
  return refuse(fmt::format(messages::kConstraintErrorMany, count_, text_));
}

std::string_view table_name_in(const Context& context, std::string_view name_or_arn) {
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const auto prefix = fmt::format("arn:aws:dynamodb:{}:{}:table/", context.options.region, context.options.account);
  if (!name_or_arn.starts_with(prefix)) return name_or_arn;
  return name_or_arn.substr(prefix.size());
}

Served<std::shared_ptr<const Table>> find_table(const Context& context, std::string_view name_or_arn) {
  auto table = context.catalog.find(table_name_in(context, name_or_arn));
  if (!table) return refuse("ResourceNotFoundException", std::string(messages::kResourceNotFound));
  return table;
}

Served<ReadView> read_view(const Context& context, std::string_view name_or_arn) {
  // Tables are published after their entries are written and withdrawn before they are erased: a table that is the same
  // before and after the snapshot was whole in it. Changes of tables are rare; one that keeps coming between is let
  // pass by holding writers off.
  for (int attempt = 0; attempt < 3; ++attempt) {
    TT_SERVE(auto table, find_table(context, name_or_arn));
    auto snapshot = context.storage.snapshot();
    if (context.catalog.find(table->name) == table) return ReadView{std::move(table), std::move(snapshot)};
  }
  const std::lock_guard lock(context.writes);
  TT_SERVE(auto table, find_table(context, name_or_arn));
  return ReadView{std::move(table), context.storage.snapshot()};
}

}  // namespace tabletheory::engine
