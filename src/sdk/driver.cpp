#include "sdk/driver.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace tabletheory::detail {
namespace {

// More than this many requests of one operation are never in flight at once.
constexpr std::size_t kMaxThreads = 32;

}  // namespace

Driver::Driver(const ClientCore& client) : client_(client) {
  if (const auto left = client.time_left()) deadline_ = client.elapsed() + *left;
}

Result<bool> Driver::run(ops::Operation& operation) {
  // Every step is bounded: operations send at most max_attempts times a request, and every page makes progress.
  for (;;) {
    ops::Step step = operation.next();
    if (auto* to_send = std::get_if<ops::Send>(&step)) {
      send(operation, *to_send);
    } else if (const auto* sleep = std::get_if<ops::Sleep>(&step)) {
      // No sleep past the deadline. The operation hears of it with its next request, as it knows what that means.
      const auto left = time_left();
      if (!left || sleep->duration < *left) {
        client_.sleep(sleep->duration);
      } else {
        expired_ = true;
      }
    } else if (auto* failed = std::get_if<ops::Failed>(&step)) {
      return std::unexpected(std::move(failed->error));
    } else {
      return std::holds_alternative<ops::PageReady>(step);
    }
  }
}

void Driver::send(ops::Operation& operation, ops::Send& to_send) const {
  std::vector<ops::Request>& requests = to_send.requests;
  if (requests.size() == 1) return operation.on_response(requests.front().id, send(requests.front()));
  std::vector<Result<ops::Response>> responses(requests.size(), Result<ops::Response>(std::in_place));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < requests.size(); i = next++) responses[i] = send(requests[i]);
  };
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t i = 1; i < std::min(requests.size(), kMaxThreads); ++i) threads.emplace_back(work);
    } catch (const std::system_error&) {
      // No more threads to be had: those there are share the work.
    }
    work();
  }  // all joined
  for (std::size_t i = 0; i < requests.size(); ++i) operation.on_response(requests[i].id, std::move(responses[i]));
}

Result<ops::Response> Driver::send(const ops::Request& request) const {
  TT_CHECK(check_limits());
  TT_TRY(TransportAnswer answer, client_.transport()->call({.service = request.service,
                                                            .operation = request.operation,
                                                            .body = request.body,
                                                            .time_left = time_left(),
                                                            .cancel = client_.limits().cancel}));
  return ops::Response{answer.status, std::move(answer.body), std::move(answer.request_id)};
}

Result<void> Driver::check_limits() const {
  if (client_.limits().cancel.stop_requested()) {
    return fail(ErrorCode::kCancelled, "the call was cancelled before its request was sent");
  }
  if (const auto left = time_left(); expired_ || (left && *left <= std::chrono::nanoseconds::zero())) {
    return fail(ErrorCode::kTimeout, "the timeout passed before the request was sent; allow more time");
  }
  return {};
}

std::optional<std::chrono::nanoseconds> Driver::time_left() const {
  if (!deadline_) return std::nullopt;
  return *deadline_ - client_.elapsed();
}

}  // namespace tabletheory::detail
