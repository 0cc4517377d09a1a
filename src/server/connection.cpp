#include "server/connection.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "server/messages.h"

namespace tabletheory::server {
namespace {

namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Message = beast::http::request<beast::http::string_body>;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::size_t kReadBytes = 4 * 1024;       // at a time, while a head is awaited
constexpr std::size_t kReadBodyBytes = 64 * 1024;  // and while a body is
constexpr std::chrono::milliseconds kLinger{2'000};
constexpr std::chrono::milliseconds kSweep{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

RequestHead head_of(const Message& message, std::vector<http::Header>* headers) {
  namespace field = beast::http;
  RequestHead head{.method = view(message.method_string()), .target = view(message.target())};
  if (const auto host = message.find(field::field::host); host != message.end()) head.host = view(host->value());
  head.content_type = view(message[field::field::content_type]);
  head.amz_target = view(message["X-Amz-Target"]);
  if (headers == nullptr) return head;
  for (const auto& header : message) {
    headers->push_back({std::string(view(header.name_string())), std::string(view(header.value()))});
  }
  head.headers = *headers;
  return head;
}

Reply reply_to(error_code problem, const Limits& limits) {
  if (problem == beast::http::error::header_limit) {
    return refuse_unreadable(431, fmt::format(messages::kHeadTooLarge, limits.head_bytes));
  }
  if (problem == beast::http::error::body_limit) return refuse_unreadable(413, std::string(messages::kBodyTooLarge));
  return refuse_unreadable(400, fmt::format(messages::kUnreadable, problem.message()));
}

}  // namespace

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, tcp::socket socket)
      : worker_(worker),
        place_(worker.connections_.insert(worker.connections_.end(), this)),
        socket_(std::move(socket)),
        held_(worker.bodies_) {}
  ~Connection() { worker_.connections_.erase(place_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() {
    begin_request();
    read();
  }
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }
  bool overdue(Clock::time_point now) const { return now >= deadline_; }
  bool may_be_closed() const { return phase_ != Phase::kAnswering && socket_.is_open(); }

 private:
  enum class Phase : std::uint8_t { kIdle, kHead, kBody, kAnswering, kLingering };

  void enter(Phase phase, std::chrono::milliseconds limit) {
    phase_ = phase;
    deadline_ = Clock::now() + limit;
  }

  void begin_request() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(worker_.limits_.head_bytes));
    parser_->body_limit(worker_.limits_.body_bytes);
    enter(Phase::kIdle, worker_.limits_.idle);
    worker_.connections_.splice(worker_.connections_.end(), worker_.connections_, place_);
  }

  void read() {
    const std::size_t size = phase_ == Phase::kBody ? kReadBodyBytes : kReadBytes;
    socket_.async_read_some(input_.prepare(size), [self = shared_from_this()](error_code problem, std::size_t bytes) {
      if (problem) return self->close();
      self->input_.commit(bytes);
      self->phase_ == Phase::kLingering ? self->discard() : self->parse();
    });
  }

  // Parses what has arrived, until a request is whole or more is needed.
  void parse() {
    if (input_.size() == 0) return read();
    if (phase_ == Phase::kIdle) {
      enter(Phase::kHead, worker_.limits_.head);
      started_ = Clock::now();
    }
    error_code problem;
    const std::size_t used = parser_->put(input_.data(), problem);
    input_.consume(used);
    if (problem && problem != beast::http::error::need_more) {
      return answer(reply_to(problem, worker_.limits_), {.keep_alive = false});
    }
    if (phase_ == Phase::kHead && parser_->is_header_done() && !accept_head()) return;
    if (phase_ == Phase::kBody && !held_.grow_to(parser_->get().body().size())) {
      return answer(refuse_unreadable(503, std::string(messages::kTooManyBodies)), {.keep_alive = false});
    }
    if (parser_->is_done()) return serve();
    read();
  }

  // False when the head is refused, and answered.
  bool accept_head() {
    enter(Phase::kBody, worker_.limits_.body);
    const Message& message = parser_->get();
    if (auto refusal = worker_.protocol_.refuse_head(head_of(message, nullptr))) {
      answer(std::move(*refusal), {.keep_alive = false});
      return false;
    }
    if (!parser_->is_done() && beast::iequals(message[beast::http::field::expect], "100-continue")) {
      error_code ignored;  // an interim answer may be left out
      socket_.write_some(asio::buffer(kContinue), ignored);
    }
    return true;
  }

