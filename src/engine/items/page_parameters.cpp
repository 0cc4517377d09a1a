#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/items/attribute_values.h"
#include "engine/items/index_entries.h"
#include "engine/items/key_check.h"
#include "engine/items/page.h"
#include "engine/items/parameters.h"
#include "engine/items/projected_read.h"
#include "engine/key_codec.h"
#include "engine/messages.h"

namespace tabletheory::engine {
namespace {

// In the order in which the service prints them.
constexpr std::array<std::string_view, 4> kSelectNames{"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES",
                                                       "ALL_PROJECTED_ATTRIBUTES"};
constexpr std::int64_t kMaxSegments = 1'000'000;
constexpr std::array kSelects{Select::kSpecific, Select::kCount, Select::kAll, Select::kAllProjected};

Select check_select_name(std::optional<std::string_view> text, ConstraintErrors& errors) {
  if (!text) return Select::kDefault;
  const auto found = errors.one_of(*text, "select", kSelectNames);
  return found ? kSelects[*found] : Select::kDefault;
}

// Number of distinct key attributes of table and index.
std::size_t key_attribute_count(const PageSource& source) {
  const KeySchema& table_keys = source.table->keys;
  std::size_t count = table_keys.hash.size() + table_keys.range.size();
  if (source.index == nullptr) return count;
  for (const auto* attributes : {&source.index->keys.hash, &source.index->keys.range}) {
    count += static_cast<std::size_t>(std::ranges::count_if(
        *attributes, [&](const KeyAttribute& attribute) { return table_keys.find(attribute.name) == nullptr; }));
  }
  return count;
}

// Some service messages about a start key's values come without the prefix that the others carry.
bool stands_alone(std::string_view message) {
  constexpr std::array<std::string_view, 5> kAlone{"contains duplicates", "number set", "numeric value",
                                                   "significant digits", "number with magnitude"};
  return std::ranges::any_of(kAlone,
                             [&](std::string_view part) { return message.find(part) != std::string_view::npos; });
}

Served<void> check_start_attributes(const KeySchema& keys, const Item& start_key) {
  for (const KeyAttribute& attribute : keys.hash) {
    TT_SERVE_CHECK(check_key_value(attribute, start_key.find(attribute.name), true));
  }
  for (const KeyAttribute& attribute : keys.range) {
    TT_SERVE_CHECK(check_key_value(attribute, start_key.find(attribute.name), false));
  }
  return {};
}

// What entries of the index do not hold, of the attributes asked for.
std::vector<std::string_view> not_projected(const PageSource& source, const std::vector<std::string_view>& wanted) {
  std::vector<std::string_view> missing;
  std::ranges::copy_if(wanted, std::back_inserter(missing), [&](std::string_view attribute) {
    return !is_projected(*source.table, *source.index, attribute);
  });
  return missing;
}

}  // namespace

Served<PageParameters> read_page_parameters(const Request& request, std::span<const Slot> slots,
                                            std::span<const LegacyParameter> legacy, bool with_segments) {
  PageParameters out;
  TT_SERVE(const auto table_name, get_string(request, "TableName"));
  TT_SERVE(out.index_name, get_string(request, "IndexName"));
  TT_SERVE(const auto select, get_string(request, "Select"));
  TT_SERVE(out.limit, get_integer(request, "Limit"));
  TT_SERVE(const auto consistent, get_bool(request, "ConsistentRead"));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  TT_SERVE(out.start_key_element, get_attributes(request, "ExclusiveStartKey"));
  if (with_segments) {
    TT_SERVE(out.segment, get_integer(request, "Segment"));
    TT_SERVE(out.total_segments, get_integer(request, "TotalSegments"));
  }
  TT_SERVE(out.expressions, RequestExpressions::read(request, slots, legacy));
  out.table_name = table_name.value_or("");
  out.consistent = consistent.value_or(false);

  // In the service's order.
  ConstraintErrors errors;
  out.select = check_select_name(select, errors);
  if (out.index_name) errors.index_name(out.index_name);
  if (out.total_segments) errors.range(*out.total_segments, "totalSegments", 1, kMaxSegments);
  out.capacity = check_consumed_capacity(capacity, errors);
  errors.table_name(table_name);
  if (out.segment) errors.range(*out.segment, "segment", 0, kMaxSegments - 1);
  if (out.limit) errors.range(*out.limit, "limit", 1);
  TT_SERVE_CHECK(errors.result());
  return out;
}

Served<void> read_start_key(PageParameters& parameters) {
  if (!parameters.start_key_element) return {};
  auto key = read_attributes(*parameters.start_key_element);
  if (!key) {
    ServiceError error = std::move(key).error();
    if (error.type == "ValidationException" && !stands_alone(error.message)) {
      error.message = fmt::format(messages::kStartKeyBecause, error.message);
    }
    return std::unexpected(std::move(error));
  }
  parameters.start_key = std::move(*key);
  return {};
}

Served<void> check_select(const PageParameters& parameters) {
  const bool projection = parameters.expressions.given(Slot::kProjection);
  const Select select = parameters.select;
  if (select == Select::kAllProjected && !parameters.index_name) {
    return refuse(std::string(messages::kProjectedOnlyWithIndex));
  }
  if (select == Select::kSpecific && !projection) return refuse(std::string(messages::kSpecificWithoutProjection));
  if (!projection) return {};
  if (select == Select::kCount) return refuse(fmt::format(messages::kProjectionWithSelect, "only the Count"));
  if (select == Select::kAll) return refuse(fmt::format(messages::kProjectionWithSelect, "ALL_ATTRIBUTES"));
  if (select == Select::kAllProjected) {
    return refuse(fmt::format(messages::kProjectionWithSelect, "ALL_PROJECTED_ATTRIBUTES"));
  }
  return {};
}

std::string PageSource::key_of(const Item& start_key) const {
  return index != nullptr ? index_entry_key(*table, *index, start_key) : item_key(*table, start_key);
}

Served<PageSource> find_source(const Context& context, const PageParameters& parameters) {
  TT_SERVE(ReadView view, read_view(context, parameters.table_name));
  PageSource source{.table = std::move(view.table), .snapshot = std::move(view.snapshot)};
  if (!parameters.index_name) return source;
  source.index = source.table->find_index(*parameters.index_name);
  if (source.index == nullptr) return refuse(fmt::format(messages::kNoSuchIndex, *parameters.index_name));
  if (source.index->global && parameters.consistent) return refuse(std::string(messages::kConsistentGlobal));
  return source;
}

Served<void> check_start_key(const PageSource& source, const Item& start_key, bool of_query) {
  const bool bare = of_query || source.index != nullptr;
  if (start_key.size() != key_attribute_count(source)) {
    if (bare) return refuse(std::string(messages::kStartKey));
    return refuse(fmt::format(messages::kStartKeyBecause, messages::kKeySchema));
  }
  if (bare) {
    const KeySchema& keys = source.keys();
    for (const auto* attributes : {&keys.hash, &keys.range}) {
      for (const KeyAttribute& attribute : *attributes) {
        const Value* value = start_key.find(attribute.name);
        if (value == nullptr) return refuse(std::string(messages::kStartKey));
        TT_SERVE_CHECK(check_key_value(attribute, value, attributes == &keys.hash));
      }
    }
  }
  auto checked = check_start_attributes(source.table->keys, start_key);
  if (!checked) return refuse(fmt::format(messages::kStartKeyBecause, checked.error().message));
  return {};
}

Served<void> check_attributes(PageSource& source, const PageParameters& parameters) {
  const RequestExpressions& expressions = parameters.expressions;
  TT_SERVE_CHECK(check_projection_paths(*source.table, expressions.projection));
  if (expressions.filter) {
    TT_SERVE_CHECK(check_key_paths(*source.table, [&expressions](const std::string& name) {
      return path_below(*expressions.filter, name) != nullptr;
    }));
  }
  if (source.index == nullptr || source.index->projection == Index::Projection::kAll) return {};
  if (parameters.select == Select::kAll) {
    if (source.index->global) return refuse(fmt::format(messages::kAllAttributesGlobal, source.index->name));
    source.fetch = true;
    return {};
  }
  if (expressions.projection) {
    const auto missing = not_projected(source, root_attributes(*expressions.projection));
    if (!missing.empty() && source.index->global) {
      return refuse(fmt::format(messages::kNotProjected, source.index->name, fmt::join(missing, ", ")));
    }
    source.fetch = !missing.empty();
  }
  if (expressions.filter && !source.index->global) {
    source.fetch = source.fetch || !not_projected(source, root_attributes(*expressions.filter)).empty();
  }
  return {};
}

}  // namespace tabletheory::engine
