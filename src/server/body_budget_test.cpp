#include "server/body_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tabletheory::server {
namespace {

TEST(BodyBudget, IsSharedByAll) {
  BodyBudget budget(100);
  BodyBudget::Share a(budget), b(budget);
  EXPECT_TRUE(a.grow_to(60));
  EXPECT_TRUE(b.grow_to(40));
  EXPECT_FALSE(b.grow_to(41));
  EXPECT_EQ(budget.held(), 100U);
  a.set(10);
  EXPECT_TRUE(b.grow_to(90));
  EXPECT_TRUE(b.grow_to(50));  // it has that much already
  EXPECT_EQ(budget.held(), 100U);
}

TEST(BodyBudget, CountsWhatIsHeldInAnyCase) {
  BodyBudget budget(100);
  BodyBudget::Share a(budget), b(budget);
  a.set(500);
  EXPECT_FALSE(b.grow_to(1));
  a.set(0);
  EXPECT_TRUE(b.grow_to(1));
}

TEST(BodyBudget, GetsBackWhatAConnectionHeld) {
  BodyBudget budget(100);
  {
    BodyBudget::Share share(budget);
    share.set(80);
  }
  EXPECT_EQ(budget.held(), 0U);
}

TEST(BodyBudget, ConcurrentSharesNeverGoBeyondIt) {
  BodyBudget budget(1000);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&budget] {
      BodyBudget::Share share(budget);
      for (int round = 0; round < 10'000; ++round) {
        if (share.grow_to(400)) EXPECT_LE(budget.held(), 1000U + 3 * 400U);  // refused growth is there for a moment
        share.set(0);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(budget.held(), 0U);
}

}  // namespace
}  // namespace tabletheory::server
