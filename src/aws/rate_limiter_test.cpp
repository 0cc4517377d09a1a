// The adaptive pace, against a simulated service.
#include "aws/rate_limiter.h"

#include <gtest/gtest.h>

namespace tabletheory::aws {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

// A client that wants `wanted` requests per second for `seconds`; the service refuses beyond `allowed` in any second.
struct Simulation {
  RateLimiter limiter;
  RateLimiter::Time now{std::chrono::seconds(1000)};
  double sent = 0, refused = 0;

  void run(int seconds, int wanted, int allowed) {
    sent = refused = 0;
    for (int second = 0; second < seconds; ++second) {
      const auto end = now + std::chrono::seconds(1);
      int in_second = 0;
      while (now < end) {
        const auto wait = limiter.acquire(now);
        if (wait > nanoseconds::zero()) {
          now += std::min<nanoseconds>(wait, end - now);
          continue;
        }
        const bool throttled = ++in_second > allowed;
        ++sent;
        refused += throttled;
        limiter.on_answer(now, throttled);
        now += microseconds(1'000'000 / wanted);
      }
    }
  }
};

TEST(RateLimiters, LeaveAHealthyClientAlone) {
  Simulation simulation;
  simulation.run(3, 1000, 5000);
  EXPECT_EQ(simulation.limiter.rate(), 0);
  EXPECT_NEAR(simulation.sent, 3000, 5);
}

TEST(RateLimiters, SettleNearWhatIsAllowed) {
  Simulation simulation;
  simulation.run(10, 1000, 200);
  simulation.run(30, 1000, 200);
  EXPECT_LT(simulation.refused / simulation.sent, 0.3);
  EXPECT_GT(simulation.sent / 30, 20);
  EXPECT_LT(simulation.sent / 30, 300);
}

TEST(RateLimiters, SpeedUpAgainAfterwards) {
  Simulation simulation;
  simulation.run(5, 1000, 100);
  const double before = simulation.limiter.rate();
  simulation.run(30, 1000, 100'000);
  EXPECT_GT(simulation.limiter.rate(), before);
  EXPECT_EQ(simulation.refused, 0);
  EXPECT_GT(simulation.sent / 30, 100);
}

}  // namespace
}  // namespace tabletheory::aws
