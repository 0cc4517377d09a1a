#include "net/exchange.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "net/answer_body.h"
#include "net/failures.h"
#include "value/base64.h"

namespace tabletheory::net {
namespace {

constexpr std::size_t kReadBytes = 32 * 1024;

std::string connect_head(const http::Url& target, const http::Url& proxy) {
  std::string head = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target.host_and_port());
  if (!proxy.userinfo.empty()) {
    const std::string pair = http::percent_decode(proxy.userinfo).value_or(proxy.userinfo);
    head += "Proxy-Authorization: Basic ";
    value::append_base64({reinterpret_cast<const std::uint8_t*>(pair.data()), pair.size()}, head);
    head += "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

Exchange::Exchange(Shared shared, const http::Request& request, const Limits& limits)
    : shared_(shared), request_(request) {
  const auto now = Clock::now();
  if (limits.time_left) deadline_ = now + *limits.time_left;
  attempt_end_ = now + limits.attempt_timeout.value_or(shared.options.attempt_timeout);
  phase_end_ = attempt_end_;
  proxy_ = request.no_proxy ? nullptr : shared.options.proxy.find(request.url);
  tunnels_ = proxy_ != nullptr && request.url.tls;
  key_ = where();
  if (proxy_ != nullptr) key_ = tunnels_ ? key_ + " via " + proxy_->host_and_port() : "via " + proxy_->host_and_port();
}

Exchange::~Exchange() {
  if (enqueued_) shared_.pool.dequeue(key_, &slot_wake_);
}

std::string Exchange::where() const {
  return (request_.url.tls ? "https://" : "http://") + request_.url.host_and_port();
}

int Exchange::fd() const {
  if (state_ == State::kSlot) return slot_wake_.fd();
  if (state_ == State::kLookup) return lookup_->fd();
  return lease_->connection().fd();
}

short Exchange::events() const {
  return events_;
}

Clock::time_point Exchange::wake_at() const {
  const auto end = std::min(phase_end_, attempt_end_);
  return deadline_ ? std::min(*deadline_, end) : end;
}

void Exchange::enter(State state, std::chrono::milliseconds limit) {
  state_ = state;
  phase_end_ = Clock::now() + limit;
}

void Exchange::wait_for(Progress progress) {
  waits_ = true;
  events_ = progress.kind == Progress::Kind::kWantWrite ? POLLOUT : POLLIN;
}

void Exchange::fail_with(Error error) {
  outcome_ = std::unexpected(std::move(error));
  lease_.reset();
}

void Exchange::cancel() {
  if (done()) return;
  fail_with(stopped(ErrorCode::kCancelled,
                    sent_ ? "the call was cancelled while its answer was awaited"
                          : "the call was cancelled before its request was sent",
                    sent_));
}

void Exchange::check_clock() {
  const auto now = Clock::now();
  if (deadline_ && now >= *deadline_) {
    return fail_with(stopped(ErrorCode::kTimeout,
                             fmt::format("the timeout passed {}; allow more time",
                                         sent_ ? "while the answer was awaited" : "before the request was sent"),
                             sent_));
  }
  if (now >= phase_end_ || now >= attempt_end_) phase_ran_out();
}

void Exchange::phase_ran_out() {
  switch (state_) {
    case State::kRead:
      return fail_with(attempt_timed_out(fmt::format("{} did not answer in time; the timeouts are options", where())));
    case State::kSlot:
      return fail_with(not_sent(fmt::format("all {} connections to {} were in use for too long; allow more of them",
                                            shared_.options.max_connections, where())));
    case State::kLookup:
      return fail_with(not_sent(fmt::format("the name of {} was not resolved in time", where())));
    case State::kConnect:
      if (Clock::now() < attempt_end_) return connect_next("no answer within the connect timeout");
      [[fallthrough]];
    default:
      return fail_with(not_sent(fmt::format("{} could not be reached in time", where())));
  }
}

void Exchange::lose(std::string_view why) {
  if (state_ == State::kRead && sent_) {
    return fail_with(answer_lost(fmt::format("the answer of {} was lost: {}", where(), why)));
  }
  fail_with(not_sent(fmt::format("{} could not be reached: {}; nothing was sent", where(), why)));
}

void Exchange::advance() {
  waits_ = false;
  check_clock();
  // Every step waits, ends, or goes to a later state.
  while (!done() && !waits_) step();
}

void Exchange::step() {
  switch (state_) {
    case State::kSlot:
      return take_slot();
    case State::kLookup:
      return look_up();
    case State::kConnect:
      return finish_connect();
    case State::kAskProxy:
      return ask_proxy();
    case State::kProxySays:
      return hear_proxy();
    case State::kProxyTls:
    case State::kTls:
      return shake_hands();
    case State::kWrite:
      return write_request();
    case State::kRead:
      return read_answer();
  }
}

void Exchange::take_slot() {
  slot_wake_.clear();
  if (auto lease = shared_.pool.acquire(key_)) {
    if (enqueued_) shared_.pool.dequeue(key_, &slot_wake_);
    enqueued_ = false;
    lease_.emplace(std::move(*lease));
    if (lease_->reused()) return begin_request();
    const http::Url& peer = proxy_ != nullptr ? *proxy_ : request_.url;
    lookup_.emplace(peer.host, peer.port);
    return enter(State::kLookup, shared_.options.connect_timeout);
  }
  if (enqueued_) shared_.pool.dequeue(key_, &slot_wake_);
  shared_.pool.enqueue(key_, &slot_wake_);
  enqueued_ = true;
  wait_for({Progress::Kind::kWantRead});
}

void Exchange::look_up() {
  if (!lookup_->done()) return wait_for({Progress::Kind::kWantRead});
  addresses_ = lookup_->addresses();
  if (addresses_.empty()) {
    const http::Url& peer = proxy_ != nullptr ? *proxy_ : request_.url;
    return fail_with(not_sent(fmt::format("{} has no address: {}; check the name, the region and the network",
                                          peer.host, lookup_->problem())));
  }
  connect_next({});
}

void Exchange::connect_next(std::string_view problem) {
  std::string why(problem);
  while (next_address_ < addresses_.size()) {
    lease_->renew();
    enter(State::kConnect, shared_.options.connect_timeout);
    if (lease_->connection().begin_connect(addresses_[next_address_++])) {
      return wait_for({Progress::Kind::kWantWrite});
    }
    why = lease_->connection().problem();
  }
  lose(why);
}

void Exchange::finish_connect() {
  const Progress progress = lease_->connection().finish_connect();
  if (progress.kind == Progress::Kind::kMoved) return connected();
  if (progress.kind == Progress::Kind::kWantWrite) return wait_for(progress);
  connect_next(std::string(lease_->connection().problem()));
}

void Exchange::connected() {
  lease_->connection().opened = Clock::now();
  if (proxy_ != nullptr && proxy_->tls) return begin_tls(State::kProxyTls, proxy_->host);
  peer_reached();
}

// The host itself, or the proxy.
void Exchange::peer_reached() {
  if (tunnels_) {
    head_ = connect_head(request_.url, *proxy_);
    written_ = 0;
    return enter(State::kAskProxy, shared_.options.connect_timeout);
  }
  if (request_.url.tls) return begin_tls(State::kTls, request_.url.host);
  begin_request();
}

void Exchange::ask_proxy() {
  const Progress progress = lease_->connection().write(std::string_view(head_).substr(written_));
  switch (progress.kind) {
    case Progress::Kind::kMoved:
      written_ += progress.bytes;
      if (written_ < head_.size()) return;
      parser_.emplace(shared_.options.max_header_bytes, shared_.options.max_body_bytes, true);
      state_ = State::kProxySays;
      return wait_for({Progress::Kind::kWantRead});
    case Progress::Kind::kWantRead:
    case Progress::Kind::kWantWrite:
      return wait_for(progress);
    default:
      return lose("the proxy closed the connection");
  }
}

void Exchange::hear_proxy() {
  // One byte at a time would be slow; more than the head cannot come, as TLS begins with us.
  std::array<char, 1024> buffer;
  const Progress progress = lease_->connection().read(buffer);
  if (progress.kind == Progress::Kind::kWantRead) return wait_for(progress);
  if (progress.kind != Progress::Kind::kMoved) return lose("the proxy closed the connection");
  const auto whole = parser_->feed({buffer.data(), progress.bytes});
  if (!whole) return lose("the proxy's answer makes no sense: " + whole.error());
  if (!*whole) return;
  const http::Response answer = parser_->take();
  if (answer.status != 200) return lose(fmt::format("the proxy refused with HTTP status {}", answer.status));
  begin_tls(State::kTls, request_.url.host);
}

void Exchange::begin_tls(State state, const std::string& host) {
  if (auto begun = lease_->connection().begin_tls(shared_.tls, host); !begun) {
    return fail_with(std::move(begun).error());
  }
  enter(state, shared_.options.tls_timeout);
}

void Exchange::shake_hands() {
  const Progress progress = lease_->connection().handshake();
  switch (progress.kind) {
    case Progress::Kind::kMoved:
      return state_ == State::kProxyTls ? peer_reached() : begin_request();
    case Progress::Kind::kWantRead:
    case Progress::Kind::kWantWrite:
      return wait_for(progress);
    default:
      return lose((state_ == State::kProxyTls ? "TLS with the proxy failed: " : "TLS failed: ") +
                  lease_->connection().problem());
  }
}

void Exchange::begin_request() {
  const bool absolute = proxy_ != nullptr && !tunnels_;
  head_ = http::serialize_head(request_, absolute);
  if (absolute && !proxy_->userinfo.empty()) {
    const std::string head = connect_head(request_.url, *proxy_);
    const std::size_t start = head.find("Proxy-Authorization");
    head_.insert(head_.size() - 2, head.substr(start, head.size() - 2 - start));
  }
  written_ = 0;
  parser_.emplace(shared_.options.max_header_bytes, shared_.options.max_body_bytes);
  enter(State::kWrite, shared_.options.read_timeout);
}

void Exchange::write_request() {
  const std::string_view head = std::string_view(head_).substr(std::min(written_, head_.size()));
  const std::string_view body =
      std::string_view(request_.body).substr(written_ > head_.size() ? written_ - head_.size() : 0);
  const Progress progress = lease_->connection().write(head, body);
  switch (progress.kind) {
    case Progress::Kind::kMoved:
      written_ += progress.bytes;
      phase_end_ = Clock::now() + shared_.options.read_timeout;
      if (written_ < head_.size() + request_.body.size()) return;
      sent_ = true;
      state_ = State::kRead;
      return wait_for({Progress::Kind::kWantRead});
    case Progress::Kind::kWantRead:
    case Progress::Kind::kWantWrite:
      return wait_for(progress);
    default:
      // A server may refuse what it has not read to its end: look for its answer.
      return enter(State::kRead, shared_.options.read_timeout);
  }
}

void Exchange::read_answer() {
  static thread_local std::array<char, kReadBytes> buffer;
  const Progress progress = lease_->connection().read(buffer);
  switch (progress.kind) {
    case Progress::Kind::kMoved: {
      phase_end_ = Clock::now() + shared_.options.read_timeout;
      const auto whole = parser_->feed({buffer.data(), progress.bytes});
      if (!whole) return lose("it makes no sense: " + whole.error());
      if (*whole) return succeed();
      return;
    }
    case Progress::Kind::kWantRead:
    case Progress::Kind::kWantWrite:
      return wait_for(progress);
    case Progress::Kind::kEnd: {
      const auto whole = parser_->feed_end();
      if (whole && *whole) return succeed();
      return lose(parser_->has_begun() ? "it was cut off" : "the connection was closed before it came");
    }
    case Progress::Kind::kFailed:
      return lose(lease_->connection().problem());
  }
}

void Exchange::succeed() {
  const bool keep = parser_->keeps_alive() && sent_;
  http::Response response = parser_->take();
  if (auto checked = check_and_unpack(response, shared_.options.max_body_bytes); !checked) {
    return lose(checked.error());
  }
  if (keep) lease_->give_back();
  lease_.reset();
  outcome_ = std::move(response);
}

}  // namespace tabletheory::net
