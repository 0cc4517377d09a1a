#include "ops/patience.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletheory::ops {

using std::chrono::milliseconds;

Result<Step> Patience::pause(std::string_view awaited) {
  constexpr milliseconds kFirstPoll{250}, kLongestPoll{5'000}, kLongestWait{300'000};
  if (waited_ >= kLongestWait) {
    return fail(ErrorCode::kTimeout,
                fmt::format("the table is still not {} after {} s; look at it with describe_table, and wait again",
                            awaited, kLongestWait.count() / 1000));
  }
  delay_ = delay_.count() == 0 ? kFirstPoll : std::min(delay_ * 2, kLongestPoll);
  delay_ = std::min(delay_, kLongestWait - waited_);
  waited_ += delay_;
  return Step(Sleep{delay_});
}

}  // namespace tabletheory::ops
