// Page: what Query and Scan share — their parameters, the walk over one page, and the answer.
//
// A page ends at Limit items looked at, or when the items looked at reach 1 MB, before filter and projection; then the
// last one's key is LastEvaluatedKey, whether or not more follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/items/capacity.h"
#include "engine/items/expressions.h"
#include "engine/items/key_range.h"
#include "engine/operations.h"
#include "engine/request.h"
#include "engine/table.h"

namespace tabletheory::engine {

enum class Select : std::uint8_t { kDefault, kSpecific, kCount, kAll, kAllProjected };

// Parameters of Query and Scan alike.
struct PageParameters {
  std::string_view table_name;
  std::optional<std::string_view> index_name;
  Select select = Select::kDefault;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> segment;
  std::optional<std::int64_t> total_segments;
  bool consistent = false;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
  std::optional<value::WireElement> start_key_element;
  std::optional<Item> start_key;
  RequestExpressions expressions;
};

// JSON types and constraints. Segments are Scan's alone.
Served<PageParameters> read_page_parameters(const Request& request, std::span<const Slot> slots,
                                            std::span<const LegacyParameter> legacy, bool with_segments);
// The values of ExclusiveStartKey.
Served<void> read_start_key(PageParameters& parameters);
// Select against ProjectionExpression and IndexName.
Served<void> check_select(const PageParameters& parameters);

// The table and the index a page is read from.
struct PageSource {
  std::shared_ptr<const Table> table;
  std::shared_ptr<const Snapshot> snapshot;  // whole as the table's definition says
  const Index* index = nullptr;              // nullptr: the table itself
  bool fetch = false;                        // through an LSI: attributes are wanted that its entries do not hold

  const KeySchema& keys() const { return index != nullptr ? index->keys : table->keys; }
  std::uint32_t storage_id() const { return index != nullptr ? index->storage_id : table->storage_id; }
  // The storage key that a start key stands for.
  std::string key_of(const Item& start_key) const;
};
// Finds both; refuses an unknown index and consistent reads on a GSI.
Served<PageSource> find_source(const Context& context, const PageParameters& parameters);
// The start key's attributes against the schemas of table and index; Query and Scan word some refusals differently.
Served<void> check_start_key(const PageSource& source, const Item& start_key, bool of_query);
// Projection and filter against keys and the index's projection; decides whether to fetch.
Served<void> check_attributes(PageSource& source, const PageParameters& parameters);

// Reads the page and writes the answer. Walks `range` from its lower end, or from its upper end when not `forward`.
Served<std::string> read_page(const PageSource& source, const PageParameters& parameters, const KeyRange& range,
                              bool forward);

}  // namespace tabletheory::engine
