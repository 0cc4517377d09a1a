// Concurrent callers: the outcome is as if the calls had run one after another.
#include <fmt/format.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/items/item_fixture.h"
#include "tabletheory/number.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

class Concurrency : public ItemFixture {
 protected:
  Concurrency() { create_plain_tables(); }

  static constexpr int kThreads = 4;
  static constexpr int kRounds = 200;

  template <class Work>
  static void run_on_threads(const Work& work) {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back([&work, thread] { work(thread); });
  }

  static std::string add(const char* pk, int amount) {
    return fmt::format(R"({{"TableName":"hash","Key":{{"pk":{{"S":"{}"}}}},"UpdateExpression":"ADD x :n",)"
                       R"("ExpressionAttributeValues":{{":n":{{"N":"{}"}}}}}})",
                       pk, amount);
  }
};

TEST_F(Concurrency, NoIncrementIsLost) {
  run_on_threads([&](int) {
    for (int round = 0; round < kRounds; ++round) engine.handle("UpdateItem", add("a", 1));
  });
  EXPECT_EQ(get("hash", R"({"pk":{"S":"a"}})"),
            fmt::format(R"({{"Item":{{"pk":{{"S":"a"}},"x":{{"N":"{}"}}}}}})", kThreads * kRounds));
}

TEST_F(Concurrency, OneOfManyCreatorsWins) {
  std::atomic<int> created = 0;
  run_on_threads([&](int) {
    for (int round = 0; round < kRounds; ++round) {
      const Answer answer =
          engine.handle("PutItem", fmt::format(R"({{"TableName":"hash","Item":{{"pk":{{"S":"{}"}}}},)"
                                               R"("ConditionExpression":"NOT attribute_exists(pk) "}})",
                                               round));
      if (answer.status == 200) ++created;
    }
  });
  EXPECT_EQ(created, kRounds);
}

// Money moves between two accounts in transactions; whoever looks sees the sum unchanged.
TEST_F(Concurrency, ReadersNeverSeeHalfATransaction) {
  ok("UpdateItem", add("a", 100));
  ok("UpdateItem", add("b", 100));
  std::atomic<int> wrong_sums = 0;
  const auto transfer = [&](int amount) {
    ASSERT_EQ(engine
                  .handle("TransactWriteItems", fmt::format(R"({{"TransactItems":[{{"Update":{}}},{{"Update":{}}}]}})",
                                                            add("a", amount), add("b", -amount)))
                  .status,
              200);
  };
  const auto look = [&] {
    const Answer answer =
        engine.handle("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"hash","Key":{"pk":{"S":"a"}}}},)"
                                          R"({"Get":{"TableName":"hash","Key":{"pk":{"S":"b"}}}}]})");
    value::WireDocument document;
    const auto parsed = document.parse(answer.body);
    std::int64_t sum = 0;
    for (const value::WireElement response : parsed->at_key("Responses").get_array()) {
      sum += *Number::parse(std::string_view(response.at_key("Item").at_key("x").at_key("N")))->to_int64();
    }
    if (sum != 200) ++wrong_sums;
  };
  run_on_threads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      if (thread % 2 == 0) {
        transfer(round % 7 - 3);
      } else {
        look();
      }
    }
  });
  EXPECT_EQ(wrong_sums, 0);
}

}  // namespace
}  // namespace tabletheory::engine
