#include "ops/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/retry_quota.h"

namespace tabletheory::ops {
namespace {

constexpr std::string_view kAskForItem = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";

// A repeated write asks for the item as it stands, so that a failed condition can be told from our own success.
void ask_for_item(std::string& body) {
  if (body.ends_with(kAskForItem)) return;
  body.pop_back();
  body += kAskForItem;
}

}  // namespace

std::chrono::milliseconds full_jitter(const Environment& environment, std::chrono::milliseconds base, int n) {
  constexpr int kMaxDoublings = 30;  // beyond any cap, and still within 64 bits
  const std::int64_t ceiling =
      std::min<std::int64_t>(environment.retry.max_delay.count(), base.count() << std::clamp(n, 0, kMaxDoublings));
  constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^-53
  const double share = static_cast<double>(environment.random() >> 11) * kScale;
  return std::chrono::milliseconds(static_cast<std::int64_t>(share * static_cast<double>(ceiling)));
}

std::size_t CallGroup::add(std::string_view operation, std::string body, Repeat repeat, Service service) {
  Call call;
  call.operation = operation;
  call.body = std::move(body);
  call.repeat = repeat;
  call.service = service;
  calls_.push_back(std::move(call));
  return calls_.size() - 1;
}

void CallGroup::clear() {
  calls_.clear();
}

std::optional<Step> CallGroup::next() {
  std::chrono::milliseconds delay{};
  bool waiting = false, sent = false;
  for (Call& call : calls_) {
    sent |= call.state == State::kSent;
    if (call.state != State::kWaiting) continue;
    waiting = true;
    delay = std::max(delay, call.delay);
  }
  if (sent) return Step(Send{});  // the driver owes answers
  if (waiting) {
    for (Call& call : calls_)
      if (call.state == State::kWaiting) call.state = State::kReady;
    return Step(Sleep{delay});
  }
  Send send;
  for (Call& call : calls_) {
    if (call.state != State::kReady) continue;
    call.state = State::kSent;
    call.id = next_id_++;
    ++call.outcome.attempts;
    send.requests.push_back({call.id, call.operation, call.body, call.service});
  }
  if (send.requests.empty()) return std::nullopt;
  return Step(std::move(send));
}

void CallGroup::on_response(std::uint32_t id, Result<Response> response) {
  const auto found =
      std::ranges::find_if(calls_, [&](const Call& call) { return call.state == State::kSent && call.id == id; });
  if (found == calls_.end()) return;  // not ours, or answered already
  Call& call = *found;
  if (!response) {
    const Fault fault = classify(response.error());
    call.outcome.refusal.reset();
    call.outcome.refused.reset();
    call.outcome.error = std::move(response).error();
    return settle_or_retry(call, fault);
  }
  if (response->status == 200) {
    call.outcome.response = std::move(*response);
    return settle_success(call);
  }
  call.outcome.refusal = ServiceError::read(*response);
  call.outcome.refused = std::move(*response);
  call.outcome.error = call.outcome.refusal->to_error();
  settle_or_retry(call, classify(*call.outcome.refusal));
}

CallGroup::Fault CallGroup::classify(const ServiceError& refusal) {
  const auto throttled = [](const ServiceError::Reason& reason) {
    return reason.is_retryable() && reason.code != "TransactionConflict";
  };
  if (refusal.is_safe_to_repeat()) {
    return refusal.is_throttling() || std::ranges::any_of(refusal.reasons, throttled) ? Fault::kThrottled
                                                                                      : Fault::kSafe;
  }
  return refusal.is_outcome_unknown() ? Fault::kUnknown : Fault::kFinal;
}

CallGroup::Fault CallGroup::classify(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kTransport:
      return error.retryable() ? Fault::kSafe : Fault::kUnknown;
    case ErrorCode::kTimeout:
      return error.retryable() ? Fault::kTimedOut : Fault::kStopped;
    case ErrorCode::kCancelled:
      return Fault::kStopped;
    default:
      return Fault::kFinal;
  }
}

bool CallGroup::may_retry(Call& call, Fault fault) const {
  if (fault == Fault::kFinal || fault == Fault::kStopped) return false;
  const bool unknown = fault == Fault::kUnknown || fault == Fault::kTimedOut;
  if (unknown && call.repeat == Repeat::kNever) return false;
  if (call.outcome.attempts >= environment_.retry.max_attempts) return false;
  const int cost = fault == Fault::kTimedOut ? RetryQuota::kTimeoutCost : RetryQuota::kRetryCost;
  if (environment_.quota && !environment_.quota->acquire(cost)) return false;
  call.quota_taken = cost;
  return true;
}

void CallGroup::settle_or_retry(Call& call, Fault fault) {
  const bool unknown = fault == Fault::kUnknown || fault == Fault::kTimedOut;
  if (!may_retry(call, fault)) {
    tell_outcome(call, fault);
    call.state = State::kSettled;
    return;
  }
  if (unknown && call.repeat != Repeat::kRead) {
    call.outcome.earlier_unknown = true;
    if (call.repeat == Repeat::kGuarded) ask_for_item(call.body);
  }
  const auto base = fault == Fault::kThrottled ? environment_.retry.throttle_base_delay : environment_.retry.base_delay;
  call.delay = full_jitter(environment_, base, call.outcome.attempts - 1);
  call.state = State::kWaiting;
}

void CallGroup::settle_success(Call& call) {
  call.outcome.refusal.reset();
  call.outcome.error.reset();
  call.state = State::kSettled;
  if (environment_.quota) environment_.quota->release(call.quota_taken > 0 ? call.quota_taken : 1);
}

// Says in the final error whether the write may have happened.
void CallGroup::tell_outcome(Call& call, Fault fault) {
  Outcome& outcome = call.outcome;
  Error& error = *outcome.error;
  const Error given = error;
  if (call.repeat == Repeat::kRead) {
    // A read cut off on its way has done nothing that could be unknown.
    if (fault == Fault::kStopped && given.is(ErrorCode::kOutcomeUnknown)) error = Error(given.code(), given.message());
  } else if (fault == Fault::kUnknown || fault == Fault::kTimedOut) {
    error = Error(ErrorCode::kOutcomeUnknown,
                  fmt::format("{} may or may not have happened: {}; read the item before you repeat it", call.operation,
                              given.message()))
                .also(given.code())
                .from_service(given.service_type(), given.request_id(), given.http_status(), false);
  } else if (outcome.earlier_unknown && !given.is(ErrorCode::kOutcomeUnknown)) {
    error = Error(given).also(ErrorCode::kOutcomeUnknown);
  }
}

}  // namespace tabletheory::ops
