#include "capi/operation_run.h"

#include "capi/errors.h"

namespace tabletheory::capi {

OperationRun::Outcome failure(const Error& error, Call* call) {
  TapeWriter out;
  write_error(error, call, out);
  return {TT_STEP_FAILED, out.finish(), error};
}

OperationRun::OperationRun(std::unique_ptr<CallScope> scope, std::unique_ptr<Call> call)
    : scope_(std::move(scope)), call_(std::move(call)), driver_(scope_->client()) {}

Result<std::unique_ptr<OperationRun>> OperationRun::begin(std::shared_ptr<ClientState> state,
                                                          std::string_view request) {
  TT_CHECK(state->check_process());
  TT_TRY(const Tape tape, Tape::read(request));
  TT_TRY(const Arguments arguments, Arguments::of(tape.root(), "a request"));
  TT_TRY(auto scope, CallScope::make(std::move(state), arguments));
  TT_TRY(auto call, make_call(*scope, arguments));
  return std::unique_ptr<OperationRun>(new OperationRun(std::move(scope), std::move(call)));
}

OperationRun::Outcome OperationRun::failed(const Error& error) {
  ended_ = true;
  return failure(error, call_.get());
}

OperationRun::Outcome OperationRun::page_or_end(bool is_page) {
  TapeWriter out;
  ended_ = !is_page;
  if (!is_page && call_->gives_pages()) {
    out.absent();
  } else if (const auto written = call_->write(out); !written) {
    return failed(written.error());
  }
  return {is_page ? TT_STEP_PAGE : TT_STEP_DONE, out.finish(), {}};
}

OperationRun::Outcome OperationRun::run() {
  if (ended_) return failed(Error(ErrorCode::kInternal, "an operation is run after its end"));
  ops::Operation* operation = call_->operation();
  if (operation == nullptr) return page_or_end(false);
  const auto is_page = driver_.run(*operation);
  return is_page ? page_or_end(*is_page) : failed(is_page.error());
}

OperationRun::HostStep OperationRun::next() {
  HostStep host;
  ops::Operation* operation = call_->operation();
  if (ended_) {
    host.outcome = failed(Error(ErrorCode::kInternal, "an operation is driven on after its end"));
  } else if (operation == nullptr) {
    host.outcome = page_or_end(false);
  } else {
    ops::Step step = operation->next();
    if (auto* send = std::get_if<ops::Send>(&step)) {
      requests_ = std::move(send->requests);
      host.requests = &requests_;
      host.step = TT_STEP_SEND;
      return host;
    }
    if (const auto* sleep = std::get_if<ops::Sleep>(&step)) {
      host.sleep = sleep->duration;
      host.step = TT_STEP_SLEEP;
      return host;
    }
    const auto* error = std::get_if<ops::Failed>(&step);
    host.outcome = error != nullptr ? failed(error->error) : page_or_end(std::holds_alternative<ops::PageReady>(step));
  }
  host.step = host.outcome.step;
  return host;
}

void OperationRun::respond(std::uint32_t id, Result<ops::Response> response) {
  if (ops::Operation* operation = call_->operation()) operation->on_response(id, std::move(response));
}

Result<TransportAnswer> OperationRun::call_transport(Service service, std::string_view operation,
                                                     std::string_view body) const {
  const detail::ClientCore& client = scope_->client();
  if (scope_->is_cancelled()) return fail(ErrorCode::kCancelled, "the call was cancelled before its request was sent");
  return client.transport()->call({.service = service,
                                   .operation = operation,
                                   .body = body,
                                   .time_left = client.time_left(),
                                   .cancel = client.limits().cancel});
}

}  // namespace tabletheory::capi
