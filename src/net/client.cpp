#include "net/client.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/event_loop.h"
#include "net/failures.h"

namespace tabletheory::net {
namespace {

// Rounded up, so that the clock is past the moment when poll returns.
int poll_timeout(Clock::time_point until) {
  constexpr std::int64_t kMost = 60'000;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kMost));
}

}  // namespace

HttpClient::HttpClient(ClientOptions options)
    : options_(std::move(options)), pool_(options_), tls_(options_.ca_file, options_.ca_directory) {}

HttpClient::~HttpClient() {
  // After a fork the thread is the parent's: its handle is let go, not waited for.
  if (loop_ && process_ != ::getpid()) loop_.release()->abandon();
}

Result<void> HttpClient::check_process() {
  const pid_t current = ::getpid();
  pid_t first = 0;
  if (process_.compare_exchange_strong(first, current) || first == current) return {};
  return std::unexpected(
      not_sent("the process was forked after this client had been used; connect again in the child process"));
}

Result<http::Response> HttpClient::send(const http::Request& request, const Limits& limits) {
  TT_CHECK(check_process());
  Exchange exchange(shared(), request, limits);
  std::optional<Wake> cancelled;
  std::optional<std::stop_callback<std::function<void()>>> on_cancel;
  if (limits.cancel.stop_possible()) {
    cancelled.emplace();
    on_cancel.emplace(limits.cancel, [&] { cancelled->set(); });
  }
  for (;;) {
    exchange.advance();
    if (exchange.done()) return exchange.take();
    pollfd waits[2] = {{exchange.fd(), exchange.events(), 0}, {cancelled ? cancelled->fd() : -1, POLLIN, 0}};
    const int ready = ::poll(waits, cancelled ? 2 : 1, poll_timeout(exchange.wake_at()));
    if (ready > 0 && waits[1].revents != 0) exchange.cancel();
    if (exchange.done()) return exchange.take();
  }
}

void HttpClient::start(http::Request request, Limits limits, Completion done) {
  if (auto checked = check_process(); !checked) return done(std::unexpected(std::move(checked).error()));
  {
    const std::lock_guard lock(mutex_);
    if (!loop_) loop_ = std::make_unique<EventLoop>(shared());
  }
  loop_->start(std::move(request), std::move(limits), std::move(done));
}

}  // namespace tabletheory::net
