// Conditions of the public builder to what operations take. Pure.
//
// `model` is null for documents. Literals stay logical values; operations bring them to their stored form.
#pragma once

#include <string>
#include <vector>

#include "expr/ast.h"
#include "model/model.h"
#include "ops/condition_input.h"
#include "tabletheory/condition.h"

namespace tabletheory::detail {

// ErrInvalidOperator for malformed paths and operators, ErrInvalidModel for operands that cannot be stored.
Result<ops::ConditionInput> to_condition_input(const model::Model* model, const Condition& condition);

// A conjunction of `attribute op values…`, as key conditions are. `what` ("the partition condition") begins the message
// of the error for anything else.
Result<std::vector<ops::Comparison>> to_comparisons(const model::Model* model, const Condition& condition,
                                                    std::string_view what);

// `state`, `address.lines[0].city`.
Result<std::string> to_path_text(const model::Model* model, const PathData& path);
Result<std::vector<std::string>> to_path_texts(const model::Model* model, const std::vector<Path>& paths);

// The literal of an operand that stands against `path`; a Timestamp becomes text or Unix seconds, as the attribute
// asks.
Result<Value> to_value(const model::Model* model, const PathData& path, const Operand& operand);

}  // namespace tabletheory::detail
