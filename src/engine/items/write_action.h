// WriteAction: one put, update, delete or condition check, alone or inside a transaction, from its parameters to its
// part of a WritePlan.
//
// Three stages, in the service's order: `read_*` (JSON types and values, no table needed), `check_against` (the table's
// key schema), `apply` (condition, outcome, size; under Context::writes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/items/expressions.h"
#include "engine/items/write_plan.h"
#include "engine/operations.h"
#include "engine/table.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

struct WriteAction {
  enum class Kind : std::uint8_t { kPut, kUpdate, kDelete, kCheck };

  Kind kind = Kind::kPut;
  RequestExpressions expressions;  // parsed
  Item item;                       // kPut: the item; else the key
  std::size_t size_bytes = 0;      // kPut
  bool old_on_failure = false;

  // The table's keys and index keys against the item or key; updates of key attributes.
  Served<void> check_against(const Table& table) const;
  // Evaluates the condition and adds the change to `plan`. The item as it is afterwards goes to `after`, when asked for
  // (kPut keeps it in `item`).
  Served<void> apply(const Table& table, CurrentItem& before, WritePlan& plan, Item* after = nullptr) const;
};

// The expressions each kind takes.
std::span<const Slot> expression_slots(WriteAction::Kind kind);

// Fills item and size_bytes of a put from an attribute map: values, then size.
Served<void> read_put_item(value::WireElement object, WriteAction& action);

}  // namespace tabletheory::engine
