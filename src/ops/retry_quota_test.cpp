#include "ops/retry_quota.h"

#include <gtest/gtest.h>

namespace tabletheory::ops {
namespace {

TEST(RetryQuotaTest, GivesTokensUntilNoneAreLeft) {
  RetryQuota quota;
  EXPECT_TRUE(quota.acquire(RetryQuota::kCapacity - 4));
  EXPECT_FALSE(quota.acquire(RetryQuota::kRetryCost));
  EXPECT_EQ(quota.available(), 4);
}

TEST(RetryQuotaTest, NeverHoldsMoreThanItsCapacity) {
  RetryQuota quota;
  quota.release(1000);
  EXPECT_EQ(quota.available(), RetryQuota::kCapacity);
}

}  // namespace
}  // namespace tabletheory::ops
