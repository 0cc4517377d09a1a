#include "sdk/embedded_transport.h"

#include <map>
#include <mutex>

#include "engine/engine.h"
#include "engine/storage.h"

namespace tabletheory::sdk {
namespace {

class EmbeddedTransport final : public Transport {
 public:
  explicit EmbeddedTransport(std::function<Timestamp()> now)
      : engine_(engine::make_memory_storage(), engine::EngineOptions{.now = std::move(now)}) {}

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

// The process's named engines. They hold no thread and no resource beyond memory, so nothing has to be closed.
struct SharedEngines {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<Transport>> by_name;
};

SharedEngines& shared_engines() {
  static SharedEngines engines;
  return engines;
}

}  // namespace

std::shared_ptr<Transport> make_embedded_transport(const std::string& name, std::function<Timestamp()> now) {
  if (name.empty()) return std::make_shared<EmbeddedTransport>(std::move(now));
  SharedEngines& engines = shared_engines();
  const std::lock_guard lock(engines.mutex);
  if (auto existing = engines.by_name[name].lock()) return existing;
  auto created = std::make_shared<EmbeddedTransport>(std::move(now));
  engines.by_name[name] = created;
  return created;
}

}  // namespace tabletheory::sdk
