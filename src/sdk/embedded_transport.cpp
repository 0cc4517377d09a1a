#include "sdk/embedded_transport.h"

#include <map>
#include <mutex>

#include "engine/engine.h"
#include "engine/sqlite/file_storage.h"
#include "engine/storage.h"

namespace tabletheory::sdk {
namespace {

class EmbeddedTransport final : public Transport {
 public:
  EmbeddedTransport(std::unique_ptr<engine::Storage> storage, std::function<Timestamp()> now)
      : engine_(std::move(storage), engine::EngineOptions{.now = std::move(now)}) {}

  Result<TransportAnswer> call(const TransportCall& call) override {
    if (call.service == Service::kKms) {
      return fail(ErrorCode::kTransport,
                  "the embedded engine has no KMS; use an encryption provider that needs none, or connect to aws:");
    }
    engine::Answer answer = engine_.handle(call.operation, call.body);
    return TransportAnswer{answer.status, std::move(answer.body), {}};
  }

 private:
  engine::Engine engine_;
};

// The process's shared engines, by the name of one in memory or the path of a file. They hold no thread, and a file
// only as long as somebody uses it, so nothing has to be closed at the end.
class SharedEngines {
 public:
  // The engine of that key, or the one that `make` gives.
  template <class Make>
  Result<std::shared_ptr<Transport>> find_or(const std::string& key, const Make& make) {
    const std::lock_guard lock(mutex_);
    if (auto existing = by_key_[key].lock()) return existing;
    TT_TRY(std::shared_ptr<Transport> created, make());
    by_key_[key] = created;
    return created;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Transport>> by_key_;
};

SharedEngines& named_engines() {
  static SharedEngines engines;
  return engines;
}

SharedEngines& file_engines() {
  static SharedEngines engines;
  return engines;
}

}  // namespace

std::shared_ptr<Transport> make_embedded_transport(const std::string& name, std::function<Timestamp()> now) {
  const auto make = [&]() -> Result<std::shared_ptr<Transport>> {
    return std::make_shared<EmbeddedTransport>(engine::make_memory_storage(), std::move(now));
  };
  return name.empty() ? *make() : *named_engines().find_or(name, make);
}

Result<std::shared_ptr<Transport>> make_file_transport(const std::string& path, std::function<Timestamp()> now) {
  return file_engines().find_or(engine::storage_path(path), [&]() -> Result<std::shared_ptr<Transport>> {
    TT_TRY(auto storage, engine::open_file_storage(path));
    return std::make_shared<EmbeddedTransport>(std::move(storage), std::move(now));
  });
}

}  // namespace tabletheory::sdk
