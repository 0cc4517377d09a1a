// Conditions and filters checked against a model and joined to one tree. Internal to ops.
//
// A null model is a document table: nothing is known about its attributes, so only the values themselves are checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "model/model.h"
#include "ops/condition_input.h"

namespace tabletheory::ops {

// All parts of `input` joined by AND, literals in their stored form; nullopt when there are none.
// ErrInvalidModel: an attribute the model does not have, a value of the wrong type. ErrEncryptedFieldNotQueryable: an
// encrypted attribute. ErrInvalidOperator: unknown operators, wrong arity, malformed paths and raw expressions.
Result<std::optional<expr::Condition>> compile_condition(const model::Model* model, const ConditionInput& input);

// A path as callers write it: a whole attribute name of the model if there is one, else `a.b[3].c`.
Result<expr::Path> resolve_path(const model::Model* model, std::string_view text);
// The attribute a path as written begins with, without any check.
std::string_view root_of(const model::Model* model, std::string_view text);
// The model must have the path's attribute, which must be a map or list if the path goes into it.
// `slot` is kNoSlot for documents.
Result<std::size_t> check_path(const model::Model* model, const expr::Path& path);
// The same, and the attribute must not be encrypted.
Result<void> check_queryable(const model::Model* model, const expr::Path& path);

// A logical value of the attribute, brought to its stored form. ErrInvalidModel when it does not fit.
Result<void> store_value(const model::Attribute& attribute, Value& value);
// The same of a literal that stands against the whole attribute: NULL is left as it is.
Result<void> store_literal(const model::Attribute& attribute, Value& literal);

// Reads a raw update expression; literals are as given.
Result<expr::Update> parse_raw_update(const RawExpression& raw);

// Paths to a projection: each resolved and known, none overlapping another (ErrInvalidModel, ErrInvalidOperator).
Result<expr::Projection> compile_projection(const model::Model* model, const std::vector<std::string>& paths);

}  // namespace tabletheory::ops
