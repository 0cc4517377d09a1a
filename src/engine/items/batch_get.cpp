// BatchGetItem: up to 100 items of several tables by their keys. What does not fit the answer comes back as
// UnprocessedKeys.
#include <fmt/format.h>

#include <array>
#include <unordered_set>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/expressions.h"
#include "engine/items/key_check.h"
#include "engine/items/parameters.h"
#include "engine/items/projected_read.h"
#include "engine/items/write_plan.h"
#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

constexpr std::array kTableSlots{Slot::kProjection};
constexpr std::array<LegacyParameter, 1> kTableLegacy{{{"AttributesToGet", "ProjectionExpression"}}};

// The keys asked of one table.
struct TableKeys {
  std::string_view name;  // as the request has it
  value::WireObject parameters;
  std::vector<value::WireElement> key_elements;
  std::vector<Item> keys;
  std::vector<std::string> storage_keys;
  bool consistent = false;
  RequestExpressions expressions;
  std::shared_ptr<const Table> table;
};

struct BatchGet {
  std::vector<TableKeys> tables;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
};

Served<TableKeys> read_table(std::string_view name, value::WireElement element, ConstraintErrors& errors) {
  TableKeys out;
  out.name = name;
  TT_SERVE(out.parameters, as_object(element, "KeysAndAttributes"));
  TT_SERVE(const auto keys, get_array(out.parameters, "Keys"));
  TT_SERVE(const auto consistent, get_bool(out.parameters, "ConsistentRead"));
  TT_SERVE(out.expressions, RequestExpressions::read(out.parameters, kTableSlots, kTableLegacy));
  out.consistent = consistent.value_or(false);
  const std::string path = fmt::format("requestItems.{}.member.keys", name);
  errors.required(keys, path);
  if (!keys) return out;
  for (const value::WireElement key : *keys) {
    TT_SERVE_CHECK(check_attributes_type(key));
    out.key_elements.push_back(key);
  }
  const std::string_view shown = out.key_elements.empty() ? "[]" : "[...]";
  errors.size(out.key_elements.size(), shown, path, 1, limits::kBatchGetKeys);
  return out;
}

Served<BatchGet> read_batch(const Request& request) {
  BatchGet batch;
  TT_SERVE(const auto tables, get_map(request, "RequestItems", messages::kKeysAndAttributesClass));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  ConstraintErrors errors;
  batch.capacity = check_consumed_capacity(capacity, errors);
  errors.required(tables, "requestItems");
  if (tables) {
    check_table_names(*tables, errors);
    for (const auto field : *tables) {
      TT_SERVE(batch.tables.emplace_back(), read_table(field.key, field.value, errors));
    }
    errors.size(batch.tables.size(), "{}", "requestItems", 1);
  }
  TT_SERVE_CHECK(errors.result());
  return batch;
}

// Everything that needs no table.
Served<void> check_batch(BatchGet& batch) {
  std::size_t count = 0;
  for (const TableKeys& table : batch.tables) count += table.key_elements.size();
  if (count > limits::kBatchGetKeys) return refuse(std::string(messages::kTooManyKeys));
  for (TableKeys& table : batch.tables) {
    TT_SERVE_CHECK(table.expressions.check());
    for (const value::WireElement element : table.key_elements) {
      TT_SERVE(table.keys.emplace_back(), read_attributes(element));
    }
    TT_SERVE_CHECK(table.expressions.parse());
  }
  return {};
}

Served<void> check_against_tables(const Context& context, BatchGet& batch) {
  std::unordered_set<std::string_view> seen;
  for (TableKeys& keys : batch.tables) {
    TT_SERVE(keys.table, find_table(context, keys.name));
    TT_SERVE_CHECK(check_projection_paths(*keys.table, keys.expressions.projection));
    keys.storage_keys.reserve(keys.keys.size());  // `seen` looks into it
    for (const Item& key : keys.keys) {
      TT_SERVE_CHECK(check_key(*keys.table, key));
      if (!seen.insert(keys.storage_keys.emplace_back(item_key(*keys.table, key))).second) {
        return refuse(std::string(messages::kDuplicateKeys));
      }
    }
  }
  return {};
}

// The member of UnprocessedKeys for what is left of a table's keys from `first` on: the request's own members, with
// fewer keys.
void append_unprocessed(const TableKeys& table, std::size_t first, std::string& out) {
  value::WireWriter writer(out);
  if (out.back() != '{') writer.raw(',');
  writer.key(table.name);
  writer.raw("{\"Keys\":[");
  for (std::size_t at = first; at < table.keys.size(); ++at) {
    if (at > first) writer.raw(',');
    writer.item(table.keys[at]);
  }
  writer.raw(']');
  for (const std::string_view name : {"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}) {
    if (const auto given = member(table.parameters, name)) {
      writer.raw(',');
      writer.key(name);
      writer.raw(simdjson::minify(*given));
    }
  }
  writer.raw('}');
}

struct BatchAnswer {
  std::string responses = "{";
  std::string unprocessed = "{";
  std::string capacity = "[";
  std::size_t size_bytes = 0;  // of the items read so far, in all tables
};

Served<void> answer_table(const Snapshot& snapshot, const TableKeys& keys, ConsumedCapacity mode, BatchAnswer& out) {
  value::WireWriter writer(out.responses);
  if (out.responses.size() > 1) writer.raw(',');
  writer.key(keys.name);
  writer.raw('[');
  CapacityMeter meter(mode);
  bool first = true;
  std::size_t at = 0;
  for (; at < keys.storage_keys.size(); ++at) {
    const CurrentItem found(snapshot, keys.storage_keys[at]);
    if (out.size_bytes + found.size_bytes() > limits::kBatchGetBytes) break;
    out.size_bytes += found.size_bytes();
    meter.add_table(read_halves(found.size_bytes(), keys.consistent ? ReadKind::kConsistent : ReadKind::kEventual));
    if (!found.exists()) continue;
    if (!first) writer.raw(',');
    first = false;
    TT_SERVE_CHECK(append_projected(StoredItem(found.stored()), keys.expressions.projection, out.responses));
  }
  writer.raw(']');
  if (at < keys.storage_keys.size()) append_unprocessed(keys, at, out.unprocessed);
  if (mode != ConsumedCapacity::kNone) {
    if (out.capacity.size() > 1) out.capacity += ',';
    meter.write(keys.table->name, {}, out.capacity);
  }
  return {};
}

}  // namespace

Served<std::string> batch_get_item(Context& context, const Request& request) {
  TT_SERVE(BatchGet batch, read_batch(request));
  TT_SERVE_CHECK(check_batch(batch));
  TT_SERVE_CHECK(check_against_tables(context, batch));
  const auto snapshot = context.storage.snapshot();
  BatchAnswer parts;
  for (const TableKeys& keys : batch.tables) {
    TT_SERVE_CHECK(answer_table(*snapshot, keys, batch.capacity, parts));
  }
  AnswerObject answer;
  answer.member("Responses") += parts.responses + '}';
  answer.member("UnprocessedKeys") += parts.unprocessed + '}';
  if (batch.capacity != ConsumedCapacity::kNone) answer.member("ConsumedCapacity") += parts.capacity + ']';
  return std::move(answer).finish();
}

}  // namespace tabletheory::engine
