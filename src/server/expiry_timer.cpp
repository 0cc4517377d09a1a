#include "server/expiry_timer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "engine/expiry.h"

namespace tabletheory::server {
namespace {

constexpr int kRestFactor = 20;

void sweep_now_and_then(const std::stop_token& stop, engine::Engine& engine, std::chrono::milliseconds interval,
                        const std::function<Timestamp()>& now, const std::function<void(std::string_view)>& report) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::chrono::nanoseconds rest = interval;
  for (;;) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, rest, [] { return false; });
    if (stop.stop_requested()) return;
    const auto start = std::chrono::steady_clock::now();
    if (const auto removed = engine::remove_expired(engine, now(), stop); !removed) report(removed.error().message());
    rest = std::max<std::chrono::nanoseconds>(interval, (std::chrono::steady_clock::now() - start) * kRestFactor);
  }
}

}  // namespace

ExpiryTimer::ExpiryTimer(engine::Engine& engine, std::chrono::milliseconds interval, std::function<Timestamp()> now,
                         std::function<void(std::string_view)> report) {
  if (interval <= std::chrono::milliseconds::zero()) return;
  thread_ = std::jthread([&engine, interval, now = std::move(now), report = std::move(report)](std::stop_token stop) {
    sweep_now_and_then(stop, engine, interval, now, report);
  });
}

}  // namespace tabletheory::server
