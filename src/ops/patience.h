// Patience: the pauses between looks at something that takes its time (docs/spec/operations.md, "Tables"): 250 ms
// growing to 5 s, at most 300 s in all. Internal to ops.
#pragma once

#include <chrono>
#include <string_view>

#include "ops/operation.h"

namespace tabletheory::ops {

class Patience {
 public:
  // The next pause, each twice as long as the one before. ErrTimeout when it is used up; `awaited` is what has not come
  // ("ACTIVE").
  Result<Step> pause(std::string_view awaited);
  // For the next thing that is waited for.
  void renew() { waited_ = delay_ = {}; }

 private:
  std::chrono::milliseconds waited_{}, delay_{};
};

}  // namespace tabletheory::ops
