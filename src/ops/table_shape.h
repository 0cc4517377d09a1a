// TableShape: what a table is like, as models say it and as the service describes it, and how the two differ. Internal
// to ops.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dms/document.h"
#include "model/model.h"
#include "tabletheory/table_options.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct TableShape {
  std::string table;
  dms::KeyAttribute partition;
  std::optional<dms::KeyAttribute> sort;
  std::vector<dms::KeyAttribute> keys;  // of the table and all indexes, in the order met, each once
  std::vector<dms::Index> indexes;
  std::string ttl_attribute;  // empty: none

  const dms::Index* find_index(std::string_view name) const;
};

// What several models of one table say together. ErrInvalidModel when they do not fit together.
Result<TableShape> shape_of(std::span<const std::shared_ptr<const model::Model>> models);
// What DescribeTable says (without the ttl, which it does not tell).
TableShape shape_of(value::WireElement description);

// Every difference, in the order keys, key types, indexes, ttl.
std::vector<TableDifference> differences(const TableShape& model, const TableShape& live);
bool same_index(const dms::Index& model, const dms::Index& live);

// `"KeySchema":[…],"Projection":{…}` and so on: an index as requests say it, without throughput and braces.
void write_index(value::WireWriter& writer, const dms::Index& index);
// `"KeySchema":[…]`
void write_key_schema(value::WireWriter& writer, std::span<const dms::KeyAttribute> partition,
                      std::span<const dms::KeyAttribute> sort);
// `"AttributeDefinitions":[…]`
void write_definitions(value::WireWriter& writer, std::span<const dms::KeyAttribute> keys);

}  // namespace tabletheory::ops
