// What several models of one table look like to a query or scan that reads them together. Internal to the core.
//
//     TT_TRY(const auto view, shared_view({customer, order}));    // plans, filters and projections use the view
//
// The view is a model that has the table's key and every attribute and index of the models; an attribute that is
// encrypted in any of them is encrypted in the view. It has no discriminator: each model keeps its own.
#pragma once

#include <memory>
#include <span>

#include "model/model.h"
#include "value/wire.h"

namespace tabletheory::ops {

// ErrInvalidOperator when the models do not live in one table, are not told apart by discriminators, or contradict each
// other in an attribute or index. One model is its own view.
Result<std::shared_ptr<const model::Model>> shared_view(std::span<const std::shared_ptr<const model::Model>> models);

// A stored item that is of another model, by the model's discriminator: ErrInvalidModel saying so.
Result<void> check_owner(const model::Model& model, value::WireElement item);

}  // namespace tabletheory::ops
