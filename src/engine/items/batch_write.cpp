// BatchWriteItem: up to 25 puts and deletes over several tables. Everything is checked before anything is applied.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/parameters.h"
#include "engine/items/write_action.h"
#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

using Kind = WriteAction::Kind;

struct BatchAction {
  value::WireElement element;  // Item or Key
  WriteAction action;
  std::string storage_key;
};

struct TableWrites {
  std::string_view name;  // as the request has it
  std::vector<BatchAction> actions;
  std::shared_ptr<const Table> table;
};

struct BatchWrite {
  std::vector<TableWrites> tables;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
  bool collection_metrics = false;
};

// {"PutRequest":{"Item":…}} or {"DeleteRequest":{"Key":…}}
Served<BatchAction> read_action(value::WireElement element, std::string_view table, std::size_t number,
                                ConstraintErrors& errors) {
  BatchAction out;
  if (element.is_string()) return refuse("SerializationException", std::string(messages::kValueNotObject));
  TT_SERVE(const auto object, as_object(element, "WriteRequest"));
  TT_SERVE(const auto put, get_object(object, "PutRequest", "PutRequest"));
  TT_SERVE(const auto remove, get_object(object, "DeleteRequest", "DeleteRequest"));
  if (put.has_value() == remove.has_value()) return refuse(std::string(messages::kNotOneWrite));
  out.action.kind = put ? Kind::kPut : Kind::kDelete;
  TT_SERVE(const auto attributes, get_attributes(put ? *put : *remove, put ? "Item" : "Key"));
  if (attributes) {
    out.element = *attributes;
  } else {
    errors.null(fmt::format("requestItems.{}.member.{}.member.{}", table, number,
                            put ? "putRequest.item" : "deleteRequest.key"));
  }
  return out;
}

Served<TableWrites> read_table(std::string_view name, value::WireElement element, ConstraintErrors& errors) {
  TableWrites out;
  out.name = name;
  if (!element.is_array()) {
    const auto wrong = element.is_object() ? messages::kStructureNotExpected : messages::kUnexpectedFieldType;
    return refuse("SerializationException", std::string(wrong));
  }
  for (const value::WireElement action : value::WireArray(element)) {
    TT_SERVE(out.actions.emplace_back(), read_action(action, name, out.actions.size() + 1, errors));
  }
  return out;
}

Served<BatchWrite> read_batch(const Request& request) {
  BatchWrite batch;
  TT_SERVE(const auto tables, get_map(request, "RequestItems", messages::kWriteRequestsClass));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  TT_SERVE(const auto metrics, get_string(request, "ReturnItemCollectionMetrics"));
  ConstraintErrors errors;
  batch.capacity = check_consumed_capacity(capacity, errors);
  batch.collection_metrics = check_collection_metrics(metrics, errors);
  errors.required(tables, "requestItems");
  if (tables) {
    check_table_names(*tables, errors);
    bool sizes_fit = true;
    for (const auto field : *tables) {
      TT_SERVE(batch.tables.emplace_back(), read_table(field.key, field.value, errors));
      const std::size_t count = batch.tables.back().actions.size();
      sizes_fit &= count > 0 && count <= limits::kBatchWriteItems;
    }
    if (!sizes_fit) errors.add(shown_request_items(*tables), "requestItems", messages::kWritesPerTable);
    errors.size(batch.tables.size(), "{}", "requestItems", 1);
  }
  TT_SERVE_CHECK(errors.result());
  return batch;
}

// Everything that needs no table.
Served<void> check_batch(BatchWrite& batch) {
  std::size_t count = 0;
  for (const TableWrites& table : batch.tables) count += table.actions.size();
  if (count > limits::kBatchWriteItems) return refuse(std::string(messages::kTooManyWrites));
  for (TableWrites& table : batch.tables) {
    for (BatchAction& one : table.actions) {
      if (one.action.kind == Kind::kPut) {
        TT_SERVE_CHECK(read_put_item(one.element, one.action));
        if (one.action.size_bytes > limits::kItemBytes) return refuse(std::string(messages::kItemSize));
      } else {
        TT_SERVE(one.action.item, read_attributes(one.element));
      }
    }
  }
  return {};
}

// A batch refuses an item without a fitting key as it refuses such a key, unlike PutItem.
bool has_table_keys(const Table& table, const Item& item) {
  const auto fits = [&item](const KeyAttribute& attribute) {
    const Value* value = item.find(attribute.name);
    return value != nullptr && value->is(attribute.type);
  };
  return std::ranges::all_of(table.keys.hash, fits) && std::ranges::all_of(table.keys.range, fits);
}

Served<void> check_against_tables(const Context& context, BatchWrite& batch) {
  std::unordered_set<std::string_view> seen;
  for (TableWrites& writes : batch.tables) {
    TT_SERVE(writes.table, find_table(context, writes.name));
    for (BatchAction& one : writes.actions) {
      if (!has_table_keys(*writes.table, one.action.item)) return refuse(std::string(messages::kKeySchema));
      TT_SERVE_CHECK(one.action.check_against(*writes.table));
      one.storage_key = item_key(*writes.table, one.action.item);
      if (!seen.insert(one.storage_key).second) return refuse(std::string(messages::kDuplicateKeys));
    }
  }
  return {};
}

void append_metrics(const BatchWrite& batch, std::string& out) {
  value::WireWriter writer(out);
  writer.raw('{');
  bool first_table = true;
  for (const TableWrites& writes : batch.tables) {
    if (!has_local_indexes(*writes.table)) continue;
    if (!first_table) writer.raw(',');
    first_table = false;
    writer.key(writes.name);
    writer.raw('[');
    for (std::size_t at = 0; at < writes.actions.size(); ++at) {
      if (at > 0) writer.raw(',');
      append_collection_metrics(*writes.table, writes.actions[at].action.item, out);
    }
    writer.raw(']');
  }
  writer.raw('}');
}

}  // namespace

Served<std::string> batch_write_item(Context& context, const Request& request) {
  TT_SERVE(BatchWrite batch, read_batch(request));
  TT_SERVE_CHECK(check_batch(batch));

  const std::lock_guard lock(context.writes);
  TT_SERVE_CHECK(check_against_tables(context, batch));
  WritePlan plan(batch.capacity);
  for (TableWrites& writes : batch.tables) {
    for (BatchAction& one : writes.actions) {
      CurrentItem before(context.storage, std::move(one.storage_key));
      TT_SERVE_CHECK(one.action.apply(*writes.table, before, plan));
    }
  }
  TT_SERVE_CHECK(plan.commit(context));

  AnswerObject answer;
  answer.member("UnprocessedItems") += "{}";
  if (batch.collection_metrics) append_metrics(batch, answer.member("ItemCollectionMetrics"));
  if (plan.capacity_wanted()) {
    std::string& out = answer.member("ConsumedCapacity");
    out += '[';
    for (WritePlan::TableMeter& used : plan.meters()) {
      if (out.back() != '[') out += ',';
      used.meter.write(used.table->name, {}, out);
    }
    out += ']';
  }
  return std::move(answer).finish();
}

}  // namespace tabletheory::engine
