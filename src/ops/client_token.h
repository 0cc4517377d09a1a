// Client tokens of transactions: what makes sending one twice the same as sending it once. Internal to ops.
#pragma once

#include <string>

#include "ops/environment.h"
#include "tabletheory/error.h"

namespace tabletheory::ops {

// A random UUID (version 4) from the environment's randomness.
std::string random_token(const Environment& environment);
// ErrInvalidOperator unless the service takes the token: 1–36 characters.
Result<void> check_token(const std::string& token);

}  // namespace tabletheory::ops
