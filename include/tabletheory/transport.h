// Transport: the one seam below the client. Everything under it speaks the services' own JSON protocols, so the
// embedded engine, a real endpoint, a spy and a test double are interchangeable.
//
//     class Spy final : public tabletheory::Transport {
//       Result<TransportAnswer> call(const TransportCall& call) override {
//         std::clog << call.operation << '\n';
//         return next_->call(call);
//       }
//       …
//     };
//     auto client = Client::over(std::make_shared<Spy>(inner.transport()));
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "tabletheory/error.h"

namespace tabletheory {

// The API a call belongs to. A transport that does not reach one answers ErrTransport, saying so.
enum class Service : std::uint8_t { kDynamoDb, kDynamoDbStreams, kKms };

// One call. The views are valid until the transport returns.
struct TransportCall {
  Service service = Service::kDynamoDb;
  std::string_view operation = {};  // the bare name: "PutItem", "GenerateDataKey"
  std::string_view body = {};       // JSON
  // What is left of the caller's timeout; none without one. Past it, answer ErrTimeout: with ErrOutcomeUnknown beside
  // it when the request had been sent.
  std::optional<std::chrono::nanoseconds> time_left = {};
  std::stop_token cancel = {};  // once requested: ErrCancelled, in the same way
};

struct TransportAnswer {
  int status = 200;        // HTTP status
  std::string body;        // JSON
  std::string request_id;  // empty when the target gives none
};

// Implement it to reach another target, to spy, or to inject faults in tests. Called from any thread, several at once.
class Transport {
 public:
  virtual ~Transport() = default;
  // An error status is an answer, not an error. ErrTransport when there is no usable answer: built with a true
  // `retryable` (Error::from_service) when nothing can have been written.
  virtual Result<TransportAnswer> call(const TransportCall& call) = 0;
};

}  // namespace tabletheory
