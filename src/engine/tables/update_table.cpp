#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/tables/stored_entries.h"
#include "engine/tables/table_description.h"
#include "engine/tables/table_reference.h"
#include "engine/tables/table_request.h"
#include "engine/tables/table_rules.h"

namespace tabletheory::engine {
namespace {

struct ThroughputUpdate {
  std::string_view index;
  Throughput throughput;
};

struct UpdateRequest {
  std::string_view name;
  std::vector<KeyAttribute> definitions;
  TableSettings settings;
  std::vector<IndexRequest> created;
  std::vector<std::string_view> deleted;
  std::vector<ThroughputUpdate> updated;
};

// The operation this element of GlobalSecondaryIndexUpdates asks for is added to `out`.
Served<void> read_index_update(const Request& element, const std::string& path, UpdateRequest& out,
                               ConstraintErrors& errors) {
  TT_SERVE(const auto create, get_object(element, "Create", "CreateGlobalSecondaryIndexAction"));
  TT_SERVE(const auto update, get_object(element, "Update", "UpdateGlobalSecondaryIndexAction"));
  TT_SERVE(const auto remove, get_object(element, "Delete", "DeleteGlobalSecondaryIndexAction"));
  if (int(create.has_value()) + int(update.has_value()) + int(remove.has_value()) != 1) {
    return refuse(std::string(messages::kOneKindOfIndexUpdate));
  }
  if (create) {
    TT_SERVE(auto index, read_index(*create, path + "create.", true, errors));
    out.created.push_back(std::move(index));
  } else if (update) {
    TT_SERVE(const auto name, get_string(*update, "IndexName"));
    errors.index_name(name, path + "update.indexName");
    TT_SERVE(const auto throughput, read_throughput(*update, path + "update.", errors));
    errors.required(throughput, path + "update.provisionedThroughput");
    out.updated.push_back({name.value_or(""), throughput.value_or(Throughput{})});
  } else {
    TT_SERVE(const auto name, get_string(*remove, "IndexName"));
    errors.index_name(name, path + "delete.indexName");
    out.deleted.push_back(name.value_or(""));
  }
  return {};
}

Served<UpdateRequest> read_update(const Request& request) {
  UpdateRequest out;
  ConstraintErrors errors;
  TT_SERVE(out.definitions, read_attribute_definitions(request, errors));
  TT_SERVE(out.settings, read_table_settings(request, errors));
  TT_SERVE(const auto updates, get_array(request, "GlobalSecondaryIndexUpdates"));
  if (updates) {
    std::size_t count = 0;
    for (const value::WireElement element : *updates) {
      TT_SERVE(const auto object, as_object(element, "GlobalSecondaryIndexUpdate"));
      const auto path = fmt::format("globalSecondaryIndexUpdates.{}.member.", ++count);
      TT_SERVE_CHECK(read_index_update(object, path, out, errors));
    }
  }
  TT_SERVE(out.name, read_table_name(request, errors));
  TT_SERVE_CHECK(errors.result());
  TT_SERVE_CHECK(check_supported(request, out.settings));
  return out;
}

bool asks_for_nothing(const UpdateRequest& request) {
  const TableSettings& settings = request.settings;
  return !settings.billing_mode && !settings.throughput && !settings.deletion_protection && !settings.table_class &&
         !settings.stream_enabled && !settings.sse_enabled && request.created.empty() && request.deleted.empty() &&
         request.updated.empty();
}

// One index may be created or deleted at a time, and none may be named twice.
Served<void> check_index_updates(const UpdateRequest& request) {
  std::set<std::string_view> names;
  const auto add = [&](std::string_view name) -> Served<void> {
    if (names.insert(name).second) return {};
    return refuse(fmt::format(messages::kIndexUpdatedTwice, name));
  };
  for (const IndexRequest& index : request.created) TT_SERVE_CHECK(add(index.name));
  for (const std::string_view index : request.deleted) TT_SERVE_CHECK(add(index));
  for (const ThroughputUpdate& update : request.updated) TT_SERVE_CHECK(add(update.index));
  if (request.created.size() + request.deleted.size() > 1) {
    return refuse("LimitExceededException", std::string(messages::kOneIndexChangeOnly));
  }
  return {};
}

Index* find_global(Table& table, std::string_view name) {
  const auto found =
      std::ranges::find_if(table.indexes, [&](const Index& index) { return index.global && index.name == name; });
  return found == table.indexes.end() ? nullptr : &*found;
}

std::unexpected<ServiceError> no_such_index() {
  return refuse("ResourceNotFoundException", std::string(messages::kResourceNotFound));
}

bool same(const Throughput& a, const Throughput& b) {
  return a.read_units == b.read_units && a.write_units == b.write_units;
}

Served<void> apply_index_throughput(const UpdateRequest& request, bool mode_changes, Table& table) {
  for (const ThroughputUpdate& update : request.updated) {
    Index* index = find_global(table, update.index);
    if (index == nullptr) return no_such_index();
    TT_SERVE_CHECK(check_index_throughput(table.on_demand, update.index, update.throughput));
    if (!mode_changes && same(index->throughput, update.throughput)) {
      return refuse(fmt::format(messages::kIndexThroughputUnchanged, update.throughput.read_units,
                                update.throughput.write_units, update.index));
    }
    index->throughput = update.throughput;
  }
  return {};
}

Served<void> apply_throughput(const UpdateRequest& request, Timestamp now, Table& table) {
  const TableSettings& settings = request.settings;
  const bool on_demand =
      settings.billing_mode ? *settings.billing_mode == BillingMode::kPayPerRequest : table.on_demand;
  const bool mode_changes = on_demand != table.on_demand;
  table.on_demand = on_demand;
  if (settings.throughput || mode_changes) {
    TT_SERVE_CHECK(check_table_throughput(on_demand, settings.throughput));
  }
  if (settings.throughput && !mode_changes && same(*settings.throughput, table.throughput)) {
    return refuse(
        fmt::format(messages::kThroughputUnchanged, table.throughput.read_units, table.throughput.write_units));
  }
  if (settings.throughput) table.throughput = *settings.throughput;
  TT_SERVE_CHECK(apply_index_throughput(request, mode_changes, table));
  if (!mode_changes) return {};
  for (Index& index : table.indexes) {
    if (!index.global) continue;
    if (on_demand) {
      index.throughput = {};
    } else if (index.throughput.read_units == 0) {
      return refuse(
          fmt::format(messages::kInvalidParameter, fmt::format(messages::kIndexThroughputMissing, index.name)));
    }
  }
  if (on_demand) {
    table.throughput = {};
    table.on_demand_since = now;
  }
  return {};
}

Served<void> apply_settings(const TableSettings& settings, Table& table) {
  if (settings.deletion_protection) table.deletion_protection = *settings.deletion_protection;
  if (settings.table_class) table.table_class = *settings.table_class;
  // No table has a stream: enabling one is refused.
  if (settings.stream_enabled) return refuse(fmt::format(messages::kStreamDisabledAlready, table.name));
  return {};
}

// New definitions join the table's; one that is there already must say the same.
Served<void> merge_definitions(const std::vector<KeyAttribute>& definitions, Table& table) {
  for (const KeyAttribute& definition : definitions) {
    const auto known = std::ranges::find(table.attribute_definitions, definition.name, &KeyAttribute::name);
    if (known == table.attribute_definitions.end()) {
      table.attribute_definitions.push_back(definition);
    } else if (known->type != definition.type) {
      return refuse(fmt::format(messages::kInvalidParameter,
                                fmt::format(messages::kRedefined, known->name, type_name(known->type))));
    }
  }
  std::ranges::sort(table.attribute_definitions, {}, &KeyAttribute::name);
  return {};
}

Served<void> add_index(Context& context, const UpdateRequest& request, Table& table) {
  const IndexRequest& created = request.created.front();
  if (table.find_index(created.name) != nullptr) return refuse(std::string(messages::kIndexExists));
  TT_SERVE_CHECK(merge_definitions(request.definitions, table));
  TT_SERVE(auto index, global_index(created, table.attribute_definitions));
  TT_SERVE_CHECK(check_index_throughput(table.on_demand, created.name, created.throughput));
  table.indexes.push_back(std::move(index));
  TT_SERVE_CHECK(check_indexes(table.indexes));
  TT_SERVE_CHECK(check_all_used(table));
  TT_SERVE(table.indexes.back().storage_id, context.catalog.next_storage_id());
  return backfill_index(context, table, table.indexes.back());
}

}  // namespace

Served<std::string> update_table(Context& context, const Request& request) {
  TT_SERVE(const auto read, read_update(request));
  if (asks_for_nothing(read)) return refuse(std::string(messages::kNothingToUpdate));
  TT_SERVE_CHECK(check_attribute_definitions(read.definitions));
  TT_SERVE_CHECK(check_index_updates(read));

  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto found, controlled_table(context, read.name));
  Table table = *found;
  TT_SERVE_CHECK(apply_throughput(read, context.options.now(), table));
  TT_SERVE_CHECK(apply_settings(read.settings, table));
  std::optional<std::uint32_t> erased_id;
  if (!read.deleted.empty()) {
    const Index* index = find_global(table, read.deleted.front());
    if (index == nullptr) return no_such_index();
    erased_id = index->storage_id;
    table.indexes.erase(table.indexes.begin() + (index - table.indexes.data()));
    drop_unused_definitions(table);
  }
  // The order in which a change becomes visible is that of read_view (engine/request.h): entries are written before the
  // index is published, and erased after it is withdrawn.
  if (!read.created.empty()) TT_SERVE_CHECK(add_index(context, read, table));
  TT_SERVE_CHECK(context.catalog.put(table));
  if (erased_id) TT_SERVE_CHECK(erase_entries(context.storage, *erased_id));
  return describe("TableDescription", table, *context.storage.snapshot(), "ACTIVE");
}

}  // namespace tabletheory::engine
