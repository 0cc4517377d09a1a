// The check that a target can do what is asked of it, before anything is sent. Internal to the core.
#pragma once

#include <string_view>

#include "tabletheory/capabilities.h"
#include "tabletheory/error.h"

namespace tabletheory::ops {

// ErrInvalidOperator naming the capability and the target, then what to do instead.
Result<void> require(const Capabilities& target, Capability capability, std::string_view remedy);

}  // namespace tabletheory::ops
