// PutItem, UpdateItem and DeleteItem: one write of one item.
#include <array>
#include <mutex>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/parameters.h"
#include "engine/items/write_action.h"
#include "engine/items/write_plan.h"
#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "expr/evaluate.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

using Kind = WriteAction::Kind;

constexpr std::array<LegacyParameter, 2> kConditionLegacy{
    {{"Expected", "ConditionExpression"}, {"ConditionalOperator", "ConditionExpression"}}};
constexpr std::array<LegacyParameter, 3> kUpdateLegacy{{{"AttributeUpdates", "UpdateExpression"},
                                                        {"Expected", "ConditionExpression"},
                                                        {"ConditionalOperator", "ConditionExpression"}}};

struct ItemWrite {
  WriteAction action;
  std::string_view table_name;
  value::WireElement item_object;  // Item or Key
  ReturnValues return_values = ReturnValues::kNone;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
  bool collection_metrics = false;
};

// JSON types, then constraints.
Served<ItemWrite> read_write(const Request& request, Kind kind) {
  ItemWrite write;
  write.action.kind = kind;
  const bool put = kind == Kind::kPut;
  TT_SERVE(const auto table_name, get_string(request, "TableName"));
  TT_SERVE(const auto item, get_attributes(request, put ? "Item" : "Key"));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  TT_SERVE(const auto metrics, get_string(request, "ReturnItemCollectionMetrics"));
  TT_SERVE(const auto return_values, get_string(request, "ReturnValues"));
  TT_SERVE(const auto on_failure, get_string(request, "ReturnValuesOnConditionCheckFailure"));
  const std::span<const LegacyParameter> legacy =
      kind == Kind::kUpdate ? std::span<const LegacyParameter>(kUpdateLegacy) : kConditionLegacy;
  TT_SERVE(write.action.expressions, RequestExpressions::read(request, expression_slots(kind), legacy));

  ConstraintErrors errors;
  write.capacity = check_consumed_capacity(capacity, errors);
  errors.table_name(table_name);
  if (put) errors.required(item, "item");
  // UpdateItem lists these two the other way round.
  if (kind != Kind::kUpdate) write.return_values = check_return_values(return_values, errors);
  write.collection_metrics = check_collection_metrics(metrics, errors);
  if (kind == Kind::kUpdate) write.return_values = check_return_values(return_values, errors);
  if (!put) errors.required(item, "key");
  write.action.old_on_failure = check_old_on_failure(on_failure, errors, "returnValuesOnConditionCheckFailure");
  TT_SERVE_CHECK(errors.result());
  write.table_name = *table_name;
  write.item_object = *item;
  return write;
}

// What can be checked without the table, in the service's order.
Served<void> check_write(ItemWrite& write) {
  WriteAction& action = write.action;
  TT_SERVE_CHECK(action.expressions.check());
  if (action.kind == Kind::kPut) {
    TT_SERVE_CHECK(read_put_item(write.item_object, action));
  } else {
    TT_SERVE(action.item, read_attributes(write.item_object));
  }
  const bool old_or_none = write.return_values == ReturnValues::kNone || write.return_values == ReturnValues::kAllOld;
  if (action.kind != Kind::kUpdate && !old_or_none) return refuse(std::string(messages::kReturnValuesOldOrNone));
  if (action.size_bytes > limits::kItemBytes) return refuse(std::string(messages::kItemSize));
  return action.expressions.parse();
}

void append_attributes(const Item& item, AnswerObject& answer) {
  if (!item.empty()) value::WireWriter(answer.member("Attributes")).item(item);
}

Served<void> append_return_values(const ItemWrite& write, CurrentItem& before, const Item& after,
                                  AnswerObject& answer) {
  const auto& update = write.action.expressions.update;
  switch (write.return_values) {
    case ReturnValues::kNone:
      break;
    case ReturnValues::kAllOld:
      if (before.exists()) answer.member("Attributes") += before.json();
      break;
    case ReturnValues::kAllNew:
      append_attributes(after, answer);
      break;
    case ReturnValues::kUpdatedOld:
      if (update) {
        TT_SERVE(const Item* item, before.item());
        append_attributes(expr::touched(*update, *item), answer);
      }
      break;
    case ReturnValues::kUpdatedNew:
      if (update) append_attributes(expr::touched(*update, after), answer);
      break;
  }
  return {};
}

Served<std::string> write_item(Context& context, const Request& request, Kind kind) {
  TT_SERVE(ItemWrite write, read_write(request, kind));
  TT_SERVE_CHECK(check_write(write));

  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto table, find_table(context, write.table_name));
  TT_SERVE_CHECK(write.action.check_against(*table));
  CurrentItem before(context.storage, item_key(*table, write.action.item));
  WritePlan plan(write.capacity);
  Item after;
  TT_SERVE_CHECK(write.action.apply(*table, before, plan, &after));
  AnswerObject answer;
  TT_SERVE_CHECK(append_return_values(write, before, after, answer));
  TT_SERVE_CHECK(plan.commit(context));
  if (plan.capacity_wanted()) plan.meter(*table).write(table->name, {}, answer.member("ConsumedCapacity"));
  if (write.collection_metrics && has_local_indexes(*table)) {
    append_collection_metrics(*table, write.action.item, answer.member("ItemCollectionMetrics"));
  }
  return std::move(answer).finish();
}

}  // namespace

Served<std::string> put_item(Context& context, const Request& request) {
  return write_item(context, request, Kind::kPut);
}

Served<std::string> update_item(Context& context, const Request& request) {
  return write_item(context, request, Kind::kUpdate);
}

Served<std::string> delete_item(Context& context, const Request& request) {
  return write_item(context, request, Kind::kDelete);
}

}  // namespace tabletheory::engine
