// OperationRun: a request on its way, driven by the core or by the host (docs/c-abi.md, "Course of a call").
//
//     TT_TRY(auto run, OperationRun::begin(state, request));
//     Outcome page = run->run();                       // by the core, or
//     HostStep step = run->next(); … run->respond(id, response);    // by the host
//
// One thread at a time, but for cancel().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capi/call.h"
#include "ops/operation.h"
#include "sdk/driver.h"

namespace tabletheory::capi {

class OperationRun {
 public:
  // All local checks; nothing has been sent.
  static Result<std::unique_ptr<OperationRun>> begin(std::shared_ptr<ClientState> state, std::string_view request);

  // A page, the end or a failure: its step (TT_STEP_…) and tape, with the error of a failure.
  struct Outcome {
    int step = TT_STEP_DONE;
    std::string tape;
    std::optional<Error> error;
  };
  Outcome run();

  struct HostStep {
    int step = TT_STEP_DONE;
    std::vector<ops::Request>* requests = nullptr;  // TT_STEP_SEND; valid until the next call
    std::chrono::milliseconds sleep{};
    Outcome outcome;  // of any other step
  };
  HostStep next();
  void respond(std::uint32_t id, Result<ops::Response> response);
  // One request by the client's own transport, within the request's limits.
  Result<TransportAnswer> call_transport(Service service, std::string_view operation, std::string_view body) const;

  void cancel() { scope_->cancel(); }
  ClientState& state() { return scope_->state(); }

 private:
  OperationRun(std::unique_ptr<CallScope> scope, std::unique_ptr<Call> call);
  Outcome page_or_end(bool is_page);
  Outcome failed(const Error& error);

  std::unique_ptr<CallScope> scope_;
  std::unique_ptr<Call> call_;
  detail::Driver driver_;
  std::vector<ops::Request> requests_;
  bool ended_ = false;
};

// The tape of an error.
OperationRun::Outcome failure(const Error& error, Call* call = nullptr);

}  // namespace tabletheory::capi
