// For the tests of the engine: an engine on memory storage with a clock that stands still, and short ways to call it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/engine.h"
#include "value/json_text.h"

namespace tabletheory::engine {

class EngineTest : public testing::Test {
 protected:
  // The body of a successful call.
  std::string call(std::string_view operation, std::string_view body) {
    const Answer answer = engine_.handle(operation, body);
    EXPECT_EQ(answer.status, 200) << operation << " " << body << "\n" << answer.body;
    return answer.body;
  }

  // `Type: message` of a refused call.
  std::string refusal(std::string_view operation, std::string_view body) {
    const Answer answer = engine_.handle(operation, body);
    EXPECT_NE(answer.status, 200) << operation << " " << body << "\n" << answer.body;
    const auto read = value::parse_json_text(answer.body);
    if (!read || read->find("__type") == nullptr || read->find("message") == nullptr) return answer.body;
    const std::string& type = read->find("__type")->text;
    return type.substr(type.find('#') + 1) + ": " + read->find("message")->text;
  }

  // A table `name` with the partition key pk (S), on demand.
  void make_table(std::string_view name) {
    call("CreateTable",
         R"({"TableName":")" + std::string(name) +
             R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
             R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }

  Engine engine_{make_memory_storage(), {.now = [] { return Timestamp(1'700'000'000, 250'000'000); }}};
};

}  // namespace tabletheory::engine
