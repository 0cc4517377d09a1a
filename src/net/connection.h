// Connection: one non-blocking TCP connection, with TLS or without. Moves bytes; knows nothing of HTTP and never waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "net/lookup.h"
#include "net/tls.h"
#include "net/wake.h"

namespace tabletheory::net {

using Clock = std::chrono::steady_clock;

// What came of one step.
struct Progress {
  enum class Kind : std::uint8_t {
    kMoved,      // `bytes` were moved, or the step is done
    kWantRead,   // try again when the socket is readable
    kWantWrite,  // … writable
    kEnd,        // the peer has closed in good order
    kFailed      // see problem()
  };
  Kind kind = Kind::kMoved;
  std::size_t bytes = 0;
};

class Connection {
 public:
  int fd() const { return socket_.get(); }

  // Begins to connect; false when the system refuses at once. Then `finish_connect` when the socket is writable.
  bool begin_connect(const Address& address);
  Progress finish_connect();

  // Puts TLS over the connection, after which `handshake` is called until it has moved. A second one goes within the
  // first: to a host behind a proxy that is reached by TLS.
  Result<void> begin_tls(TlsContext& tls, const std::string& host);
  Progress handshake();

  Progress write(std::string_view bytes);
  // Both parts as one, so that a small request is one packet.
  Progress write(std::string_view head, std::string_view body);
  Progress read(std::span<char> into);

  // Whether an idle connection is still open and silent.
  bool is_quiet();
  // Why the last step failed.
  const std::string& problem() const { return problem_; }

  Clock::time_point opened = {};      // set by the owner
  Clock::time_point idle_since = {};  // set by the pool

 private:
  Progress tls_progress(int result);
  Progress socket_progress(ssize_t result, Progress::Kind want);
  Progress failed(int error_number);

  Descriptor socket_;
  Ssl outer_;  // to the proxy, when ssl_ lies within; refers to socket_
  Ssl ssl_;    // refers to outer_ or socket_: goes first
  std::string problem_;
};

}  // namespace tabletheory::net
