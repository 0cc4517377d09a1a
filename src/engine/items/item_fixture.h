// ItemFixture: an engine in memory, driven through Engine::handle with JSON bodies as a client drives it. Tests only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/engine.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::engine {

class ItemFixture : public testing::Test {
 protected:
  // The body of an answer that must be a success.
  std::string ok(std::string_view operation, const std::string& body) {
    const Answer answer = engine.handle(operation, body);
    EXPECT_EQ(answer.status, 200) << operation << " " << body.substr(0, 500) << "\n→ " << answer.body;
    return answer.body;
  }

  // "Type: message" of an answer that must be a refusal.
  std::string refused(std::string_view operation, const std::string& body) {
    return short_error(refusal(operation, body));
  }
  // The body of a refusal.
  std::string refusal(std::string_view operation, const std::string& body) {
    const Answer answer = engine.handle(operation, body);
    EXPECT_EQ(answer.status, 400) << operation << " " << body.substr(0, 500) << "\n→ " << answer.body;
    return answer.body;
  }

  static std::string short_error(const std::string& body);

  // Tables. `attributes` is a list such as "pk:S,sk:N".
  void create_table(const std::string& name, const std::string& attributes, const std::string& keys,
                    const std::string& indexes = {});
  // t: hash pk S; r: hash pk S, range sk N.
  void create_plain_tables() {
    create_table("hash", "pk:S", keys("pk"));
    create_table("range", "pk:S,sk:N", keys("pk", "sk"));
  }
  // Table `indexed`: pk S, sk N; LSIs by_l (l N, ALL), by_l_keys (KEYS_ONLY), by_l_some (INCLUDE x); GSIs by_g (g S, n
  // N; ALL), by_g_keys (KEYS_ONLY), by_g_some (INCLUDE x), by_h (h B alone, ALL).
  void create_indexed_table();
  static std::string keys(const std::string& hash, const std::string& range = {});
  static std::string index(const std::string& name, const std::string& key_schema, const std::string& projection,
                           const std::string& included = {});

  void put(const std::string& table, const std::string& item) {
    ok("PutItem", R"({"TableName":")" + table + R"(","Item":)" + item + "}");
  }
  // The whole answer of a consistent GetItem.
  std::string get(const std::string& table, const std::string& key) {
    return ok("GetItem", R"({"TableName":")" + table + R"(","ConsistentRead":true,"Key":)" + key + "}");
  }

  Timestamp now{1'700'000'000, 0};
  Engine engine{make_memory_storage(), EngineOptions{.now = [this] { return now; }}};
};

}  // namespace tabletheory::engine
