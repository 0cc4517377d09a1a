// RecordedTransport: answers from a list of exchanges, for tests of bindings (docs/c-abi.md, "Tests without a server").
//
// Each call must be the next one recorded: the same operation, and a request that is the same JSON, whatever the order
// of members. ErrInternal, which nothing retries, names the exchange and the place that differs. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "capi/arguments.h"
#include "tabletheory/transport.h"

namespace tabletheory::capi {

class RecordedTransport final : public Transport {
 public:
  // `exchanges`: LIST of MAP `operation`, `request`, `status` (200 when left out), `body`.
  static Result<std::shared_ptr<RecordedTransport>> make(const Arguments& options);

  Result<TransportAnswer> call(const TransportCall& call) override;
  // ErrInternal when exchanges are left over.
  Result<void> check_all_used() const;

 private:
  struct Exchange {
    std::string operation, request, body;
    int status = 200;
  };
  explicit RecordedTransport(std::vector<Exchange> exchanges) : exchanges_(std::move(exchanges)) {}

  const std::vector<Exchange> exchanges_;
  mutable std::mutex mutex_;
  std::size_t next_ = 0;
};

}  // namespace tabletheory::capi
