// Worker and Connection: how bytes become requests and answers become bytes. Asio and Beast are seen by connection.cpp
// and server.cpp only.
//
// A worker is one thread with an event loop; all its connections live and die in that thread, so nothing here is
// locked. A connection reads one request at a time, answers it, and goes on with what came behind it (pipelining).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "server/access_log.h"
#include "server/answer_head.h"
#include "server/body_budget.h"
#include "server/protocol.h"
#include "server/server.h"

namespace tabletheory::server {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

class Connection;

class Worker {
 public:
  Worker(const Protocol& protocol, const Limits& limits, BodyBudget& bodies, std::size_t most_connections, LogSink log);

  asio::io_context& loop() { return loop_; }
  void run();  // until `finish`, and until the last connection is gone
  void adopt(asio::ip::tcp::socket socket);
  void finish();  // closes what is idle, lets answers under way be written

 private:
  friend class Connection;
  using Connections = std::list<Connection*>;  // used longest ago first

  void make_room();
  void sweep_later();
  void sweep();
  void log(const Reply& reply, std::size_t request_bytes, Clock::time_point started);

  asio::io_context loop_{1};
  const Protocol& protocol_;
  const Limits& limits_;
  BodyBudget& bodies_;
  const std::size_t most_connections_;
  const LogSink log_;
  AnswerHeads heads_;
  Connections connections_;
  asio::steady_timer sweeper_{loop_};
  bool sweeping_ = false;
  bool finishing_ = false;
};

}  // namespace tabletheory::server
