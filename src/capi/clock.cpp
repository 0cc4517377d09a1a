#include "capi/clock.h"

namespace tabletheory::capi {
namespace {
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
}

ManualClock::ManualClock(const Timestamp& start, std::int64_t tick_ns)
    : now_ns_(start.unix_seconds() * kNanosecondsPerSecond + start.nanoseconds()), tick_ns_(tick_ns) {}

Timestamp ManualClock::read() {
  const std::int64_t now = now_ns_.fetch_add(tick_ns_);
  std::int64_t seconds = now / kNanosecondsPerSecond, rest = now % kNanosecondsPerSecond;
  if (rest < 0) {
    rest += kNanosecondsPerSecond;
    --seconds;
  }
  return {seconds, static_cast<std::uint32_t>(rest)};
}

std::uint64_t SeededRandom::next() {
  constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15;
  std::uint64_t z = state_.fetch_add(kGamma) + kGamma;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace tabletheory::capi
