// Table management: create, ensure, describe, verify, update, delete.
#include "ops/tables.h"

#include <simdjson.h>

#include "ops/table_changes.h"
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

// The models that live in the table.
std::vector<std::shared_ptr<const model::Model>> models_of(const TableCore& table) {
  if (table.parts().empty()) return {table.model()};
  std::vector<std::shared_ptr<const model::Model>> models;
  for (const TablePointer& part : table.parts()) models.push_back(part->model());
  return models;
}

}  // namespace

Result<void> manage_table(const TablePointer& table, TableCall call, const TableOptions& options) {
  const ops::Environment& environment = table->environment();
  const auto models = models_of(*table);
  TT_TRY(const auto operation, call == TableCall::kCreate ? TableOperation::create(environment, models, options)
                               : call == TableCall::kEnsure
                                   ? TableOperation::ensure(environment, models, options)
                                   : TableOperation::remove(environment, table->name(), options));
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

Result<std::vector<TableDifference>> verify_table(const TablePointer& table) {
  TT_TRY(const auto operation, ops::TableVerify::start(table->environment(), models_of(*table)));
  TT_CHECK(Driver(table->client()).run(*operation));
  return operation->found();
}

Result<std::vector<std::string>> update_table(const TablePointer& table, const TableChanges& changes) {
  TT_TRY(const auto operation, ops::TableUpdate::start(table->environment(), models_of(*table), changes));
  TT_CHECK(Driver(table->client()).run(*operation));
  return operation->steps();
}

}  // namespace tabletheory::detail
