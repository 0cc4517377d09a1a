// RateLimiter: a client's own pace towards a service that throttles ("adaptive" retry mode). Unlimited until the first
// throttled answer; then a token bucket whose rate is cut with every throttled answer and grows again along a cubic
// curve: slowly near the rate that was too much, faster beyond it.
//
// Sans-IO: the clock is handed in, waiting is the caller's. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>

namespace tabletheory::aws {

class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Zero: go. Else nothing was taken: wait this long and ask again.
  std::chrono::nanoseconds acquire(Time now);
  void on_answer(Time now, bool throttled);

  double rate() const;  // requests per second; 0: unlimited

 private:
  void measure(double now);
  void refill(double now);
  void set_rate(double rate, double now);

  mutable std::mutex mutex_;
  bool enabled_ = false;
  double rate_ = 0, capacity_ = 0, tokens_ = 0, refilled_ = 0;
  double measured_rate_ = 0, bucket_start_ = 0;  // requests per second, smoothed
  double requests_in_bucket_ = 0;
  double last_max_rate_ = 0, last_throttle_ = 0;
};

}  // namespace tabletheory::aws
