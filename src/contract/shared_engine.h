// SharedEngine: the private engine over HTTP in which several runtimes meet where the address is `memory:`
// (docs/spec/scenarios.md, `seed_runtime`). It listens on 127.0.0.1 and lives as long as this object.
#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"
#include "server/server.h"
#include "tabletheory/error.h"

namespace tabletheory::contract {

class SharedEngine {
 public:
  static Result<std::unique_ptr<SharedEngine>> start();
  ~SharedEngine() { server_->stop(); }
  SharedEngine(const SharedEngine&) = delete;
  SharedEngine& operator=(const SharedEngine&) = delete;

  std::string address() const { return "http://" + server_->authority(); }

 private:
  explicit SharedEngine(std::unique_ptr<server::Server> listening);

  std::unique_ptr<server::Server> server_;
  engine::Engine engine_;
};

}  // namespace tabletheory::contract
