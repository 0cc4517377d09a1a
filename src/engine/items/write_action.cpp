#include "engine/items/write_action.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/items/attribute_values.h"
#include "engine/items/key_check.h"
#include "engine/messages.h"
#include "engine/request.h"
#include "expr/evaluate.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

using Kind = WriteAction::Kind;
using expr::UpdateAction;

bool has_large_name(const Map& map);

// Values are not deeper than value::kMaxNesting, so neither is the recursion.
bool has_large_name(const Value& value) {
  if (const auto* map = value.get_if<Map>()) return has_large_name(*map);
  const auto* list = value.get_if<List>();
  return list != nullptr && std::ranges::any_of(*list, [](const Value& element) { return has_large_name(element); });
}

bool has_large_name(const Map& map) {
  return std::ranges::any_of(map, [](const Map::Entry& entry) {
    return entry.first.size() > limits::kAttributeNameBytes || has_large_name(entry.second);
  });
}

// An item without such room has no name that long, so most items are not walked.
Served<void> check_attribute_names(const Item& item, std::size_t size_bytes) {
  if (size_bytes <= limits::kAttributeNameBytes || !has_large_name(item)) return {};
  return refuse(std::string(messages::kAttributeNameSize));
}

// The type of an operand, as far as it shows without an item.
std::optional<Type> static_type(const expr::Operand& operand) {
  using OperandKind = expr::Operand::Kind;
  switch (operand.kind) {
    case OperandKind::kLiteral:
      return operand.literal.type();
    case OperandKind::kIfNotExists:
      return static_type(operand.operands.front());
    case OperandKind::kListAppend:
      return Type::kL;
    case OperandKind::kPlus:
    case OperandKind::kMinus:
      return Type::kN;
    case OperandKind::kPath:
    case OperandKind::kSize:
      break;
  }
  return std::nullopt;
}

// Refuses a value of the wrong type for an index key before anything is read, as the service does.
Served<void> check_static_index_keys(const Table& table, const expr::Update& update) {
  for (const Index& index : table.indexes) {
    for (const UpdateAction& action : update.actions) {
      if (action.kind == UpdateAction::Kind::kRemove || !action.path.is_root()) continue;
      const KeyAttribute* key = index.keys.find(action.path.root());
      const auto actual = key != nullptr ? static_type(action.value) : std::nullopt;
      if (!actual || *actual == key->type) continue;
      return refuse(
          fmt::format(messages::kIndexKeyType, key->name, type_name(key->type), type_name(*actual), index.name));
    }
  }
  return {};
}

Served<void> check_update_against(const Table& table, const expr::Update& update) {
  for (const auto* attributes : {&table.keys.hash, &table.keys.range}) {
    for (const KeyAttribute& key : *attributes) {
      const bool touched = std::ranges::any_of(
          update.actions, [&key](const UpdateAction& action) { return action.path.root() == key.name; });
      if (touched) return refuse(fmt::format(messages::kUpdateOfKey, key.name));
    }
  }
  TT_SERVE_CHECK(check_static_index_keys(table, update));
  return check_key_paths(table, [&update](const std::string& name) { return path_below(update, name) != nullptr; });
}

Served<Item> updated_item(const Table& table, const WriteAction& action, CurrentItem& before) {
  TT_SERVE(const Item* current, before.item());
  const Item& base = before.exists() ? *current : action.item;
  if (!action.expressions.update) return base;
  auto applied = expr::apply(*action.expressions.update, base);
  if (!applied) return refuse(std::move(applied.error().message));
  TT_SERVE_CHECK(check_updated_index_keys(table, *applied));
  return std::move(*applied);
}

}  // namespace

Served<void> WriteAction::check_against(const Table& table) const {
  if (kind == Kind::kPut) {
    TT_SERVE_CHECK(check_item_keys(table, item));
  } else {
    TT_SERVE_CHECK(check_key(table, item));
  }
  if (expressions.update) return check_update_against(table, *expressions.update);
  return {};
}

Served<void> WriteAction::apply(const Table& table, CurrentItem& before, WritePlan& plan, Item* after) const {
  TT_SERVE_CHECK(check_condition(expressions.condition, before, old_on_failure));
  switch (kind) {
    case Kind::kPut:
      return plan.put(table, before, item, size_bytes);
    case Kind::kDelete:
      return plan.remove(table, before);
    case Kind::kCheck:
      plan.check_only(table, before);
      return {};
    case Kind::kUpdate:
      break;
  }
  TT_SERVE(Item updated, updated_item(table, *this, before));
  const std::size_t size = item_size_bytes(updated);
  if (size > limits::kItemBytes) return refuse(std::string(messages::kItemSizeToUpdate));
  TT_SERVE_CHECK(check_attribute_names(updated, size));
  TT_SERVE_CHECK(plan.put(table, before, updated, size));
  if (after != nullptr) *after = std::move(updated);
  return {};
}

std::span<const Slot> expression_slots(Kind kind) {
  static constexpr std::array kUpdateSlots{Slot::kUpdate, Slot::kCondition};
  static constexpr std::array kConditionSlots{Slot::kCondition};
  if (kind == Kind::kUpdate) return kUpdateSlots;
  return kConditionSlots;
}

Served<void> read_put_item(value::WireElement object, WriteAction& action) {
  TT_SERVE(action.item, read_attributes(object));
  action.size_bytes = item_size_bytes(action.item);
  return check_attribute_names(action.item, action.size_bytes);
}

}  // namespace tabletheory::engine
