// What every transaction must fit, whether it reads or writes. Internal to ops.
#pragma once

#include <cstddef>
#include <string_view>

#include "ops/environment.h"
#include "tabletheory/error.h"

namespace tabletheory::ops {

// ErrInvalidOperator when the target has no transactions, or the transaction is empty or has more parts than the
// service takes. `verb` ("read", "write") and `parts` ("keys", "actions") are how messages call what it does and holds.
Result<void> check_transaction(const Environment& environment, std::string_view verb, std::size_t count,
                               std::string_view parts);

}  // namespace tabletheory::ops
