// EventLoop: one thread that drives any number of exchanges over epoll, for HttpClient::start.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "net/exchange.h"

namespace tabletheory::net {

class EventLoop {
 public:
  using Completion = std::function<void(Result<http::Response>)>;

  // Begins the thread.
  explicit EventLoop(Shared shared);
  // Cancels what is under way, waits for the thread.
  ~EventLoop();
  // In a forked child, where there is no thread: lets everything go. The object is not used after it.
  void abandon() { thread_.detach(); }

  void start(http::Request request, Limits limits, Completion done);

 private:
  struct Job {
    http::Request request;
    Limits limits;
    Completion done;
    std::optional<Exchange> exchange;
    std::optional<std::stop_callback<std::function<void()>>> on_cancel;
    int watched_fd = -1;
    bool ready = true;  // advance it
  };
  using Jobs = std::list<std::unique_ptr<Job>>;

  void run();
  void take_in();
  void advance_all();
  void watch(Job& job);
  void unwatch(Job& job);
  int wait_ms() const;

  Shared shared_;
  Descriptor epoll_;
  Wake wake_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Job>> incoming_;  // guarded by mutex_
  bool stopping_ = false;                       // guarded by mutex_
  Jobs jobs_;                                   // of the thread
  std::thread thread_;
};

}  // namespace tabletheory::net
