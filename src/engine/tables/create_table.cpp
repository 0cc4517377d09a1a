#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/tables/table_description.h"
#include "engine/tables/table_request.h"
#include "engine/tables/table_rules.h"
#include "engine/tables/tags.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

struct CreateRequest {
  std::string_view name;
  std::vector<KeyAttribute> definitions;
  std::vector<KeyElement> keys;
  std::optional<std::vector<IndexRequest>> locals;
  std::optional<std::vector<IndexRequest>> globals;
  TableSettings settings;
  std::vector<Tag> tags;
};

Served<CreateRequest> read_create(const Request& request) {
  CreateRequest out;
  ConstraintErrors errors;
  TT_SERVE(const auto definitions, get_array(request, "AttributeDefinitions"));
  errors.required(definitions, "attributeDefinitions");
  TT_SERVE(out.definitions, read_attribute_definitions(request, errors));
  TT_SERVE(out.keys, read_key_schema(request, "", 2, errors));
  TT_SERVE(out.locals, read_indexes(request, "LocalSecondaryIndexes", false, errors));
  TT_SERVE(out.globals, read_indexes(request, "GlobalSecondaryIndexes", true, errors));
  TT_SERVE(out.settings, read_table_settings(request, errors));
  TT_SERVE(auto tags, read_tags(request, errors));
  if (tags) out.tags = std::move(*tags);
  TT_SERVE(out.name, read_table_name(request, errors));
  if (out.name.starts_with("arn:")) errors.name_pattern(out.name, "tableName");  // names a table that is there already
  TT_SERVE_CHECK(errors.result());
  TT_SERVE_CHECK(check_supported(request, out.settings));
  return out;
}

Served<void> add_indexes(const CreateRequest& request, Table& table) {
  if (request.locals) {
    if (request.locals->empty()) return refuse(fmt::format(messages::kInvalidParameter, messages::kNoLocalIndexes));
    for (const IndexRequest& local : *request.locals) {
      TT_SERVE(auto index, local_index(local, table.keys, table.attribute_definitions));
      table.indexes.push_back(std::move(index));
    }
  }
  if (request.globals) {
    if (request.globals->empty()) return refuse(fmt::format(messages::kInvalidParameter, messages::kNoGlobalIndexes));
    for (const IndexRequest& global : *request.globals) {
      TT_SERVE(auto index, global_index(global, table.attribute_definitions));
      TT_SERVE_CHECK(check_index_throughput(table.on_demand, global.name, global.throughput));
      table.indexes.push_back(std::move(index));
    }
  }
  return check_indexes(table.indexes);
}

// The table asked for, without what makes it this one: id, storage ids, time.
Served<Table> planned_table(const CreateRequest& request) {
  Table table;
  table.name = request.name;
  table.on_demand = request.settings.billing_mode == BillingMode::kPayPerRequest;
  TT_SERVE_CHECK(check_table_throughput(table.on_demand, request.settings.throughput));
  table.throughput = request.settings.throughput.value_or(Throughput{});
  table.attribute_definitions = request.definitions;
  TT_SERVE_CHECK(check_attribute_definitions(table.attribute_definitions));
  TT_SERVE(table.keys, table_key_schema(request.keys, table.attribute_definitions));
  TT_SERVE_CHECK(add_indexes(request, table));
  TT_SERVE_CHECK(check_all_used(table));
  std::ranges::sort(table.attribute_definitions, {}, &KeyAttribute::name);
  table.deletion_protection = request.settings.deletion_protection.value_or(false);
  table.table_class = request.settings.table_class.value_or("");
  TT_SERVE_CHECK(add_tags(request.tags, table.tags));
  return table;
}

// A UUID of the random form that is distinct for every table an engine ever makes. Derived, not drawn: the engine has
// no source of randomness, so that a run can be repeated exactly.
std::string table_uuid(const Table& table) {
  const std::string seed = fmt::format("{}\n{}\n{}", table.arn, table.storage_id, table.created.to_string());
  const std::uint64_t high = partition_hash(seed);
  const std::uint64_t low = partition_hash(seed + "\n");
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                     0x8000 | ((low >> 48) & 0x3fff), low & 0xffff'ffff'ffff);
}

}  // namespace

Served<std::string> create_table(Context& context, const Request& request) {
  TT_SERVE(const auto read, read_create(request));
  TT_SERVE(auto table, planned_table(read));

  const std::lock_guard lock(context.writes);
  if (context.catalog.find(table.name) != nullptr) {
    return refuse("ResourceInUseException", fmt::format(messages::kTableExists, table.name));
  }
  table.arn =
      fmt::format("arn:aws:dynamodb:{}:{}:table/{}", context.options.region, context.options.account, table.name);
  table.created = context.options.now();
  if (table.on_demand) table.on_demand_since = table.created;
  TT_SERVE(table.storage_id, context.catalog.next_storage_id());
  for (Index& index : table.indexes) {
    TT_SERVE(index.storage_id, context.catalog.next_storage_id());
  }
  table.id = table_uuid(table);
  TT_SERVE_CHECK(context.catalog.put(table));
  return describe("TableDescription", table, *context.storage.snapshot(), "ACTIVE");
}

}  // namespace tabletheory::engine
