// HttpClient: requests out, answers in, over a pool of kept-alive connections.
//
//     HttpClient client({.read_timeout = 10s});
//     Result<http::Response> answer = client.send(request, {.time_left = 2s});
//     client.start(request, {}, [](Result<http::Response> answer) { … });      // on the client's own thread
//
// `send` does its work in the calling thread. The first `start` begins one thread, which serves all further ones over
// the same pool; no other thread is kept. An error status is an answer. Redirects are not followed.
//
// Thread-safe. Constructing it does nothing: no file is read, no socket opened. Not to be used on both sides of a
// fork() once it has been used: the child gets an error that says so.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "http/message.h"
#include "net/exchange.h"
#include "net/options.h"
#include "net/pool.h"
#include "net/tls.h"

namespace tabletheory::net {

class EventLoop;

class HttpClient {
 public:
  using Completion = std::function<void(Result<http::Response>)>;

  explicit HttpClient(ClientOptions options = {});
  // Cancels what was started and waits for its completions.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // ErrTransport, ErrTimeout, ErrCancelled as in net/failures.h.
  Result<http::Response> send(const http::Request& request, const Limits& limits = {});

  // `done` is called exactly once, on the client's thread, and must not block nor destroy the client.
  void start(http::Request request, Limits limits, Completion done);

  std::size_t idle_connections() const { return pool_.idle_count(); }
  const ClientOptions& options() const { return options_; }

 private:
  Result<void> check_process();
  Shared shared() { return {options_, pool_, tls_}; }

  const ClientOptions options_;
  Pool pool_;
  TlsContext tls_;
  std::atomic<pid_t> process_ = 0;  // that used it first
  std::mutex mutex_;
  std::unique_ptr<EventLoop> loop_;
};

}  // namespace tabletheory::net
