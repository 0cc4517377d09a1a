#include "server/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "server/connection.h"

namespace tabletheory::server {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReservedDescriptors = 64;  // for everything but connections
constexpr std::chrono::milliseconds kAcceptPause{50};

// As many connections as were asked for, or as the process may have.
std::size_t connection_limit(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const std::size_t possible = limit.rlim_cur > 2 * kReservedDescriptors ? limit.rlim_cur - kReservedDescriptors : 16;
  return std::min(wanted, possible);
}

class HttpServer final : public Server {
 public:
  HttpServer(ServerOptions options, asio::ip::address address)
      : options_(std::move(options)), address_(address), bodies_(options_.limits.buffered_bytes) {}
  ~HttpServer() override { stop(); }

  error_code bind() {
    error_code problem;
    const tcp::endpoint endpoint(address_, options_.port);
    static_cast<void>(acceptor_.open(endpoint.protocol(), problem));
    if (!problem) static_cast<void>(acceptor_.set_option(tcp::acceptor::reuse_address(true), problem));
    if (!problem) static_cast<void>(acceptor_.bind(endpoint, problem));
    if (!problem) static_cast<void>(acceptor_.listen(tcp::acceptor::max_listen_connections, problem));
    if (!problem) port_ = acceptor_.local_endpoint(problem).port();
    return problem;
  }

  std::uint16_t port() const override { return port_; }
  std::string authority() const override {
    return address_.is_v6() ? fmt::format("[{}]:{}", address_.to_string(), port_)
                            : fmt::format("{}:{}", address_.to_string(), port_);
  }
  bool is_loopback() const override { return address_.is_loopback(); }

  void start(engine::Engine& engine, ProtocolOptions protocol, LogSink log) override {
    protocol.endpoint = authority();
    protocol.allowed_hosts.push_back(options_.host);
    protocol_.emplace(engine, std::move(protocol));
    const std::size_t count = static_cast<std::size_t>(std::max(options_.threads, 1));
    const std::size_t each = std::max<std::size_t>(connection_limit(options_.limits.connections) / count, 1);
    for (std::size_t i = 0; i < count; ++i) {
      workers_.push_back(std::make_unique<Worker>(*protocol_, options_.limits, bodies_, each, log));
    }
    accept();
    threads_.emplace_back([this] { accepting_.run(); });
    for (const auto& worker : workers_) {
      threads_.emplace_back([&worker] { worker->run(); });
    }
  }

  void stop() override {
    asio::post(accepting_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      stopping_ = true;
    });
    for (const auto& worker : workers_) {
      asio::post(worker->loop(), [&worker] { worker->finish(); });
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    workers_.clear();
  }

 private:
  void accept() {
    Worker& worker = *workers_[next_worker_++ % workers_.size()];
    acceptor_.async_accept(worker.loop(), [this, &worker](error_code problem, tcp::socket socket) {
      if (stopping_ || problem == asio::error::operation_aborted) return;
      if (problem) return accept_later();
      asio::post(worker.loop(), [&worker, socket = std::move(socket)]() mutable { worker.adopt(std::move(socket)); });
      accept();
    });
  }

  // Out of descriptors or memory: those in use have to come back first.
  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code problem) {
      if (!problem && !stopping_) accept();
    });
  }

  const ServerOptions options_;
  const asio::ip::address address_;
  BodyBudget bodies_;
  std::uint16_t port_ = 0;
  asio::io_context accepting_{1};  // a loop of its own: connections are taken while workers are busy
  tcp::acceptor acceptor_{accepting_};
  asio::steady_timer pause_{accepting_};
  bool stopping_ = false;  // used in the loop of accepting_
  std::size_t next_worker_ = 0;
  std::optional<Protocol> protocol_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options) {
  error_code problem;
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  const auto address = asio::ip::make_address(host, problem);
  if (problem) {
    return fail(ErrorCode::kTransport,
                fmt::format("\"{}\" is no address to listen at; give an IP address of this machine, such as 127.0.0.1",
                            options.host));
  }
  const std::uint16_t port = options.port;
  auto server = std::make_unique<HttpServer>(std::move(options), address);
  problem = server->bind();
  if (problem) {
    return fail(ErrorCode::kTransport, fmt::format("cannot listen at {} port {}: {}; choose another port, or 0 for any "
                                                   "that is free",
                                                   host, port, problem.message()));
  }
  return server;
}

}  // namespace tabletheory::server
