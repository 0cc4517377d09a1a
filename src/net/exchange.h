// Exchange: one request on its way to an answer, as a state machine over non-blocking sockets. Whoever drives it — a
// caller that waits in poll(), or an event loop — waits for `fd` and `events` until `wake_at`, and calls `advance`.
//
// slot in the pool → addresses → TCP → (TLS to the proxy) → (proxy's CONNECT) → (TLS) → request written → answer read
//
// Not thread-safe. Errors are in the terms of net/failures.h.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "net/answer_parser.h"
#include "net/options.h"
#include "net/pool.h"
#include "net/tls.h"

namespace tabletheory::net {

// What all exchanges of a client share.
struct Shared {
  const ClientOptions& options;
  Pool& pool;
  TlsContext& tls;
};

class Exchange {
 public:
  // `request` must outlive the exchange.
  Exchange(Shared shared, const http::Request& request, const Limits& limits);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Goes on as far as is possible without waiting.
  void advance();
  // Ends it with ErrCancelled.
  void cancel();

  bool done() const { return outcome_.has_value(); }
  Result<http::Response> take() { return std::move(*outcome_); }

  int fd() const;
  short events() const;  // POLLIN or POLLOUT
  Clock::time_point wake_at() const;

 private:
  enum class State : std::uint8_t {
    kSlot,       // a connection is to be had
    kLookup,     // the host's addresses
    kConnect,    // TCP
    kProxyTls,   // handshake with the proxy
    kAskProxy,   // CONNECT is being written
    kProxySays,  // its answer is being read
    kTls,        // handshake
    kWrite,      // the request
    kRead,       // the answer
  };

  void step();
  void take_slot();
  void look_up();
  void connect_next(std::string_view problem);
  void finish_connect();
  void connected();
  void peer_reached();
  void begin_tls(State state, const std::string& host);
  void shake_hands();
  void ask_proxy();
  void hear_proxy();
  void write_request();
  void read_answer();
  void succeed();
  void begin_request();
  void enter(State state, std::chrono::milliseconds limit);
  void wait_for(Progress progress);
  void check_clock();
  void phase_ran_out();
  void fail_with(Error error);
  // The connection failed: what that means depends on how far the request has come.
  void lose(std::string_view why);
  std::string where() const;  // "https://host:port"

  Shared shared_;
  const http::Request& request_;
  const http::Url* proxy_ = nullptr;
  bool tunnels_ = false;  // TLS through the proxy
  std::string key_;       // of the pool
  State state_ = State::kSlot;
  bool waits_ = false;  // for fd and events
  short events_ = 0;
  std::optional<Clock::time_point> deadline_;  // the caller's
  Clock::time_point attempt_end_;
  Clock::time_point phase_end_;

  Wake slot_wake_;
  bool enqueued_ = false;
  std::optional<Pool::Lease> lease_;
  std::optional<Lookup> lookup_;
  std::vector<Address> addresses_;
  std::size_t next_address_ = 0;
  std::string head_;
  std::size_t written_ = 0;  // of head and body together
  bool sent_ = false;        // the request was written to its end
  std::optional<AnswerParser> parser_;
  std::optional<Result<http::Response>> outcome_;
};

}  // namespace tabletheory::net
