// The operators a caller names in conditions, filters and key conditions: `=`, `eq`, `between`, `begins_with`, … from
// data/operators.json (docs/spec/operations.md, "Reads").
//
//     TT_TRY(auto paid, make_condition(Path::attribute("state"), "in", {Value("paid"), Value("sent")}));
//     TT_TRY(const Operator* op, resolve_operator("BETWEEN", 2, OperatorUse::kSortKey));
//
// Thread-safe: the table is constant. Value types are not judged here: that is the model's and the service's part.
#pragma once

#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/operators_table.h"
#include "expr/parser.h"

namespace tabletheory::expr {

enum class OperatorUse : std::uint8_t { kCondition, kPartitionKey, kSortKey };

// The operator of a name, in any case; nullptr when there is none.
const Operator* find_operator(std::string_view name);

// The operator, checked to take so many values and to fit its use. ErrInvalidOperator naming the operator and what it
// takes, with a "did you mean" for an unknown one.
Result<const Operator*> resolve_operator(std::string_view name, std::size_t value_count,
                                         OperatorUse use = OperatorUse::kCondition);

// `path op values…` as a condition. Errors of resolve_operator.
Result<Condition> make_condition(const Path& path, std::string_view op, std::vector<Value> values);

// `attribute op values…` as a condition on a key. `use` is kPartitionKey or kSortKey. Errors of resolve_operator.
Result<KeyCondition> make_key_condition(std::string attribute, std::string_view op, std::vector<Value> values,
                                        OperatorUse use);
// The same as a condition, for the Printer.
Condition to_condition(const KeyCondition& key);

}  // namespace tabletheory::expr
