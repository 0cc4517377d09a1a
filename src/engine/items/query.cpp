// Query: the items of one partition of a table or index, in the order of the sort key.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/items/page.h"
#include "engine/messages.h"

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

// A start key must lie where the conditions lead: first its sort key by the range predicate, then its partition.
Served<void> check_start_position(const PageSource& source, const Item& start_key,
                                  const std::vector<expr::KeyCondition>& conditions, const QueryRange& range) {
  const bool in_partition = range.partition.contains(source.key_of(start_key));
  if (!range.on_range) {
    if (!in_partition) return refuse(std::string(messages::kStartKeyOutside));
    return {};
  }
  Item moved = start_key;  // into the partition asked for
  for (const expr::KeyCondition& condition : conditions) {
    const bool hash =
        std::ranges::find(source.keys().hash, condition.attribute, &KeyAttribute::name) != source.keys().hash.end();
    if (hash) moved.set(condition.attribute, condition.values.front());
  }
  if (!range.keys.contains(source.key_of(moved))) return refuse(std::string(messages::kStartKeyRange));
  if (!in_partition) return refuse(std::string(messages::kNotRestartable));
  return {};
}

}  // namespace

Served<std::string> query(Context& context, const Request& request) {
  TT_SERVE(PageParameters parameters, read_page_parameters(request, kQuerySlots, kQueryLegacy, false));
  TT_SERVE(const auto forward, get_bool(request, "ScanIndexForward"));
  TT_SERVE_CHECK(parameters.expressions.check());
  TT_SERVE_CHECK(read_start_key(parameters));
  if (!parameters.expressions.given(Slot::kKeyCondition)) return refuse(std::string(messages::kKeyConditionRequired));
  TT_SERVE_CHECK(parameters.expressions.parse());
  TT_SERVE_CHECK(check_select(parameters));

  TT_SERVE(PageSource source, find_source(context, parameters));
  if (parameters.start_key) TT_SERVE_CHECK(check_start_key(source, *parameters.start_key, true));
  TT_SERVE(const QueryRange range,
           resolve_key_conditions(source.storage_id(), source.keys(), *parameters.expressions.key_condition));
  if (parameters.start_key) {
    TT_SERVE_CHECK(check_start_position(source, *parameters.start_key, *parameters.expressions.key_condition, range));
  }
  if (parameters.expressions.filter) {
    TT_SERVE_CHECK(check_filter_keys(source.keys(), *parameters.expressions.filter));
  }
  TT_SERVE_CHECK(check_attributes(source, parameters));
  const bool descending = forward && !*forward;
  return read_page(source, parameters, range.keys, !descending);
}

}  // namespace tabletheory::engine
