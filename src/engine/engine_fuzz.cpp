// Any operation with any body, on an engine with a few tables: never a crash, always JSON, and an answer that is either
// a success or names its error.
//
// The first byte picks the operation; the rest is the body.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/engine.h"
#include "value/json_text.h"

namespace {

using tabletheory::engine::Answer;
using tabletheory::engine::Engine;

constexpr std::string_view kOperations[] = {
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "TransactWriteItems",
    "TransactGetItems",
    "UpdateTable",
    "DescribeTable",
    "ListTables",
    "DeleteTable",
    "UpdateTimeToLive",
    "DescribeTimeToLive",
    "ListTagsOfResource",
    "TagResource",
    "UntagResource",
};

constexpr std::string_view kTables[] = {
    R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})",
    R"({"TableName":"rows","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"B"},)"
    R"({"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
    R"("LocalSecondaryIndexes":[{"IndexName":"loc","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
    R"({"AttributeName":"g","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],)"
    R"("GlobalSecondaryIndexes":[{"IndexName":"glo","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},)"
    R"({"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],)"
    R"("BillingMode":"PAY_PER_REQUEST"})",
};

void make_tables(Engine& engine) {
  for (const std::string_view table : kTables) engine.handle("CreateTable", table);
  engine.handle("PutItem", R"({"TableName":"rows","Item":{"pk":{"B":"AA=="},"sk":{"N":"1"},"g":{"S":"x"}}})");
  engine.handle("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"a"},"l":{"L":[{"N":"1"}]},"m":{"M":{}}}})");
}

Engine& fresh_engine() {
  // One engine serves many inputs, so that they meet each other's items; a new one now and then bounds its growth.
  constexpr int kInputsPerEngine = 2000;
  static std::unique_ptr<Engine> engine;
  static int inputs = 0;
  if (inputs++ % kInputsPerEngine == 0) {
    engine = std::make_unique<Engine>(tabletheory::engine::make_memory_storage(), tabletheory::engine::EngineOptions{});
    make_tables(*engine);
  }
  return *engine;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Answer answer = fresh_engine().handle(kOperations[data[0] % std::size(kOperations)], body);
  const auto read = tabletheory::value::parse_json_text(answer.body, {.max_depth = 256});
  if (!read) std::abort();
  if (answer.status != 200 && (read->find("__type") == nullptr || read->find("message") == nullptr)) std::abort();
  if (answer.status >= 500) std::abort();
  return 0;
}
