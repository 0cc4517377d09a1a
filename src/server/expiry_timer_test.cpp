#include "server/expiry_timer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace tabletheory::server {
namespace {

using namespace std::chrono_literals;

class ExpiryTimerTest : public testing::Test {
 protected:
  ExpiryTimerTest() {
    engine_.handle("CreateTable", R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",)"
                                  R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
                                  R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})");
    engine_.handle("UpdateTimeToLive",
                   R"({"TableName":"things","TimeToLiveSpecification":{"AttributeName":"e","Enabled":true}})");
    engine_.handle("PutItem", R"({"TableName":"things","Item":{"id":{"S":"1"},"e":{"N":"1000"}}})");
  }
  bool is_empty() { return engine_.handle("Scan", R"({"TableName":"things"})").body.contains(R"("Count":0)"); }
  // Whether it is soon.
  bool becomes_empty() {
    for (int i = 0; i < 500 && !is_empty(); ++i) std::this_thread::sleep_for(10ms);
    return is_empty();
  }

  engine::Engine engine_{engine::make_memory_storage(), {}};
};

TEST_F(ExpiryTimerTest, RemovesItemsOnceTheirTimeHasPassed) {
  std::atomic<std::int64_t> seconds = 1000;
  std::atomic<int> asked = 0;
  const ExpiryTimer timer(
      engine_, 5ms,
      [&] {
        ++asked;
        return Timestamp(seconds, 0);
      },
      [](std::string_view problem) { ADD_FAILURE() << problem; });
  while (asked < 3) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(is_empty());
  seconds = 1001;
  EXPECT_TRUE(becomes_empty());
}

TEST_F(ExpiryTimerTest, EndsAtOnceWhileItSleeps) {
  const auto start = std::chrono::steady_clock::now();
  {
    const ExpiryTimer timer(engine_, 60'000ms, [] { return Timestamp(5000, 0); }, [](std::string_view) {});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  EXPECT_FALSE(is_empty());
}

TEST_F(ExpiryTimerTest, NeverSweepsWithoutAnInterval) {
  const ExpiryTimer timer(
      engine_, 0ms,
      [] {
        ADD_FAILURE() << "a sweep";
        return Timestamp(5000, 0);
      },
      [](std::string_view) {});
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(is_empty());
}

}  // namespace
}  // namespace tabletheory::server
