// Update actions as callers say them, checked against a model and turned into an update tree. Internal to ops.
#pragma once

#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "model/model.h"
#include "ops/update_builder.h"

namespace tabletheory::ops {

// The attributes the actions begin with, unchecked: what write policies look at.
std::vector<std::string_view> touched_roots(const model::Model* model, const UpdateBuilder& builder);
std::vector<std::string_view> touched_roots(const expr::Update& update);

// The tree of a builder's actions. A null model is a document.
// ErrInvalidOperator: no action, overlapping actions, an action the type does not take. ErrInvalidModel: unknown or
// unselectable attributes, values that do not fit. ErrEncryptedFieldNotQueryable.
Result<expr::Update> compile_actions(const model::Model* model, const UpdateBuilder& builder);
// The same checks of targets for a raw update expression; its literals are as given.
Result<void> check_raw_update(const model::Model& model, const expr::Update& update);

// Whether doing it twice is the same as doing it once: SET of values and REMOVE of attributes or map members only.
bool is_repeatable(const expr::Update& update);

// SET attribute = literal; SET attribute = if_not_exists(attribute, literal); … = if_not_exists(attribute, missing) + 1
expr::UpdateAction set_action(expr::Path path, Value literal);
expr::UpdateAction set_if_not_exists_action(expr::Path path, Value literal);
expr::UpdateAction count_up_action(const std::string& attribute, const Number& missing);

}  // namespace tabletheory::ops
