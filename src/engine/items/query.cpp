// Query: the items of one partition of a table or index, in the order of the sort key.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/items/item_messages.h"
#include "engine/items/page.h"

namespace tabletheory::engine {
namespace {

constexpr std::array kQuerySlots{Slot::kProjection, Slot::kFilter, Slot::kKeyCondition};
constexpr std::array<LegacyParameter, 4> kQueryLegacy{{{"AttributesToGet", "ProjectionExpression"},
                                                       {"QueryFilter", "FilterExpression"},
                                                       {"ConditionalOperator", "FilterExpression"},
                                                       {"KeyConditions", "KeyConditionExpression"}}};

Served<void> check_filter_keys(const KeySchema& keys, const expr::Condition& filter) {
  const auto roots = root_attributes(filter);
  for (const auto* attributes : {&keys.hash, &keys.range}) {
    for (const KeyAttribute& attribute : *attributes) {
      if (std::ranges::find(roots, attribute.name) != roots.end()) {
        return refuse(fmt::format(messages::kFilterOnKey, attribute.name));
      }
    }
  }
  return {};
}

// A start key must lie where the conditions lead.
Served<void> check_start_position(const PageSource& source, const Item& start_key, const QueryRange& range) {
  const std::string key = source.key_of(start_key);
  const bool in_partition = range.partition.contains(key);
  if (!range.on_range) {
    if (!in_partition) return refuse(std::string(messages::kStartKeyOutside));
    return {};
  }
  if (in_partition && !range.keys.contains(key)) return refuse(std::string(messages::kStartKeyRange));
  if (!in_partition) return refuse(std::string(messages::kNotRestartable));
  return {};
}

}  // namespace

Served<std::string> query(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(PageParameters parameters, read_page_parameters(request, kQuerySlots, kQueryLegacy, errors));
  TT_SERVE(const auto forward, get_bool(request, "ScanIndexForward"));
  TT_SERVE_CHECK(errors.result());
  TT_SERVE_CHECK(parameters.expressions.check());
  TT_SERVE_CHECK(read_start_key(parameters));
  if (!parameters.expressions.given(Slot::kKeyCondition)) return refuse(std::string(messages::kKeyConditionRequired));
  TT_SERVE_CHECK(parameters.expressions.parse());
  TT_SERVE_CHECK(check_select(parameters));

  TT_SERVE(PageSource source, find_source(context, parameters));
  if (parameters.start_key) TT_SERVE_CHECK(check_start_key(source, *parameters.start_key, messages::kStartKey));
  TT_SERVE(const QueryRange range,
           resolve_key_conditions(source.storage_id(), source.keys(), *parameters.expressions.key_condition));
  if (parameters.start_key) TT_SERVE_CHECK(check_start_position(source, *parameters.start_key, range));
  if (parameters.expressions.filter) {
    TT_SERVE_CHECK(check_filter_keys(source.keys(), *parameters.expressions.filter));
  }
  TT_SERVE_CHECK(check_attributes(source, parameters));
  return read_page(context, source, parameters, range.keys, forward.value_or(true));
}

}  // namespace tabletheory::engine
