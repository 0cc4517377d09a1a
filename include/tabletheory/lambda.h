// Lambda: calls that end before the function does (docs/lambda.md).
//
//     // Once per process, not per invocation:
//     static const tabletheory::Client client = tabletheory::Client::connect("aws:").value();
//     …
//     // Per invocation, with the header Lambda-Runtime-Deadline-Ms:
//     const tabletheory::Client bounded = client.with(tabletheory::lambda_limits(deadline_ms));
//     auto order = bounded.table<Order>()->get(key);      // ErrTimeout instead of a function killed in mid-write
#pragma once

#include <chrono>
#include <cstdint>

#include "tabletheory/client.h"

namespace tabletheory {

// Limits that end `buffer` before an invocation does, so that there is time to answer. `deadline_ms`: the invocation's
// end in Unix milliseconds, as Lambda's context says it. One handle serves the whole invocation: the deadline is a
// moment, not a duration per call.
inline CallLimits lambda_limits(std::int64_t deadline_ms,
                                std::chrono::milliseconds buffer = std::chrono::milliseconds(1000)) {
  return {.deadline = Timestamp::from_unix_milliseconds(deadline_ms - buffer.count())};
}

}  // namespace tabletheory
