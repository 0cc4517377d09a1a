// A server for tests that does with its connections what the test says: one thread per connection, on 127.0.0.1 and a
// port of its own, plain or with TLS. Its destructor ends every connection and joins every thread.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "net/wake.h"

namespace tabletheory::net {

// One connection, seen by the server.
class Peer {
 public:
  Peer(int fd, SSL_CTX* tls) : fd_(fd) {
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), fd_.get());
    usable_ = SSL_accept(ssl_.get()) == 1;
  }
  bool usable() const { return usable_; }

  // Up to the end of a request with Content-Length; empty once the client has closed.
  std::string read_request() {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t whole = end + 4 + content_length(pending_.substr(0, end));
        if (pending_.size() >= whole) {
          std::string request = pending_.substr(0, whole);
          pending_.erase(0, whole);
          return request;
        }
      }
      if (!read_some()) return {};
    }
  }
  // False once the client has closed.
  bool read_some() {
    std::array<char, 4096> buffer;
    const auto count =
        ssl_ ? SSL_read(ssl_.get(), buffer.data(), buffer.size()) : ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    pending_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void answer(std::string_view body, std::string_view headers = {}, int status = 200) {
    write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
          std::string(headers) + "\r\n" + std::string(body));
  }
  // Closing after this sends a reset instead of an orderly end.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  // Until the client closes or the server is stopped.
  void wait_for_close() {
    while (read_some()) pending_.clear();
  }
  int fd() const { return fd_.get(); }
  // Whether the client was known by a session.
  bool resumed() const { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }
  // What has been read and not been asked for.
  std::string take_pending() { return std::exchange(pending_, {}); }
  bool has_buffered() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  static std::size_t content_length(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }
  Descriptor fd_;
  std::unique_ptr<SSL, Free> ssl_;
  bool usable_ = true;
  std::string pending_;
};

class TestServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit TestServer(Script script, SSL_CTX* tls = nullptr) : script_(std::move(script)), tls_(tls) {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_.get(), 128);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~TestServer() {
    stopping_ = true;
    stop_.set();
    acceptor_.join();
    for (Connection& connection : connections_) {
      {
        const std::lock_guard lock(mutex_);
        if (!connection.ended) ::shutdown(connection.fd, SHUT_RDWR);
      }
      connection.thread.join();
    }
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view scheme = "http") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_);
  }
  int connections() const { return accepted_; }

 private:
  struct Connection {
    int fd;
    bool ended = false;  // guarded by mutex_; the descriptor is not ours any more
    std::thread thread;
  };

  void accept_all() {
    while (!stopping_) {
      pollfd waits[2] = {{listener_.get(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
      ::poll(waits, 2, -1);
      if (stopping_ || waits[0].revents == 0) continue;
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++accepted_;
      Connection& connection = connections_.emplace_back(fd, false, std::thread());
      connection.thread = std::thread([this, &connection] { serve(connection); });
    }
  }
  void serve(Connection& connection) {
    // OpenSSL writes without MSG_NOSIGNAL; only this thread is spared, so that the client's own care is tested.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    Peer peer(connection.fd, tls_);
    if (peer.usable()) script_(peer);
    const std::lock_guard lock(mutex_);
    connection.ended = true;
  }

  const Script script_;
  SSL_CTX* const tls_;
  Descriptor listener_;
  std::uint16_t port_ = 0;
  Wake stop_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> accepted_ = 0;
  std::mutex mutex_;
  std::list<Connection> connections_;  // of the acceptor, then of the destructor
  std::thread acceptor_;
};

}  // namespace tabletheory::net
