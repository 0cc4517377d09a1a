// Finding the table that a control operation names.
#pragma once

#include <memory>
#include <string_view>

#include "engine/operations.h"

namespace tabletheory::engine {

// ResourceNotFoundException in the wording of the operations on tables.
std::unexpected<ServiceError> table_not_found(const Context& context, std::string_view name_or_arn);
// As find_table (engine/request.h), with that wording.
Served<std::shared_ptr<const Table>> controlled_table(const Context& context, std::string_view name_or_arn);

}  // namespace tabletheory::engine
