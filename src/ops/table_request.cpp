// CreateTable requests from models.
#include "ops/tables.h"

namespace tabletheory::ops {
namespace {

void write_indexes(value::WireWriter& writer, const TableShape& shape, const TableOptions& options, bool global) {
  bool first = true;
  for (const dms::Index& index : shape.indexes) {
    if (index.global != global) continue;
    writer.raw(!first ? "," : global ? R"(,"GlobalSecondaryIndexes":[)" : R"(,"LocalSecondaryIndexes":[)");
    first = false;
    writer.raw('{');
    write_index(writer, index);
    if (global && options.provisioned) write_throughput(writer, *options.provisioned);
    writer.raw('}');
  }
  if (!first) writer.raw(']');
}

}  // namespace

std::string create_table_request(const TableShape& shape, const TableOptions& options) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(shape.table);
  writer.raw(',');
  write_definitions(writer, shape.keys);
  writer.raw(',');
  const std::span<const dms::KeyAttribute> sort =
      shape.sort ? std::span<const dms::KeyAttribute>(&*shape.sort, 1) : std::span<const dms::KeyAttribute>();
  write_key_schema(writer, {&shape.partition, 1}, sort);
  writer.raw(R"(,"BillingMode":)");
  writer.string(options.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
  if (options.provisioned) write_throughput(writer, *options.provisioned);
  write_indexes(writer, shape, options, true);
  write_indexes(writer, shape, options, false);
  if (!options.tags.empty()) {
    writer.raw(R"(,"Tags":)");
    write_tags(writer, options.tags);
  }
  if (options.stream != StreamView::kNone) write_stream(writer, options.stream);
  if (options.encryption_at_rest) write_encryption_at_rest(writer, *options.encryption_at_rest);
  if (options.deletion_protection) writer.raw(R"(,"DeletionProtectionEnabled":true)");
  writer.raw('}');
  return body;
}

Result<std::string> create_table_request(TableOperation::Models models, const TableOptions& options) {
  TT_TRY(const TableShape shape, shape_of(models));
  return create_table_request(shape, options);
}

}  // namespace tabletheory::ops
