// TransactWriteItems: up to 100 puts, updates, deletes and condition checks, all or nothing.
#include <fmt/format.h>

#include <array>
#include <mutex>
#include <unordered_set>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/cancellation.h"
#include "engine/items/parameters.h"
#include "engine/items/request_digest.h"
#include "engine/items/transaction_tokens.h"
#include "engine/items/write_action.h"
#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

using Kind = WriteAction::Kind;

constexpr std::size_t kTokenMax = 36;

struct ActionKind {
  Kind kind;
  std::string_view member;      // in TransactItems
  std::string_view path;        // in constraint messages
  std::string_view attributes;  // Item or Key
  std::string_view attributes_path;
};
constexpr std::array<ActionKind, 4> kActionKinds{{{Kind::kCheck, "ConditionCheck", "conditionCheck", "Key", "key"},
                                                  {Kind::kPut, "Put", "put", "Item", "item"},
                                                  {Kind::kDelete, "Delete", "delete", "Key", "key"},
                                                  {Kind::kUpdate, "Update", "update", "Key", "key"}}};

struct TransactAction {
  WriteAction action;
  std::string_view table_name;
  value::WireElement element;  // Item or Key
  std::shared_ptr<const Table> table;
  std::string storage_key;
};

struct Transaction {
  std::vector<TransactAction> actions;
  ConsumedCapacity capacity = ConsumedCapacity::kNone;
  bool collection_metrics = false;
  std::string_view token;  // empty: none
};

// Where the parameters of action `number` are, in constraint messages; built only when there is something to report.
struct Place {
  std::size_t number;
  std::string_view kind;
  std::string of(std::string_view name) const {
    return fmt::format("transactItems.{}.member.{}.{}", number, kind, name);
  }
};

Served<TransactAction> read_parameters(const value::WireObject& parameters, const ActionKind& kind, Place place,
                                       ConstraintErrors& errors) {
  TransactAction out;
  out.action.kind = kind.kind;
  TT_SERVE(const auto table_name, get_string(parameters, "TableName"));
  TT_SERVE(const auto attributes, get_attributes(parameters, kind.attributes));
  TT_SERVE(const auto on_failure, get_string(parameters, "ReturnValuesOnConditionCheckFailure"));
  TT_SERVE(out.action.expressions, RequestExpressions::read(parameters, expression_slots(kind.kind)));
  if (!table_name || !is_table_name(*table_name)) errors.table_name(table_name, place.of("tableName"));
  if (!attributes) errors.null(place.of(kind.attributes_path));
  if (kind.kind == Kind::kUpdate && !out.action.expressions.given(Slot::kUpdate)) {
    errors.null(place.of("updateExpression"));
  }
  if (kind.kind == Kind::kCheck && !out.action.expressions.given(Slot::kCondition)) {
    errors.null(place.of("conditionExpression"));
  }
  if (on_failure) {
    out.action.old_on_failure =
        check_old_on_failure(on_failure, errors, place.of("returnValuesOnConditionCheckFailure"));
  }
  out.table_name = table_name.value_or("");
  if (attributes) out.element = *attributes;
  return out;
}

Served<TransactAction> read_action(value::WireElement element, std::size_t number, ConstraintErrors& errors) {
  TT_SERVE(const auto object, as_object(element, "TransactWriteItem"));
  const ActionKind* kind = nullptr;
  std::optional<value::WireObject> parameters;
  for (const ActionKind& candidate : kActionKinds) {
    TT_SERVE(const auto found, get_object(object, candidate.member, candidate.member));
    if (!found) continue;
    if (parameters) return refuse(std::string(messages::kOneActionOnly));
    parameters = found;
    kind = &candidate;
  }
  if (!parameters) return refuse(std::string(messages::kOneActionOnly));
  return read_parameters(*parameters, *kind, {number, kind->path}, errors);
}

Served<Transaction> read_transaction(const Request& request) {
  Transaction out;
  TT_SERVE(const auto items, get_array(request, "TransactItems"));
  TT_SERVE(const auto capacity, get_string(request, "ReturnConsumedCapacity"));
  TT_SERVE(const auto metrics, get_string(request, "ReturnItemCollectionMetrics"));
  TT_SERVE(const auto token, get_string(request, "ClientRequestToken"));
  ConstraintErrors errors;
  out.capacity = check_consumed_capacity(capacity, errors);
  out.collection_metrics = check_collection_metrics(metrics, errors);
  if (token) errors.length(*token, "clientRequestToken", 1, kTokenMax);
  errors.required(items, "transactItems");
  if (items) {
    errors.size(items->size(), "[]", "transactItems", 1, limits::kTransactionActions);
    TT_SERVE_CHECK(errors.result());
    for (const value::WireElement element : *items) {
      TT_SERVE(out.actions.emplace_back(), read_action(element, out.actions.size() + 1, errors));
    }
  }
  TT_SERVE_CHECK(errors.result());
  out.token = token.value_or("");
  return out;
}

