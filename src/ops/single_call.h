// SingleCall: the part that operations of one request share — send it, repeat it by the rules of retries, then settle.
#pragma once

#include <optional>

#include "ops/call.h"
#include "ops/operation.h"

namespace tabletheory::ops {

class SingleCall : public Operation {
 public:
  Step next() final;
  void on_response(std::uint32_t id, Result<Response> response) final { calls_.on_response(id, std::move(response)); }

  // The service operation and the exact body of its request.
  std::string_view service_operation() const { return calls_.operation(0); }
  const std::string& request() const { return calls_.body(0); }

 protected:
  SingleCall(const Environment& environment, std::string_view operation, std::string body, Repeat repeat)
      : calls_(environment) {
    calls_.add(operation, std::move(body), repeat);
  }
  // Reads the outcome; called once, when the call has settled.
  virtual Result<void> settle(Outcome& outcome) = 0;

 private:
  CallGroup calls_;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
