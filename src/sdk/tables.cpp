// Table management: create, ensure, describe, delete.
#include "ops/tables.h"

#include <simdjson.h>

#include "sdk/driver.h"
#include "sdk/table_core.h"

namespace tabletheory::detail {
namespace {

using ops::TableOperation;
using value::WireElement;

std::int64_t integer(WireElement object, std::string_view name) {
  std::int64_t value = 0;
  return object[name].get(value) == simdjson::SUCCESS ? value : 0;
}

std::string text(WireElement object, std::string_view name) {
  std::string_view value;
  return object[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

TableDescription read_description(WireElement description) {
  TableDescription read;
  read.name = text(description, "TableName");
  read.status = text(description, "TableStatus");
  read.item_count = integer(description, "ItemCount");
  read.size_bytes = integer(description, "TableSizeBytes");
  for (const char* kind : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    value::WireArray indexes;
    if (description[kind].get(indexes) != simdjson::SUCCESS) continue;
    for (const WireElement index : indexes) read.indexes.push_back(text(index, "IndexName"));
  }
  read.json = simdjson::minify(description);
  return read;
}

ops::TableOptions to_table_options(const TableOptions& options) {
  ops::TableOptions input;
  if (options.provisioned)
    input.provisioned = ops::Throughput{options.provisioned->read_units, options.provisioned->write_units};
  for (const auto& [key, value] : options.tags) input.tags[key] = value;
  input.deletion_protection = options.deletion_protection;
  input.wait = options.wait;
  input.enable_ttl = options.enable_ttl;
  return input;
}

}  // namespace

Result<void> manage_table(const TablePointer& table, TableCall call, const TableOptions& options) {
  const ops::TableOptions input = to_table_options(options);
  const ops::Environment& environment = table->environment();
  const TableOperation::Models models(&table->model(), 1);
  TT_TRY(const auto operation, call == TableCall::kCreate ? TableOperation::create(environment, models, input)
                               : call == TableCall::kEnsure
                                   ? TableOperation::ensure(environment, models, input)
                                   : TableOperation::remove(environment, table->name(), input));
  TT_CHECK(Driver(table->client()).run(*operation));
  return {};
}

Result<TableDescription> describe_table(const TablePointer& table) {
  TT_TRY(const auto operation, TableOperation::describe(table->environment(), table->name()));
  TT_CHECK(Driver(table->client()).run(*operation));
  if (operation->description() == nullptr) {
    return fail(ErrorCode::kTransport, "the target described the table without a description; check its compatibility");
  }
  return read_description(*operation->description());
}

}  // namespace tabletheory::detail
