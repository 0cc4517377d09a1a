// CallGroup: requests of one operation, each sent and repeated by the rules of docs/spec/operations.md ("Retries and
// deadlines"). Every operation of this layer sends through it.
//
//     calls.add("GetItem", body, Repeat::kAlways);
//     while (auto step = calls.next()) …hand the step to the driver…
//     Outcome& outcome = calls.outcome(0);
//
// How transports say what happened (the error of on_response):
//   ErrTransport, retryable      the request was not written: nothing can have happened
//   ErrTransport, not retryable  the answer was lost: the outcome is unknown
//   ErrTimeout, retryable        this attempt timed out: the outcome is unknown
//   ErrTimeout, ErrCancelled     the caller's deadline or cancellation: nothing is retried past it. Where the request
//                                was cut off after it had been sent, the transport's error also answers to
//                                ErrOutcomeUnknown
// Any other error is final and is passed on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/environment.h"
#include "ops/operation.h"
#include "ops/service_errors.h"

namespace tabletheory::ops {

// What may be done after an answer that leaves the outcome unknown.
enum class Repeat : std::uint8_t {
  kRead,     // nothing is written: the outcome of an attempt does not matter
  kAlways,   // unconditional put and delete, pure SET/REMOVE, transactions with their token
  kGuarded,  // the write's own condition keeps it from happening twice; a repeat asks for ALL_OLD, which decides
  kNever,    // sending it again could apply it twice: ErrOutcomeUnknown
};

struct Outcome {
  std::optional<Response> response;     // a usable answer of status 200
  std::optional<ServiceError> refusal;  // the service's last word otherwise
  std::optional<Error> error;           // the error so far: of the transport, or mapped from `refusal`
  std::optional<Response> refused;      // the answer behind `refusal`, as it came
  int attempts = 0;
  // An earlier attempt's outcome is unknown, so a refusal may be the echo of our own success.
  bool earlier_unknown = false;
};

class CallGroup {
 public:
  explicit CallGroup(const Environment& environment) : environment_(environment) {}

  // Adds a request to be sent with the next step; the value is its number, from 0 after clear().
  std::size_t add(std::string_view operation, std::string body, Repeat repeat, Service service = Service::kDynamoDb);
  // Forgets settled calls.
  void clear();

  // Send or Sleep while something is to be done; nullopt once every call has settled.
  std::optional<Step> next();
  void on_response(std::uint32_t id, Result<Response> response);

  std::size_t size() const { return calls_.size(); }
  Outcome& outcome(std::size_t call) { return calls_[call].outcome; }
  std::string_view operation(std::size_t call) const { return calls_[call].operation; }
  const std::string& body(std::size_t call) const { return calls_[call].body; }

 private:
  enum class State : std::uint8_t { kReady, kSent, kWaiting, kSettled };
  struct Call {
    std::string_view operation;
    std::string body;
    Repeat repeat;
    Service service;
    State state = State::kReady;
    std::uint32_t id = 0;
    int quota_taken = 0;
    std::chrono::milliseconds delay{};
    Outcome outcome;
  };
  // kSafe: refused before anything was done. kUnknown: it may have been done. kFinal: repeating does not help.
  enum class Fault : std::uint8_t { kSafe, kThrottled, kUnknown, kTimedOut, kFinal, kStopped };
  static Fault classify(const ServiceError& refusal);
  static Fault classify(const Error& error);
  bool may_retry(Call& call, Fault fault) const;
  void settle_or_retry(Call& call, Fault fault);
  void settle_success(Call& call);
  static void tell_outcome(Call& call, Fault fault);

  const Environment& environment_;
  std::vector<Call> calls_;
  std::uint32_t next_id_ = 0;
};

// What an operation does at a point of its course that may need calls of its own, such as asking for keys: the next
// step, nothing once it is through, or the error that ends the operation.
using Detour = Result<std::optional<Step>>;

// Full jitter: a random share of min(cap, base · 2^n).
std::chrono::milliseconds full_jitter(const Environment& environment, std::chrono::milliseconds base, int n);

}  // namespace tabletheory::ops
