#include "ops/retry_quota.h"

#include <algorithm>

namespace tabletheory::ops {

bool RetryQuota::acquire(int tokens) {
  const std::lock_guard lock(mutex_);
  if (tokens_ < tokens) return false;
  tokens_ -= tokens;
  return true;
}

void RetryQuota::release(int tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(kCapacity, tokens_ + tokens);
}

int RetryQuota::available() const {
  const std::lock_guard lock(mutex_);
  return tokens_;
}

}  // namespace tabletheory::ops
