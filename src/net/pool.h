// Pool: the connections of a client, by where they lead. Hands each out to one user at a time, keeps those that may
// serve again, and makes users wait when a host has as many as it may.
//
// Thread-safe. Nothing runs by itself: idle connections that are too old are closed when the pool is used next.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/connection.h"
#include "net/options.h"

namespace tabletheory::net {

class Pool {
 public:
  explicit Pool(const ClientOptions& options) : options_(options) {}

  // The right to one connection. Gone with its destructor, and the connection with it unless it was given back.
  class Lease {
   public:
    Lease(Pool& pool, std::string key, std::unique_ptr<Connection> connection, bool reused)
        : pool_(&pool), key_(std::move(key)), connection_(std::move(connection)), reused_(reused) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->release(key_, nullptr);
    }
    Connection& connection() const { return *connection_; }
    bool reused() const { return reused_; }  // it has served before
    // Closes what there is, for another try.
    void renew() {
      connection_ = std::make_unique<Connection>();
      reused_ = false;
    }
    void give_back() { pool_->release(key_, std::move(connection_)); }

   private:
    Pool* pool_;
    std::string key_;
    std::unique_ptr<Connection> connection_;
    bool reused_;
  };

  // An idle connection, or a new one that is not connected yet; nullopt when the host has all it may: then `enqueue` a
  // wake, and ask again once it is set.
  std::optional<Lease> acquire(const std::string& key);
  void enqueue(const std::string& key, const Wake* waiter);
  // The waiter does not wait any more; one that was woken in vain wakes the next.
  void dequeue(const std::string& key, const Wake* waiter);

  std::size_t idle_count() const;

 private:
  struct Host {
    std::vector<std::unique_ptr<Connection>> idle;  // the one used last at the end
    std::size_t in_use = 0;
    std::deque<const Wake*> waiters;
  };
  void release(const std::string& key, std::unique_ptr<Connection> connection);
  static void wake_next(Host& host);
  bool is_fresh(const Connection& connection, Clock::time_point now) const;

  const ClientOptions& options_;
  mutable std::mutex mutex_;
  std::map<std::string, Host, std::less<>> hosts_;
};

}  // namespace tabletheory::net
