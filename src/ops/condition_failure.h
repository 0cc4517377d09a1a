// What a failed condition of a planned write means. Internal to ops.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ops/service_errors.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct WritePlan;  // ops/write_plan.h

// Whether the plan's version lock was lost, as opposed to its other condition. `item`: the stored item, if it was asked
// for and exists.
bool lost_lock(const WritePlan& plan, const std::optional<value::WireElement>& item);

// The stored item as an error shows it: encrypted values in the clear, or why they cannot be.
struct ShownItem {
  std::optional<value::WireElement> item;
  std::string problem{};
};

// ErrVersionConflict or ErrConditionFailed for a refused single write.
Error condition_error(const WritePlan& plan, const ServiceError& refusal, const ShownItem& shown);

// A write was repeated because its outcome was unknown, and the repeat failed its condition: was the first one ours?
enum class Verdict : std::uint8_t { kOurs, kNotOurs, kUnknown };
Verdict judge(const WritePlan& plan, const std::optional<value::WireElement>& item);

}  // namespace tabletheory::ops
