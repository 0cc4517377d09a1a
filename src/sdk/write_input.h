// Options and update builders of the public API to what operations take. Pure.
#pragma once

#include "ops/explanation.h"
#include "ops/update_builder.h"
#include "ops/writes.h"
#include "sdk/table_core.h"

namespace tabletheory::detail {

Result<ops::WriteOptions> to_write_options(const TableCore& table, const WriteOptions& options);
Result<ops::UpdateBuilder> to_update_builder(const TableCore& table, const UpdatePlan& plan);
// And what operations explain, back.
Explanation to_explanation(ops::Explanation explanation);

}  // namespace tabletheory::detail
