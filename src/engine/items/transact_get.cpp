// TransactGetItems: up to 100 items at one instant.
#include <fmt/format.h>

#include <array>
#include <deque>
#include <unordered_set>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/cancellation.h"
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

constexpr std::array kGetSlots{Slot::kProjection};

struct TransactGet {
  std::string_view table_name;
  value::WireElement key_element;
  Item key;
  RequestExpressions expressions;
  std::shared_ptr<const Table> table;
  std::string storage_key;
};

struct TransactRead {
  std::vector<TransactGet> gets;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
};

Served<TransactGet> read_get(value::WireElement element, std::size_t number, ConstraintErrors& errors) {
  TransactGet out;
  TT_SERVE(const auto object, as_object(element, "TransactGetItem"));
  TT_SERVE(const auto get, get_object(object, "Get", "Get"));
  const auto place = [number](std::string_view below) {
    return fmt::format("transactItems.{}.member.get{}", number, below);
  };
  if (!get) {
    errors.null(place(""));
    return out;
  }
  TT_SERVE(const auto table_name, get_string(*get, "TableName"));
  TT_SERVE(const auto key, get_attributes(*get, "Key"));
  TT_SERVE(out.expressions, RequestExpressions::read(*get, kGetSlots));
  if (!key) errors.null(place(".key"));
  if (!table_name || !is_table_name(*table_name)) errors.table_name(table_name, place(".tableName"));
  out.table_name = table_name.value_or("");
  if (key) out.key_element = *key;
  return out;
}

Served<TransactRead> read_request(const Request& request) {
  TransactRead out;
  TT_SERVE(const auto items, get_array(request, "TransactItems"));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  ConstraintErrors errors;
  out.capacity = check_consumed_capacity(capacity, errors);
  errors.required(items, "transactItems");
  if (items) {
    errors.size(items->size(), "[]", "transactItems", 1, limits::kTransactionActions);
    TT_SERVE_CHECK(errors.result());
    for (const value::WireElement element : *items) {
      TT_SERVE(out.gets.emplace_back(), read_get(element, out.gets.size() + 1, errors));
    }
  }
  TT_SERVE_CHECK(errors.result());
  return out;
}

Served<void> check_gets(TransactRead& read) {
  for (TransactGet& get : read.gets) {
    TT_SERVE_CHECK(get.expressions.check());
    TT_SERVE(get.key, read_attributes(get.key_element));
    TT_SERVE_CHECK(get.expressions.parse());
  }
  return {};
}

Served<void> check_get_against(const Table& table, const TransactGet& get) {
  TT_SERVE_CHECK(check_key(table, get.key));
  return check_projection_paths(table, get.expressions.projection);
}

Served<void> check_against_tables(const Context& context, TransactRead& read) {
  CancellationReasons reasons;
  std::unordered_set<std::string_view> seen;
  for (TransactGet& get : read.gets) {
    TT_SERVE(get.table, find_table(context, get.table_name));
    if (auto checked = check_get_against(*get.table, get); !checked) {
      reasons.add(checked.error());
      continue;
    }
    reasons.none();
    get.storage_key = item_key(*get.table, get.key);
    if (!seen.insert(get.storage_key).second) return refuse(std::string(messages::kDuplicateInTransaction));
  }
  if (reasons.any()) return std::unexpected(reasons.error());
  return {};
}

// What the reads of each table cost, in the order the tables are first met.
struct TableMeter {
  const Table* table;
  CapacityMeter meter;
};

CapacityMeter& meter_of(std::deque<TableMeter>& meters, const Table& table, ConsumedCapacity mode) {
  for (TableMeter& known : meters) {
    if (known.table->storage_id == table.storage_id) return known.meter;
  }
  return meters.emplace_back(&table, CapacityMeter(mode)).meter;
}

}  // namespace

Served<std::string> transact_get_items(Context& context, const Request& request) {
  TT_SERVE(TransactRead read, read_request(request));
  TT_SERVE_CHECK(check_gets(read));
  TT_SERVE_CHECK(check_against_tables(context, read));
  const auto snapshot = context.storage.snapshot();
  AnswerObject answer;
  std::string& out = answer.member("Responses");
  out += '[';
  std::deque<TableMeter> meters;
  std::size_t size_bytes = 0;
  for (TransactGet& get : read.gets) {
    const CurrentItem found(*snapshot, std::move(get.storage_key));
    size_bytes += found.size_bytes();
    meter_of(meters, *get.table, read.capacity).add_table(read_halves(found.size_bytes(), ReadKind::kTransactional));
    if (out.back() != '[') out += ',';
    out += '{';
    if (found.exists()) {
      out += "\"Item\":";
      TT_SERVE_CHECK(append_projected(StoredItem(found.stored()), get.expressions.projection, out));
    }
    out += '}';
  }
  out += ']';
  if (size_bytes > limits::kTransactionBytes) return refuse(std::string(messages::kTransactionSize));
  if (read.capacity != ConsumedCapacity::kNone) {
    std::string& capacity = answer.member("ConsumedCapacity");
    capacity += '[';
    for (const TableMeter& used : meters) {
      if (capacity.back() != '[') capacity += ',';
      used.meter.write(used.table->name, "ReadCapacityUnits", capacity);
    }
    capacity += ']';
  }
  return std::move(answer).finish();
}

}  // namespace tabletheory::engine
