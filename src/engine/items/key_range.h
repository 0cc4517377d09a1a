// KeyRange: the stretch of storage that a query's key conditions, or a scan's segment, cover.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/service_error.h"
#include "engine/table.h"
#include "expr/parser.h"

namespace tabletheory::engine {

struct KeyRange {
  std::string lower;  // included
  std::string upper;  // excluded; empty: no end
  bool contains(std::string_view key) const { return key >= lower && (upper.empty() || key < upper); }
};

// Where a query's conditions lead, by the key schema of the table or index: every hash attribute by `=`, range
// attributes from the left without gaps, all but the last by `=`. `partition` is the range of the whole partition.
struct QueryRange {
  KeyRange partition;
  KeyRange keys;
  bool on_range = false;  // a range attribute has a condition
};
Served<QueryRange> resolve_key_conditions(std::uint32_t storage_id, const KeySchema& schema,
                                          const std::vector<expr::KeyCondition>& conditions);

// All of a table or index, or segment `segment` of `total` of it, by the hash of the partition key.
KeyRange segment_range(std::uint32_t storage_id, std::int64_t segment, std::int64_t total);

}  // namespace tabletheory::engine
