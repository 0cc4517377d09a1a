// The rules between the parts of a table: key schemas against attribute definitions, indexes against the table, modes
// against throughput. Each check gives the service's refusal, in the service's order.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tables/table_request.h"

namespace tabletheory::engine {

using AttributeDefinitions = std::vector<KeyAttribute>;

Served<void> check_attribute_definitions(const AttributeDefinitions& definitions);

// The table's key schema: one HASH and at most one RANGE, both defined.
Served<KeySchema> table_key_schema(const std::vector<KeyElement>& keys, const AttributeDefinitions& definitions);

// The index that `request` describes, without storage id.
Served<Index> local_index(const IndexRequest& request, const KeySchema& table_keys,
                          const AttributeDefinitions& definitions);
Served<Index> global_index(const IndexRequest& request, const AttributeDefinitions& definitions);

// Throughput of the table and of its new global indexes fits the mode.
Served<void> check_table_throughput(bool on_demand, const std::optional<Throughput>& throughput);
Served<void> check_index_throughput(bool on_demand, std::string_view index,
                                    const std::optional<Throughput>& throughput);

// All indexes of a table together: distinct names, counts, projected attributes.
Served<void> check_indexes(const std::vector<Index>& indexes);

// Every definition is used by the table's key or an index's.
Served<void> check_all_used(const Table& table);
// Drops definitions that no key uses (after the removal of an index).
void drop_unused_definitions(Table& table);

}  // namespace tabletheory::engine