  void serve() {
    const Message& message = parser_->get();
    std::vector<http::Header> headers;
    const bool verifies = worker_.protocol_.verifies_signatures();
    const RequestHead head = head_of(message, verifies ? &headers : nullptr);
    const bool keep_alive = message.keep_alive() && !worker_.finishing_;
    answer(worker_.protocol_.answer(head, message.body()),
           {.keep_alive = keep_alive, .without_body = head.method == "HEAD"});
  }

  struct Manner {
    bool keep_alive = true;
    bool without_body = false;
  };
  void answer(Reply reply, Manner manner) {
    worker_.heads_.write(reply, manner.keep_alive, head_);
    if (worker_.log_) worker_.log(reply, parser_->get().body().size(), started_);
    body_ = std::move(reply.body);
    if (manner.without_body) body_.clear();
    parser_.reset();
    held_.set(body_.size());
    enter(Phase::kAnswering, worker_.limits_.write);
    const std::array parts{asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(socket_, parts, [self = shared_from_this(), manner](error_code problem, std::size_t) {
      if (problem) return self->close();
      if (!manner.keep_alive) return self->linger();
      self->begin_request();
      if (self->worker_.finishing_ && self->input_.size() == 0) return self->close();
      self->release_large_buffers();
      self->parse();
    });
  }

  // A closed socket with unread bytes resets the connection, and the client may lose the answer: read on for a while.
  void linger() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    enter(Phase::kLingering, kLinger);
    discard();
  }
  void discard() {
    input_.clear();
    read();
  }

  void release_large_buffers() {
    if (input_.size() == 0 && input_.capacity() > kReadBodyBytes) input_.shrink_to_fit();
    if (body_.capacity() > kReadBodyBytes) std::string().swap(body_);
    held_.set(0);
  }

  Worker& worker_;
  const Worker::Connections::iterator place_;
  tcp::socket socket_;
  BodyBudget::Share held_;  // a request's body while it comes in, an answer's while it is taken
  beast::flat_buffer input_;
  std::optional<Parser> parser_;  // none while an answer is written
  std::string head_;              // of the answer
  std::string body_;
  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_;
  Clock::time_point started_;
};

Worker::Worker(const Protocol& protocol, const Limits& limits, BodyBudget& bodies, std::size_t most_connections,
               LogSink log)
    : protocol_(protocol),
      limits_(limits),
      bodies_(bodies),
      most_connections_(most_connections),
      log_(std::move(log)) {}

void Worker::run() {
  const auto work = asio::make_work_guard(loop_);
  while (!finishing_) loop_.run_one();
  // What is left are answers under way; the sweeper closes those that nobody takes.
  while (!connections_.empty()) loop_.run_one();
}

void Worker::adopt(tcp::socket socket) {
  if (finishing_) return;
  make_room();
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  std::make_shared<Connection>(*this, std::move(socket))->start();
  sweep_later();
}

void Worker::make_room() {
  if (connections_.size() < most_connections_) return;
  for (Connection* connection : connections_) {
    if (connection->may_be_closed()) return connection->close();
  }
}

void Worker::finish() {
  finishing_ = true;
  for (Connection* connection : connections_) {
    if (connection->may_be_closed()) connection->close();
  }
}

// One timer for all deadlines of the worker, and none while it has no connection.
void Worker::sweep_later() {
  if (sweeping_) return;
  sweeping_ = true;
  sweeper_.expires_after(kSweep);
  sweeper_.async_wait([this](error_code) {
    sweeping_ = false;
    sweep();
  });
}

void Worker::sweep() {
  const auto now = Clock::now();
  for (Connection* connection : connections_) {
    if (connection->overdue(now)) connection->close();
  }
  if (!connections_.empty()) sweep_later();
}

void Worker::log(const Reply& reply, std::size_t request_bytes, Clock::time_point started) {
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  log_(access_line({.request_id = heads_.request_id(),
                    .operation = reply.operation,
                    .status = reply.status,
                    .body = reply.body,
                    .request_bytes = request_bytes,
                    .duration = duration},
                   Timestamp::from(std::chrono::system_clock::now()).to_string()));
}

}  // namespace tabletheory::server
