// Engine: DynamoDB's rules, in process. Answers the service's JSON API: one call, (operation, body) → (status, body).
//
//     Engine engine(make_memory_storage(), {});
//     Answer answer = engine.handle("PutItem", R"({"TableName":"t","Item":{…}})");
//
// Thread-safe: any number of callers at once; the outcome is as if the calls had run one after another (serializable).
// Nothing runs in the background: no thread, no timer. Time and request ids come from EngineOptions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/storage.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::engine {

struct EngineOptions {
  std::function<Timestamp()> now = {};  // empty: the system clock
  std::string region = "us-east-1";
  std::string account = "000000000000";
  // Where clients that discover endpoints are sent: here, and not to the service.
  std::string endpoint = "localhost";
};

struct Answer {
  int status = 200;
  std::string body;  // JSON: the result, or {"__type":…,"message":…}
};

class Engine {
 public:
  Engine(std::unique_ptr<Storage> storage, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // `operation` is the bare name ("PutItem").
  Answer handle(std::string_view operation, std::string_view body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tabletheory::engine
