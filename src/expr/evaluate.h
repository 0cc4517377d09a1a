// Evaluation of expression trees against an item, as the service does it.
#pragma once

#include "expr/ast.h"
#include "expr/parser.h"

namespace tabletheory::expr {

// The value at a path, or nullptr. Never fails: a step through the wrong type finds nothing.
const Value* find(const Item& item, const Path& path);

// A condition on an item (an absent item is an empty one). Comparing values of different types is false (true for <>).
bool matches(const Condition& condition, const Item& item);

// Order of two values of one comparable type (S by UTF-8 bytes, N by value, B by unsigned bytes); nullopt otherwise.
std::optional<std::strong_ordering> compare(const Value& a, const Value& b);

// Applies an update to a copy of `before` (empty for a new item, holding its key). Right-hand sides read `before`; list
// removals shift after all actions. Problems carry the service's whole message, e.g. "The provided expression refers to
// an attribute that does not exist in the item", "An operand in the update expression has an incorrect data type",
// "The document path provided in the update expression is invalid for update".
Parsed<Item> apply(const Update& update, const Item& before);

// The values an update touched, for ReturnValues UPDATED_OLD / UPDATED_NEW: the parts of `item` at the update's paths.
Item touched(const Update& update, const Item& item);

// The part of an item that a projection names. List elements keep their order, without gaps.
Item project(const Projection& projection, const Item& item);

}  // namespace tabletheory::expr
