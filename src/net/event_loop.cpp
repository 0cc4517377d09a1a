#include "net/event_loop.h"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>

namespace tabletheory::net {

EventLoop::EventLoop(Shared shared) : shared_(shared), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.fd(), &event);
  thread_ = std::thread([this] { run(); });
}

EventLoop::~EventLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.set();
  thread_.join();
}

void EventLoop::start(http::Request request, Limits limits, Completion done) {
  auto job = std::make_unique<Job>();
  job->request = std::move(request);
  job->limits = std::move(limits);
  job->done = std::move(done);
  {
    const std::lock_guard lock(mutex_);
    incoming_.push_back(std::move(job));
  }
  wake_.set();
}

void EventLoop::take_in() {
  std::vector<std::unique_ptr<Job>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(incoming_);
  }
  for (auto& job : taken) {
    job->exchange.emplace(shared_, job->request, job->limits);
    if (job->limits.cancel.stop_possible()) job->on_cancel.emplace(job->limits.cancel, [this] { wake_.set(); });
    jobs_.push_back(std::move(job));
  }
}

void EventLoop::unwatch(Job& job) {
  if (job.watched_fd >= 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, job.watched_fd, nullptr);
  job.watched_fd = -1;
}

void EventLoop::watch(Job& job) {
  epoll_event event{};
  event.events = EPOLLONESHOT | ((job.exchange->events() & POLLOUT) != 0 ? EPOLLOUT : EPOLLIN);
  event.data.ptr = &job;
  const int fd = job.exchange->fd();
  // A descriptor that was closed has left epoll by itself, and its number may be another's by now.
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  job.watched_fd = fd;
}

void EventLoop::advance_all() {
  const auto now = Clock::now();
  for (auto place = jobs_.begin(); place != jobs_.end();) {
    Job& job = **place;
    const bool cancelled = job.limits.cancel.stop_requested();
    if (!job.ready && !cancelled && now < job.exchange->wake_at()) {
      ++place;
      continue;
    }
    job.ready = false;
    unwatch(job);
    if (cancelled) job.exchange->cancel();
    if (!job.exchange->done()) job.exchange->advance();
    if (!job.exchange->done()) {
      watch(job);
      ++place;
      continue;
    }
    const std::unique_ptr<Job> ended = std::move(*place);
    place = jobs_.erase(place);
    ended->on_cancel.reset();
    auto answer = ended->exchange->take();
    ended->exchange.reset();
    ended->done(std::move(answer));
  }
}

int EventLoop::wait_ms() const {
  constexpr std::int64_t kMost = 60'000;
  if (jobs_.empty()) return -1;
  auto first = Clock::time_point::max();
  for (const auto& job : jobs_) first = std::min(first, job->exchange->wake_at());
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kMost));
}

void EventLoop::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    bool stop = false;
    {
      const std::lock_guard lock(mutex_);
      stop = stopping_;
    }
    take_in();  // after the look at `stopping_`, so that nothing which was started before it is left behind
    if (stop) {
      for (const auto& job : jobs_) {
        job->exchange->cancel();
        job->ready = true;
      }
    }
    advance_all();
    if (stop) return;
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    for (int i = 0; i < count; ++i) {
      if (events[static_cast<std::size_t>(i)].data.ptr == nullptr) {
        wake_.clear();
      } else {
        static_cast<Job*>(events[static_cast<std::size_t>(i)].data.ptr)->ready = true;
      }
    }
  }
}

}  // namespace tabletheory::net
