// What became of a request that got no usable answer, in the terms of retries (docs/spec/operations.md, "Retries and
// deadlines"): was it written, may it be repeated, did the caller's time run out.
#pragma once

#include <string>
#include <utility>

#include "tabletheory/error.h"

namespace tabletheory::net {

// Nothing can have happened: the request was not written, or not to its end.
inline Error not_sent(std::string why) {
  return Error(ErrorCode::kTransport, std::move(why)).from_service({}, {}, 0, true);
}

// The request was written and no usable answer came: the outcome is unknown.
inline Error answer_lost(std::string why) {
  return Error(ErrorCode::kTransport, std::move(why));
}

// This attempt took too long, the caller has time for more.
inline Error attempt_timed_out(std::string why) {
  return Error(ErrorCode::kTimeout, std::move(why)).from_service({}, {}, 0, true);
}

// The caller's deadline or cancellation: nothing is repeated past it.
inline Error stopped(ErrorCode code, std::string why, bool sent) {
  Error error(code, std::move(why));
  return sent ? Error(std::move(error).also(ErrorCode::kOutcomeUnknown)) : error;
}

}  // namespace tabletheory::net
