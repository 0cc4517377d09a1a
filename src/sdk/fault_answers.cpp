#include "sdk/fault_answers.h"

#include <fmt/format.h>

#include "value/wire.h"

namespace tabletheory::faults {
namespace {

TransportAnswer error(int status, std::string_view type, std::string_view message, std::string_view members = {}) {
  return {status,
          fmt::format(R"({{"__type":"com.amazonaws.dynamodb.v20120810#{}","message":"{}"{}}})", type, message, members),
          "fault-on-demand"};
}

std::string plain_json(const Value& value) {
  std::string text;
  value::append_plain_json(value, text);
  return text;
}

// Whether an element of a transaction is about the table: {"Put":{"TableName":…}}.
bool action_names(const Value& action, const std::string& table) {
  const auto* kinds = action.get_if<Map>();
  if (kinds == nullptr) return false;
  for (const auto& [kind, members] : *kinds) {
    const auto* object = members.get_if<Map>();
    const Value* name = object == nullptr ? nullptr : object->find("TableName");
    if (name != nullptr && *name == Value(table)) return true;
  }
  return false;
}

// The list that a table's part of a batch is made of: the value itself, or its "Keys".
List* elements_of(Value& part) {
  if (auto* list = part.get_if<List>()) return list;
  auto* object = part.get_if<Map>();
  Value* keys = object == nullptr ? nullptr : object->find("Keys");
  return keys == nullptr ? nullptr : keys->get_if<List>();
}

std::size_t count_elements(Map& tables) {
  std::size_t count = 0;
  for (auto& [table, part] : tables)
    if (const List* list = elements_of(part)) count += list->size();
  return count;
}

// Keeps the elements whose position has the wanted answer; a table without any is left out.
void keep(Map& tables, const std::vector<bool>& left, bool wanted) {
  std::size_t position = 0;
  std::vector<std::string> emptied;
  for (auto& [table, part] : tables) {
    List* list = elements_of(part);
    if (list == nullptr) continue;
    List kept;
    for (Value& element : *list)
      if (left[position++] == wanted) kept.push_back(std::move(element));
    *list = std::move(kept);
    if (list->empty()) emptied.push_back(table);
  }
  for (const std::string& table : emptied) tables.erase(table);
}

}  // namespace

TransportAnswer throttled() {
  return error(400, "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded.");
}

TransportAnswer unavailable() {
  return error(503, "ServiceUnavailable", "The service is temporarily unavailable.");
}

TransportAnswer internal_error() {
  return error(500, "InternalServerError", "The request could not be completed.");
}

TransportAnswer conflict(const TransportCall& call) {
  constexpr std::string_view kMessage = "Transaction is ongoing for the item";
  if (call.operation != "TransactWriteItems") return error(400, "TransactionConflictException", kMessage);
  std::size_t actions = 1;
  const auto body = value::parse_plain_json(call.body);
  if (body && body->is(Type::kM)) {
    const Value* items = body->map().find("TransactItems");
    if (items != nullptr && items->is(Type::kL)) actions = items->list().size();
  }
  std::string reasons = fmt::format(R"({{"Code":"TransactionConflict","Message":"{}"}})", kMessage);
  for (std::size_t i = 1; i < actions; ++i) reasons += R"(,{"Code":"None"})";
  return error(400, "TransactionCanceledException", "Transaction cancelled",
               fmt::format(R"(,"CancellationReasons":[{}])", reasons));
}

bool names_table(std::string_view body, const std::string& table) {
  const auto parsed = value::parse_plain_json(body);
  if (!parsed || !parsed->is(Type::kM)) return false;
  const Map& request = parsed->map();
  if (const Value* name = request.find("TableName")) return *name == Value(table);
  if (const Value* tables = request.find("RequestItems")) {
    return tables->is(Type::kM) && tables->map().contains(table);
  }
  const Value* actions = request.find("TransactItems");
  if (actions == nullptr || !actions->is(Type::kL)) return false;
  for (const Value& action : actions->list())
    if (action_names(action, table)) return true;
  return false;
}

std::optional<SplitBatch> split_batch(const TransportCall& call, std::uint64_t seed) {
  auto body = value::parse_plain_json(call.body);
  if (!body || !body->is(Type::kM)) return std::nullopt;
  Value* items = body->map().find("RequestItems");
  if (items == nullptr || !items->is(Type::kM)) return std::nullopt;
  const std::size_t count = count_elements(items->map());
  if (count < 2) return std::nullopt;
  std::vector<bool> left(count);
  for (std::size_t i = 0; i < count; ++i) left[i] = ((seed >> (i % 64)) & 1) != 0;
  left[seed % count] = true;
  left[(seed % count + 1) % count] = false;

  SplitBatch split;
  split.member = call.operation == "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
  split.left = items->map();
  keep(split.left, left, true);
  keep(items->map(), left, false);
  split.body = plain_json(*body);
  return split;
}

TransportAnswer leave_unprocessed(TransportAnswer answer, const SplitBatch& split) {
  auto body = value::parse_plain_json(answer.body);
  if (!body || !body->is(Type::kM)) return answer;
  // The target may have left something itself.
  Value& unprocessed = body->map()[split.member];
  if (!unprocessed.is(Type::kM)) unprocessed = Value(Map());
  for (const auto& [table, part] : split.left) {
    Value copy = part;
    Value* known = unprocessed.map().find(table);
    List* known_elements = known == nullptr ? nullptr : elements_of(*known);
    if (known_elements == nullptr) {
      unprocessed.map().set(table, std::move(copy));
    } else {
      for (Value& element : *elements_of(copy)) known_elements->push_back(std::move(element));
    }
  }
  answer.body = plain_json(*body);
  return answer;
}

}  // namespace tabletheory::faults
