// Server: the engine over HTTP/1.1, as DynamoDB's clients expect it.
//
//     TT_TRY(auto server, Server::listen({.port = 0}));          // bound: connections wait
//     Engine engine(make_memory_storage(), {.endpoint = server->authority()});
//     server->start(engine, {});
//     …
//     server->stop();                                            // answers what is under way, then closes
//
// A small fixed number of threads, each with its own connections; an idle server wakes nobody. Every connection,
// header, body and wait has a limit. Thread-safety: `start` and `stop` are called by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/engine.h"
#include "server/access_log.h"
#include "server/protocol.h"
#include "tabletheory/error.h"

namespace tabletheory::server {

struct Limits {
  std::size_t connections = 1024;  // at the limit, the connection idle for longest makes room
  std::size_t head_bytes = 16 * 1024;
  std::size_t body_bytes = 16 * 1024 * 1024 + 64 * 1024;  // the service's limit, and slack for what surrounds the data
  std::size_t buffered_bytes = 256 * 1024 * 1024;  // of all bodies together; a request beyond them is refused (503)
  std::chrono::milliseconds idle{300'000};         // between requests
  std::chrono::milliseconds head{10'000};          // from a request's first byte to the end of its headers
  std::chrono::milliseconds body{60'000};          // from there to its last byte
  std::chrono::milliseconds write{30'000};         // until the client has taken the answer
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address of this machine, or localhost
  std::uint16_t port = 0;          // 0: a free one
  int threads = 2;
  Limits limits = {};
};

class Server {
 public:
  // Binds. ErrTransport, with what to do, when the address is none of this machine's or is in use.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options);

  virtual ~Server() = default;  // stops
  virtual std::uint16_t port() const = 0;
  virtual std::string authority() const = 0;  // host:port, as in a URL
  virtual bool is_loopback() const = 0;
  // Serves until `stop`. The engine must outlive it. `log` may be empty.
  virtual void start(engine::Engine& engine, ProtocolOptions protocol, LogSink log = {}) = 0;
  virtual void stop() = 0;
};

}  // namespace tabletheory::server
