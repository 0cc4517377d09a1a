// SingleCall: the part that operations of one request share — send it, repeat it by the rules of retries, then settle.
// Before and after it there is room for detours: the keys of encrypted attributes.
#pragma once

#include <optional>

#include "ops/call.h"
#include "ops/operation.h"

namespace tabletheory::ops {

class SingleCall : public Operation {
 public:
  Step next() final;
  void on_response(std::uint32_t id, Result<Response> response) final { calls_.on_response(id, std::move(response)); }

  // The service operation and the exact body of its request. Until it is sent, encrypted values have empty envelopes.
  std::string_view service_operation() const { return operation_; }
  const std::string& request() const { return is_sent_ ? calls_.body(0) : body_; }

 protected:
  SingleCall(const Environment& environment, std::string_view operation, std::string body, Repeat repeat)
      : calls_(environment), operation_(operation), body_(std::move(body)), repeat_(repeat) {}
  void replace_request(std::string body) { body_ = std::move(body); }

  // Until it is through, the request is not sent.
  virtual Detour before_sending(CallGroup&) { return std::nullopt; }
  // Reads the outcome; called once, when the call has settled.
  virtual Result<void> settle(Outcome& outcome) = 0;
  // After settle() went well. Until it is through, the operation does not end.
  virtual Detour before_ending(CallGroup&) { return std::nullopt; }

 private:
  Detour advance();

  CallGroup calls_;
  std::string_view operation_;
  std::string body_;
  Repeat repeat_;
  bool is_sent_ = false, is_settled_ = false;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
