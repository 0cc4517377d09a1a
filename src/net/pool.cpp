#include "net/pool.h"

#include <algorithm>

namespace tabletheory::net {

bool Pool::is_fresh(const Connection& connection, Clock::time_point now) const {
  return now - connection.idle_since < options_.idle_timeout && now - connection.opened < options_.max_lifetime;
}

std::optional<Pool::Lease> Pool::acquire(const std::string& key) {
  std::vector<std::unique_ptr<Connection>> stale;  // closed after the lock is let go
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[key];
  const auto now = Clock::now();
  while (!host.idle.empty()) {
    auto connection = std::move(host.idle.back());
    host.idle.pop_back();
    if (is_fresh(*connection, now) && connection->is_quiet()) {
      ++host.in_use;
      return Lease(*this, key, std::move(connection), true);
    }
    stale.push_back(std::move(connection));
  }
  if (host.in_use >= options_.max_connections) return std::nullopt;
  ++host.in_use;
  return Lease(*this, key, std::make_unique<Connection>(), false);
}

void Pool::wake_next(Host& host) {
  if (host.waiters.empty()) return;
  host.waiters.front()->set();
  host.waiters.pop_front();
}

void Pool::enqueue(const std::string& key, const Wake* waiter) {
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[key];
  host.waiters.push_back(waiter);
  // One may have become free since it was asked for.
  if (host.in_use < options_.max_connections) wake_next(host);
}

void Pool::dequeue(const std::string& key, const Wake* waiter) {
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[key];
  const auto found = std::ranges::find(host.waiters, waiter);
  if (found != host.waiters.end()) {
    host.waiters.erase(found);
  } else if (host.in_use < options_.max_connections) {
    wake_next(host);
  }
}

void Pool::release(const std::string& key, std::unique_ptr<Connection> connection) {
  std::vector<std::unique_ptr<Connection>> stale;
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[key];
  --host.in_use;
  // The oldest lie in front; closing them here bounds what an idle client holds on to.
  const auto fresh = std::ranges::find_if(host.idle, [&](const auto& idle) { return is_fresh(*idle, now); });
  std::move(host.idle.begin(), fresh, std::back_inserter(stale));
  host.idle.erase(host.idle.begin(), fresh);
  if (connection) {
    connection->idle_since = now;
    if (is_fresh(*connection, now)) {
      host.idle.push_back(std::move(connection));
    } else {
      stale.push_back(std::move(connection));
    }
  }
  wake_next(host);
}

std::size_t Pool::idle_count() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [key, host] : hosts_) count += host.idle.size();
  return count;
}

}  // namespace tabletheory::net
