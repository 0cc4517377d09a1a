// The engine in process (design targets: get 3, put 5, query of 50 60, transaction of 4 25 µs), on MIXED items: eleven
// attributes (S, BOOL, N, NS, SS, M, three lists of maps), about 430 bytes. Beside them the floor: parsing a put's
// body.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "engine/engine.h"
#include "engine/storage.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

constexpr int kPartitions = 200;
constexpr int kItemsPerPartition = 50;

std::string two_digits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string keys(int partition, int sort) {
  return R"("pk":{"S":"CUSTOMER#)" + std::to_string(partition) + R"("},"sk":{"S":"ORDER#)" + two_digits(sort) + R"("})";
}

std::string mixed_item(int partition, int sort) {
  return "{" + keys(partition, sort) +
         R"(,"active":{"BOOL":true},"total":{"N":"1234.56"},"ratings":{"NS":["1","2.5","30"]},)"
         R"("labels":{"SS":["red","green","blue"]},"address":{"M":{"city":{"S":"Lund"},"zip":{"N":"22100"}}},)"
         R"("lines":{"L":[{"M":{"sku":{"S":"A-1"},"count":{"N":"2"}}},{"M":{"sku":{"S":"B-2"},"count":{"N":"1"}}}]},)"
         R"("notes":{"L":[{"M":{"by":{"S":"ann"},"text":{"S":"gift"}}}]},)"
         R"("events":{"L":[{"M":{"at":{"N":"1700000000"},"kind":{"S":"made"}}}]},"state":{"S":"open"}})";
}

std::string put_body(int partition, int sort) {
  return R"({"TableName":"orders","Item":)" + mixed_item(partition, sort) + "}";
}

void demand(const Answer& answer) {
  if (answer.status != 200) std::abort();
  benchmark::DoNotOptimize(answer.body.data());
}

// A table of 10,000 items.
Engine& filled_engine() {
  static Engine& engine = *[] {
    auto* made = new Engine(make_memory_storage(), {});
    demand(made->handle("CreateTable",
                        R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
                        R"({"AttributeName":"sk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk",)"
                        R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
                        R"("BillingMode":"PAY_PER_REQUEST"})"));
    for (int partition = 0; partition < kPartitions; ++partition) {
      for (int sort = 0; sort < kItemsPerPartition; ++sort) demand(made->handle("PutItem", put_body(partition, sort)));
    }
    return made;
  }();
  return engine;
}

// The n-th of a sequence that visits all partitions and items, not in their order.
int spread(std::int64_t n, int count) {
  return static_cast<int>((n * 7919) % count);
}

template <class MakeBody>
std::vector<std::string> bodies(MakeBody make) {
  std::vector<std::string> out;
  for (int i = 0; i < 1000; ++i) out.push_back(make(spread(i, kPartitions), spread(i / 3, kItemsPerPartition)));
  return out;
}

void run(benchmark::State& state, std::string_view operation, const std::vector<std::string>& requests) {
  Engine& engine = filled_engine();
  std::size_t at = 0;
  for (auto _ : state) {
    demand(engine.handle(operation, requests[at]));
    at = at + 1 == requests.size() ? 0 : at + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void floor_parse_put(benchmark::State& state) {
  const std::string body = put_body(1, 1);
  value::WireDocument document;
  for (auto _ : state) benchmark::DoNotOptimize(document.parse(body));
}
BENCHMARK(floor_parse_put);

void floor_storage_read(benchmark::State& state) {
  const auto storage = make_memory_storage();
  std::vector<std::string> names;
  for (int i = 0; i < 10'000; ++i) {
    names.push_back("some prefix " + std::to_string(i * 7919 % 10'000));
    if (!storage->commit({{names.back(), "value"}})) std::abort();
  }
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage->read(names[at]));
    at = (at + 7919) % names.size();
  }
}
BENCHMARK(floor_storage_read);

void floor_storage_put(benchmark::State& state) {
  const auto storage = make_memory_storage();
  std::int64_t at = 0;
  for (auto _ : state) {
    std::vector<Mutation> batch;
    batch.push_back({"some prefix " + std::to_string(spread(++at, 10'000)), std::string(430, 'x')});
    if (!storage->commit(std::move(batch))) std::abort();
  }
}
BENCHMARK(floor_storage_put);

void E1_get(benchmark::State& state) {
  run(state, "GetItem", bodies([](int partition, int sort) {
        return R"({"TableName":"orders","Key":{)" + keys(partition, sort) + "}}";
      }));
}
BENCHMARK(E1_get);

void E2_put(benchmark::State& state) {
  run(state, "PutItem", bodies(put_body));
}
BENCHMARK(E2_put);

void E3_query_of_50(benchmark::State& state) {
  run(state, "Query", bodies([](int partition, int) {
        return R"({"TableName":"orders","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":)"
               R"({":p":{"S":"CUSTOMER#)" +
               std::to_string(partition) + R"("}}})";
      }));
}
BENCHMARK(E3_query_of_50);

void E4_transaction_of_4(benchmark::State& state) {
  run(state, "TransactWriteItems", bodies([](int partition, int sort) {
        const auto key = [&](int step) {
          return R"("TableName":"orders","Key":{)" + keys(partition, (sort + step) % kItemsPerPartition) + "}";
        };
        return R"({"TransactItems":[{"Put":)" + put_body(partition, sort) + R"(},{"Update":{)" + key(1) +
               R"x(,"UpdateExpression":"SET #t = #t + :d","ConditionExpression":"attribute_exists(pk)",)x"
               R"("ExpressionAttributeNames":{"#t":"total"},)"
               R"("ExpressionAttributeValues":{":d":{"N":"1"}}}},{"ConditionCheck":{)" +
               key(2) + R"x(,"ConditionExpression":"attribute_exists(pk)"}},{"Put":)x" +
               put_body(partition, (sort + 3) % kItemsPerPartition) + "}]}";
      }));
}
BENCHMARK(E4_transaction_of_4);

void E5_scan_page(benchmark::State& state) {
  run(state, "Scan", {R"({"TableName":"orders","Limit":1000})"});
}
BENCHMARK(E5_scan_page);

}  // namespace
}  // namespace tabletheory::engine
