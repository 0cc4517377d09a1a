// Time and randomness of tests: a clock that moves only when told or read, and numbers drawn from a seed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "tabletheory/timestamp.h"

namespace tabletheory::capi {

// Thread-safe.
class ManualClock {
 public:
  ManualClock(const Timestamp& start, std::int64_t tick_ns);
  // The time, which then moves on by the tick.
  Timestamp read();
  void advance(std::chrono::nanoseconds by) { now_ns_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> now_ns_;  // since 1970: until 2262
  const std::int64_t tick_ns_;
};

// splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). Thread-safe.
class SeededRandom {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace tabletheory::capi
