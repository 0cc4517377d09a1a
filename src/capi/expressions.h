// Paths, conditions and update actions of requests as the SDK takes them (docs/c-abi.md). ErrInvalidModel or
// ErrInvalidOperator for what has not that form; what it means is checked by the operation.
#pragma once

#include <vector>

#include "capi/arguments.h"
#include "capi/tape.h"
#include "tabletheory/condition.h"
#include "tabletheory/detail/table_core.h"
#include "tabletheory/options.h"

namespace tabletheory::capi {

Result<Path> to_path(const Node& node);
Result<std::vector<Path>> to_paths(const Arguments& arguments, std::string_view name);
Result<Condition> to_condition(const Node& node);
// No condition when it is not given.
Result<Condition> to_condition(const Arguments& arguments, std::string_view name);
// `condition`, `if_version`, `protect`, `return_item_on_failure`.
Result<WriteOptions> to_write_options(const Arguments& arguments);
Result<std::vector<detail::UpdateStep>> to_update_steps(const Arguments& arguments);
Result<std::map<std::string, std::string>> to_names(const Arguments& arguments, std::string_view name);

}  // namespace tabletheory::capi
