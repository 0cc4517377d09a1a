// Parameters that several item operations share: enumerations of a request and their checks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/items/capacity.h"
#include "engine/request.h"
#include "value/wire.h"

namespace tabletheory::engine {

enum class ReturnValues : std::uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };

// Enumeration members as read (types checked); the checks below add violations and give the default for absent ones.
ConsumedCapacity check_consumed_capacity(std::optional<std::string_view> text, ConstraintErrors& errors);
ReturnValues check_return_values(std::optional<std::string_view> text, ConstraintErrors& errors);
// ReturnItemCollectionMetrics: true for SIZE.
bool check_collection_metrics(std::optional<std::string_view> text, ConstraintErrors& errors);
// ReturnValuesOnConditionCheckFailure: true for ALL_OLD. `path` differs inside transactions.
bool check_old_on_failure(std::optional<std::string_view> text, ConstraintErrors& errors, std::string_view path);

// A member that maps names to `value_class` (the service's Java class): SerializationException when it is not an
// object.
Served<std::optional<value::WireObject>> get_map(const Request& request, std::string_view name,
                                                 std::string_view value_class);
// A table name of the right length and characters, and not an ARN: nothing to report, so no path need be built for it.
bool is_table_name(std::string_view name);
// The names of the tables in RequestItems: patterns and lengths, unless they are ARNs.
void check_table_names(const value::WireObject& request_items, ConstraintErrors& errors);
// RequestItems as a violated constraint shows it.
std::string shown_request_items(const value::WireObject& request_items);

}  // namespace tabletheory::engine
