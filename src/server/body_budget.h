// BodyBudget: a bound on the bytes of bodies, requests' and answers', that all connections of a server hold together.
//
//     BodyBudget budget(1 << 28);
//     BodyBudget::Share share(budget);            // one per connection
//     if (!share.grow_to(body.size())) …          // spent: refuse the request
//     share.set(answer.size());                   // what is held in any case
//
// The budget is thread-safe; a share is used by one thread.
#pragma once

#include <atomic>
#include <cstddef>

namespace tabletheory::server {

class BodyBudget {
 public:
  explicit BodyBudget(std::size_t most) : most_(most) {}
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

  class Share {
   public:
    explicit Share(BodyBudget& budget) : budget_(budget) {}
    ~Share() { set(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // False, and nothing is taken, when all shares together would go beyond the budget.
    bool grow_to(std::size_t bytes) {
      if (bytes <= bytes_) return true;
      const std::size_t more = bytes - bytes_;
      if (budget_.held_.fetch_add(more, std::memory_order_relaxed) + more > budget_.most_) {
        budget_.held_.fetch_sub(more, std::memory_order_relaxed);
        return false;
      }
      bytes_ = bytes;
      return true;
    }
    // Whatever the budget says.
    void set(std::size_t bytes) {
      budget_.held_.fetch_add(bytes - bytes_, std::memory_order_relaxed);  // wraps around when it shrinks
      bytes_ = bytes;
    }

   private:
    BodyBudget& budget_;
    std::size_t bytes_ = 0;
  };

 private:
  const std::size_t most_;
  std::atomic<std::size_t> held_ = 0;
};

}  // namespace tabletheory::server
