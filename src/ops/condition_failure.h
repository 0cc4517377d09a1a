// What a failed condition of a planned write means. Internal to ops.
#pragma once

#include <optional>

#include "ops/service_errors.h"
#include "ops/write_plan.h"
#include "value/wire.h"

namespace tabletheory::ops {

// Whether the plan's version lock was lost, as opposed to its other condition. `item`: the stored item, if it was asked
// for and exists.
bool lost_lock(const WritePlan& plan, const std::optional<value::WireElement>& item);

// ErrVersionConflict or ErrConditionFailed for a refused single write.
Error condition_error(const WritePlan& plan, const ServiceError& refusal);

// A write was repeated because its outcome was unknown, and the repeat failed its condition: was the first one ours?
enum class Verdict : std::uint8_t { kOurs, kNotOurs, kUnknown };
Verdict judge(const WritePlan& plan, const std::optional<value::WireElement>& item);

}  // namespace tabletheory::ops
