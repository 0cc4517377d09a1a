// Many callers at once: the outcome is as if the calls had run one after another. Worth most under the tsan preset.
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <regex>
#include <thread>
#include <vector>

#include "engine/engine_test_support.h"

namespace tabletheory::engine {
namespace {

class ConcurrencyTest : public EngineTest {
 protected:
  // Runs `work(i)` for every i at once, and `watch` again and again until all are done (and once after).
  static void run(int workers, const std::function<void(int)>& work, const std::function<void()>& watch) {
    std::atomic<int> running{workers};
    std::vector<std::thread> threads;
    for (int i = 0; i < workers; ++i) {
      threads.emplace_back([&, i] {
        work(i);
        --running;
      });
    }
    while (running > 0) watch();
    for (std::thread& thread : threads) thread.join();
    watch();
  }

  // The numbers under `attribute` in an answer, in order.
  static std::vector<std::int64_t> numbers(const std::string& body, const std::string& attribute) {
    const std::regex pattern("\"" + attribute + R"re(":\{"N":"(-?[0-9]+)"\})re");
    std::vector<std::int64_t> out;
    for (auto at = std::sregex_iterator(body.begin(), body.end(), pattern); at != std::sregex_iterator(); ++at) {
      out.push_back(std::stoll((*at)[1]));
    }
    return out;
  }
  static std::int64_t sum(const std::vector<std::int64_t>& numbers) {
    std::int64_t out = 0;
    for (const std::int64_t number : numbers) out += number;
    return out;
  }
  static std::string text(int number) { return std::to_string(number); }
};

TEST_F(ConcurrencyTest, NoIncrementIsLost) {
  constexpr int kWorkers = 4;
  constexpr int kRounds = 150;
  make_table("tab");
  std::int64_t last = 0;
  run(
      kWorkers,
      [&](int) {
        for (int round = 0; round < kRounds; ++round) {
          call("UpdateItem", R"({"TableName":"tab","Key":{"pk":{"S":"counter"}},"UpdateExpression":"ADD n :one",)"
                             R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
        }
      },
      [&] {
        const auto seen = numbers(call("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"counter"}}})"), "n");
        const std::int64_t now = seen.empty() ? 0 : seen.front();
        EXPECT_GE(now, last);
        last = now;
      });
  EXPECT_EQ(last, kWorkers * kRounds);
}

TEST_F(ConcurrencyTest, OfManyCreatorsOneWins) {
  make_table("tab");
  std::atomic<int> won{0};
  run(
      8,
      [&](int worker) {
        for (int round = 0; round < 20; ++round) {
          const Answer answer = engine_.handle(
              "PutItem", R"({"TableName":"tab","Item":{"pk":{"S":")" + text(round) + R"("},"by":{"N":")" +
                             text(worker) + R"json("}},"ConditionExpression":"attribute_not_exists(pk)"})json");
          if (answer.status == 200) ++won;
        }
      },
      [] {});
  EXPECT_EQ(won, 20);
}

TEST_F(ConcurrencyTest, TransfersKeepTheSumThatReadersSee) {
  constexpr int kAccounts = 5;
  make_table("tab");
  for (int i = 0; i < kAccounts; ++i) {
    call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":")" + text(i) + R"("},"n":{"N":"100"}}})");
  }
  const auto add = [](int account, int amount) {
    return R"({"Update":{"TableName":"tab","Key":{"pk":{"S":")" + text(account) +
           R"("}},"UpdateExpression":"ADD n :d","ExpressionAttributeValues":{":d":{"N":")" + text(amount) + R"("}}}})";
  };
  run(
      3,
      [&](int worker) {
        for (int round = 0; round < 100; ++round) {
          const int from = (worker + round) % kAccounts;
          call("TransactWriteItems",
               R"({"TransactItems":[)" + add(from, -7) + "," + add((from + 1 + round % 3) % kAccounts, 7) + "]}");
        }
      },
      [&] {
        EXPECT_EQ(sum(numbers(call("Scan", R"({"TableName":"tab"})"), "n")), kAccounts * 100);
        std::string gets;
        for (int i = 0; i < kAccounts; ++i) {
          gets += (i > 0 ? "," : "") + (R"({"Get":{"TableName":"tab","Key":{"pk":{"S":")" + text(i) + R"("}}}})");
        }
        EXPECT_EQ(sum(numbers(call("TransactGetItems", R"({"TransactItems":[)" + gets + "]}"), "n")), kAccounts * 100);
      });
}

TEST_F(ConcurrencyTest, AnItemIsNeverSeenHalfWritten) {
  make_table("tab");
  const std::string filler(3000, 'x');
  const auto put = [&](int number) {
    call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"one"},"a":{"N":")" + text(number) +
                        R"("},"filler":{"S":")" + filler + R"("},"b":{"N":")" + text(number) + R"("}}})");
  };
  put(0);
  run(
      2,
      [&](int worker) {
        for (int round = 0; round < 150; ++round) put(worker * 1000 + round);
      },
      [&] {
        const std::string body = call("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"one"}}})");
        EXPECT_EQ(numbers(body, "a"), numbers(body, "b"));
      });
}

// Whoever queries an index sees exactly the items of one moment, while items move between index partitions and the
// index itself comes and goes.
TEST_F(ConcurrencyTest, AnIndexAgreesWithItsTableAtEveryMoment) {
  constexpr int kItems = 20;
  make_table("tab");
  const auto put = [&](int item, int number) {
    call("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":")" + text(item) + R"("},"g":{"S":"all"},"n":{"N":")" +
                        text(number) + R"("}}})");
  };
  for (int item = 0; item < kItems; ++item) put(item, 0);
  const std::string create =
      R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"},)"
      R"({"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"idx",)"
      R"("KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"ALL"}}}]})";
  const std::string remove = R"({"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"idx"}}]})";
  call("UpdateTable", create);
  run(
      3,
      [&](int worker) {
        for (int round = 0; round < 60; ++round) {
          if (worker == 0) {
            call("UpdateTable", remove);
            call("UpdateTable", create);
          } else {
            put(round % kItems, worker * 1000 + round);
          }
        }
      },
      [&] {
        const Answer answer =
            engine_.handle("Query", R"({"TableName":"tab","IndexName":"idx","KeyConditionExpression":"g = :g",)"
                                    R"("ExpressionAttributeValues":{":g":{"S":"all"}}})");
        if (answer.status == 200) {
          EXPECT_EQ(numbers(answer.body, "n").size(), kItems);
        } else {
          EXPECT_THAT(answer.body, testing::HasSubstr("does not have the specified index"));
        }
      });
}

TEST_F(ConcurrencyTest, ATableMayGoWhileOthersUseIt) {
  run(
      3,
      [&](int worker) {
        for (int round = 0; round < 40; ++round) {
          if (worker == 0) {
            make_table("tab");
            call("DeleteTable", R"({"TableName":"tab"})");
          } else {
            const Answer answer =
                engine_.handle("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":")" + text(round) + R"("}}})");
            EXPECT_THAT(answer.status, testing::AnyOf(200, 400)) << answer.body;
          }
        }
      },
      [&] {
        const Answer answer = engine_.handle("Scan", R"({"TableName":"tab"})");
        EXPECT_THAT(answer.status, testing::AnyOf(200, 400)) << answer.body;
      });
  make_table("tab");
  EXPECT_EQ(call("Scan", R"({"TableName":"tab"})"), R"({"Items":[],"Count":0,"ScannedCount":0})");
}

}  // namespace
}  // namespace tabletheory::engine
