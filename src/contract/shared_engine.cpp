#include "contract/shared_engine.h"

#include <utility>

namespace tabletheory::contract {

Result<std::unique_ptr<SharedEngine>> SharedEngine::start() {
  TT_TRY(auto listening, server::Server::listen({}));
  return std::unique_ptr<SharedEngine>(new SharedEngine(std::move(listening)));
}

SharedEngine::SharedEngine(std::unique_ptr<server::Server> listening)
    : server_(std::move(listening)), engine_(engine::make_memory_storage(), {.endpoint = server_->authority()}) {
  server_->start(engine_, {});
}

}  // namespace tabletheory::contract
