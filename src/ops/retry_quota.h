// RetryQuota: a client's token bucket for retries, so that a service in trouble is not flooded (standard retry mode:
// 500 tokens, a retry takes 5, one after a timeout 10; a call that succeeds gives back what its last retry took, else
// 1).
//
// Shared by all operations of a client; safe to use from several threads.
#pragma once

#include <mutex>

namespace tabletheory::ops {

class RetryQuota {
 public:
  static constexpr int kCapacity = 500;
  static constexpr int kRetryCost = 5;
  static constexpr int kTimeoutCost = 10;

  // Takes `tokens`, or takes none and returns false.
  bool acquire(int tokens);
  void release(int tokens);
  int available() const;

 private:
  mutable std::mutex mutex_;
  int tokens_ = kCapacity;
};

}  // namespace tabletheory::ops
