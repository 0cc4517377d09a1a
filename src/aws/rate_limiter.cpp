#include "aws/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace tabletheory::aws {
namespace {

// The constants of CUBIC as the AWS SDKs use them.
constexpr double kCut = 0.7;            // a throttled answer leaves this share of the rate
constexpr double kGrowth = 0.4;         // of the cubic curve
constexpr double kSmoothing = 0.8;      // weight of the newest measurement
constexpr double kBucketSeconds = 0.5;  // requests are counted per half second
constexpr double kSlowest = 0.5;        // requests per second

double seconds(RateLimiter::Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

std::chrono::nanoseconds RateLimiter::acquire(Time now) {
  const std::lock_guard lock(mutex_);
  if (!enabled_) return std::chrono::nanoseconds::zero();
  refill(seconds(now));
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return std::chrono::nanoseconds::zero();
  }
  return std::chrono::ceil<std::chrono::nanoseconds>(std::chrono::duration<double>((1 - tokens_) / rate_));
}

void RateLimiter::refill(double now) {
  tokens_ = std::min(capacity_, tokens_ + std::max(0.0, now - refilled_) * rate_);
  refilled_ = now;
}

void RateLimiter::measure(double now) {
  const double bucket = std::floor(now / kBucketSeconds) * kBucketSeconds;
  requests_in_bucket_ += 1;
  if (bucket_start_ == 0) bucket_start_ = bucket;
  if (bucket <= bucket_start_) return;
  const double current = requests_in_bucket_ / (bucket - bucket_start_);
  measured_rate_ = current * kSmoothing + measured_rate_ * (1 - kSmoothing);
  requests_in_bucket_ = 0;
  bucket_start_ = bucket;
}

void RateLimiter::set_rate(double rate, double now) {
  refill(now);
  rate_ = std::max(rate, kSlowest);
  capacity_ = std::max(rate, 1.0);
  tokens_ = std::min(tokens_, capacity_);
}

void RateLimiter::on_answer(Time time, bool throttled) {
  const std::lock_guard lock(mutex_);
  const double now = seconds(time);
  measure(now);
  if (throttled) {
    last_max_rate_ = enabled_ ? std::min(measured_rate_, rate_) : measured_rate_;
    last_throttle_ = now;
    if (!enabled_) refilled_ = now;
    enabled_ = true;
    return set_rate(last_max_rate_ * kCut, now);
  }
  if (!enabled_) return;
  const double back_at_max = std::cbrt(last_max_rate_ * (1 - kCut) / kGrowth);
  const double elapsed = now - last_throttle_ - back_at_max;
  const double wanted = kGrowth * elapsed * elapsed * elapsed + last_max_rate_;
  // Never more than twice what was really sent.
  set_rate(std::min(wanted, 2 * measured_rate_), now);
}

double RateLimiter::rate() const {
  const std::lock_guard lock(mutex_);
  return enabled_ ? rate_ : 0;
}

}  // namespace tabletheory::aws
