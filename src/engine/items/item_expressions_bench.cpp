// Engine operations in process, whole handle() calls: get, put, query of 50, transaction of 4 (docs: performance
// targets).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "engine/engine.h"

namespace tabletheory::engine {
namespace {

// An item of eleven attributes and about 430 bytes, as in the MIXED workload.
std::string mixed_attributes() {
  return R"("name":{"S":"Ada Lovelace, Analytical Engines Ltd"},"active":{"BOOL":true},"score":{"N":"12345.678"},)"
         R"("levels":{"NS":["1","2","3","5","8"]},"tags":{"SS":["alpha","beta","gamma"]},)"
         R"("address":{"M":{"street":{"S":"12 St James's Square"},"city":{"S":"London"},"zip":{"S":"SW1Y 4JH"}}},)"
         R"("lines":{"L":[{"M":{"sku":{"S":"A-1"},"n":{"N":"2"}}},{"M":{"sku":{"S":"B-2"},"n":{"N":"1"}}}]},)"
         R"("notes":{"L":[{"M":{"by":{"S":"cb"}}}]},"marks":{"L":[{"M":{"x":{"N":"1"}}}]})";
}

std::string item(int pk, int sk) {
  return fmt::format(R"({{"pk":{{"S":"CUSTOMER#{}"}},"sk":{{"S":"ORDER#{:06}"}},{}}})", pk, sk, mixed_attributes());
}

class Loaded {
 public:
  Loaded() {
    engine_.handle("CreateTable",
                   R"({"TableName":"orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[)"
                   R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],)"
                   R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                   R"({"AttributeName":"sk","KeyType":"RANGE"}]})");
    for (int pk = 0; pk < 100; ++pk) {
      for (int sk = 0; sk < 100; ++sk) engine_.handle("PutItem", put_request(pk, sk));
    }
  }

  static std::string put_request(int pk, int sk) { return R"({"TableName":"orders","Item":)" + item(pk, sk) + "}"; }

  void run(benchmark::State& state, std::string_view operation, const std::string& body) {
    std::size_t bytes = 0;
    for (auto _ : state) {
      const Answer answer = engine_.handle(operation, body);
      if (answer.status != 200) return state.SkipWithError(answer.body.c_str());
      bytes += answer.body.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  }

 private:
  Engine engine_{make_memory_storage(), {}};
};

void PutWithCondition(benchmark::State& state) {
  std::string body = Loaded::put_request(7, 42);
  body.back() = ',';
  Loaded().run(state, "PutItem",
               body + R"("ConditionExpression":"#n = :n","ExpressionAttributeNames":{"#n":"active"},)"
                      R"("ExpressionAttributeValues":{":n":{"BOOL":true}}})");
}
BENCHMARK(PutWithCondition);

void Update(benchmark::State& state) {
  Loaded().run(
      state, "UpdateItem",
      R"({"TableName":"orders","Key":{"pk":{"S":"CUSTOMER#7"},"sk":{"S":"ORDER#000042"}},)"
      R"("UpdateExpression":"SET #n1 = :v1 ADD #n2 :v2","ExpressionAttributeNames":{"#n1":"name","#n2":"score"},)"
      R"("ExpressionAttributeValues":{":v1":{"S":"Ada"},":v2":{"N":"1"}}})");
}
BENCHMARK(Update);

void QueryOf50Filtered(benchmark::State& state) {
  Loaded().run(
      state, "Query",
      R"({"TableName":"orders","KeyConditionExpression":"#n1 = :v1","FilterExpression":"active = :t","Limit":50,)"
      R"("ExpressionAttributeNames":{"#n1":"pk"},)"
      R"("ExpressionAttributeValues":{":v1":{"S":"CUSTOMER#7"},":t":{"BOOL":true}}})");
}
BENCHMARK(QueryOf50Filtered);

void ScanPage(benchmark::State& state) {
  Loaded().run(state, "Scan", R"({"TableName":"orders"})");
}
BENCHMARK(ScanPage);

}  // namespace
}  // namespace tabletheory::engine