// What is wrong with the request whatever the tables hold.
Served<void> check_transaction(Transaction& transaction) {
  for (TransactAction& one : transaction.actions) {
    TT_SERVE_CHECK(one.action.expressions.check());
    if (one.action.kind == Kind::kPut) {
      TT_SERVE_CHECK(read_put_item(one.element, one.action));
      if (one.action.size_bytes > limits::kItemBytes) return refuse(std::string(messages::kItemSize));
    } else {
      TT_SERVE(one.action.item, read_attributes(one.element));
    }
    TT_SERVE_CHECK(one.action.expressions.parse());
  }
  return {};
}

// Finds the tables and holds each action against its table's keys; what does not fit is a reason of its action.
Served<CancellationReasons> check_against_tables(const Context& context, Transaction& transaction) {
  CancellationReasons reasons;
  std::unordered_set<std::string_view> seen;
  for (TransactAction& one : transaction.actions) {
    TT_SERVE(one.table, find_table(context, one.table_name));
    if (auto checked = one.action.check_against(*one.table); !checked) {
      reasons.add(checked.error());
      continue;
    }
    reasons.none();
    one.storage_key = item_key(*one.table, one.action.item);
    if (!seen.insert(one.storage_key).second) return refuse(std::string(messages::kDuplicateInTransaction));
  }
  return reasons;
}

// Evaluates every action on the items as they stand. Actions are on different items, so none sees another's change.
Served<void> apply_all(const Context& context, Transaction& transaction, WritePlan& plan) {
  CancellationReasons reasons;
  std::size_t size_bytes = 0;
  for (TransactAction& one : transaction.actions) {
    CurrentItem before(context.storage, std::move(one.storage_key));
    Item after;
    auto applied = one.action.apply(*one.table, before, plan, &after);
    if (applied) {
      reasons.none();
    } else if (!reasons.add(applied.error())) {
      return applied;
    }
    switch (one.action.kind) {
      case Kind::kPut:
        size_bytes += one.action.size_bytes;
        break;
      case Kind::kUpdate:
        size_bytes += item_size_bytes(after);
        break;
      case Kind::kDelete:
      case Kind::kCheck:
        size_bytes += before.size_bytes();
        break;
    }
  }
  if (reasons.any()) return std::unexpected(reasons.error());
  if (size_bytes > limits::kTransactionBytes) return refuse(std::string(messages::kTransactionSize));
  return {};
}

void append_metrics(const Transaction& transaction, std::string& out) {
  value::WireWriter writer(out);
  writer.raw('{');
  std::unordered_set<std::string_view> written;
  for (const TransactAction& first : transaction.actions) {
    if (!has_local_indexes(*first.table) || !written.insert(first.table->name).second) continue;
    if (written.size() > 1) writer.raw(',');
    writer.key(first.table->name);
    writer.raw('[');
    bool first_item = true;
    for (const TransactAction& one : transaction.actions) {
      if (one.table->storage_id != first.table->storage_id || one.action.kind == Kind::kCheck) continue;
      if (!first_item) writer.raw(',');
      first_item = false;
      append_collection_metrics(*one.table, one.action.item, out);
    }
    writer.raw(']');
  }
  writer.raw('}');
}

std::string answer_of(const Transaction& transaction, WritePlan& plan) {
  AnswerObject answer;
  if (plan.capacity_wanted()) {
    std::string& out = answer.member("ConsumedCapacity");
    out += '[';
    for (WritePlan::TableMeter& used : plan.meters()) {
      if (out.back() != '[') out += ',';
      used.meter.double_all();
      used.meter.write(used.table->name, "WriteCapacityUnits", out);
    }
    out += ']';
  }
  if (transaction.collection_metrics) append_metrics(transaction, answer.member("ItemCollectionMetrics"));
  return std::move(answer).finish();
}

}  // namespace

Served<std::string> transact_write_items(Context& context, const Request& request) {
  TT_SERVE(Transaction transaction, read_transaction(request));
  TT_SERVE_CHECK(check_transaction(transaction));
  const bool has_token = !transaction.token.empty();
  std::string digest = has_token ? request_digest(request, "ClientRequestToken") : std::string();

  const std::lock_guard lock(context.writes);
  const Timestamp now = has_token ? context.options.now() : Timestamp();
  if (has_token) {
    if (const auto* seen = context.tokens.find(transaction.token, now)) {
      if (seen->content == digest) return seen->answer;
      return refuse("IdempotentParameterMismatchException", std::string(messages::kTokenMismatch));
    }
  }
  TT_SERVE(const CancellationReasons misfits, check_against_tables(context, transaction));
  if (misfits.any()) return std::unexpected(misfits.error());
  WritePlan plan(transaction.capacity);
  TT_SERVE_CHECK(apply_all(context, transaction, plan));
  std::string answer = answer_of(transaction, plan);
  if (has_token) plan.add(context.tokens.remember(std::string(transaction.token), std::move(digest), answer, now));
  if (auto committed = plan.commit(context); !committed) {
    if (has_token) context.tokens.forget(transaction.token);
    return std::unexpected(std::move(committed).error());
  }
  return answer;
}

}  // namespace tabletheory::engine
