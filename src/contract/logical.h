// Logical values: what the plain values of a scenario mean for an attribute, and whether a result is what was expected
// (docs/spec/scenarios.md, "Expectations"). Pure functions.
//
// `attribute` is the model's declaration, or nullptr where there is none (nested values, unknown names): then the
// value's own shape decides.
#pragma once

#include <string>

#include "dms/document.h"
#include "tabletheory/value.h"
#include "value/json_text.h"

namespace tabletheory::contract {

// The value to hand to the SDK. What does not fit the declared type is handed over by its own shape, so that the SDK
// gets to refuse it; fails (ErrInvalidModel) only for a number that no Value can hold.
Result<Value> logical_value(const dms::Attribute* attribute, const value::JsonNode& node);
// The same for an item; unknown names are kept, for the SDK to refuse.
Result<Item> logical_item(const dms::Model& model, const value::JsonNode& object);
// A value of an expression_attribute_values map: typed attribute JSON such as `{S: open}`, or a plain value.
Result<Value> expression_value(const value::JsonNode& node);

// Whether a value read through the SDK is the expected one; nullptr: the attribute is absent. An expected null means
// absent, except where NULL is a value (type NULL, `json`).
bool matches(const dms::Attribute* attribute, const value::JsonNode& expected, const Value* actual);
// Whether a stored value is the expected one; an expected null is a stored NULL. Numbers may be written as text here.
bool matches_stored(const value::JsonNode& expected, const Value* stored);

// One line, cut where it gets long, for reports.
std::string show(const value::JsonNode& node);
std::string show(const Value& value);
std::string show(const Value* value);  // "nothing" for nullptr

}  // namespace tabletheory::contract
