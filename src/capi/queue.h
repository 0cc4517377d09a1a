// CompletionQueue: operations run by threads, and what came of them, collected many at a time.
//
// Threads start as operations are submitted, up to a limit, and end with the queue. The host hears of completions once
// for all that come until it drains: by a callback, and by a descriptor that becomes readable. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "capi/operation_run.h"

namespace tabletheory::capi {

class CompletionQueue {
 public:
  using Wake = void (*)(void* context);
  CompletionQueue(std::size_t max_threads, Wake wake, void* context);
  CompletionQueue(const CompletionQueue&) = delete;
  ~CompletionQueue();

  struct Completion {
    std::uint64_t token = 0;
    OperationRun::Outcome outcome;
  };
  // `run` is left alone until its completion has been drained.
  void submit(OperationRun& run, std::uint64_t token);
  // Appends up to `capacity` completions.
  void drain(std::vector<Completion>& out, std::size_t capacity);
  int descriptor() const { return descriptor_; }

  static constexpr std::size_t kDefaultThreads = 32;

 private:
  struct Job {
    OperationRun* run;
    std::uint64_t token;
  };
  void work();
  void complete(Completion completion);

  const std::size_t max_threads_;
  const Wake wake_;
  void* const context_;
  int descriptor_;
  const std::int64_t process_;
  std::mutex mutex_;
  std::condition_variable work_to_do_;
  std::deque<Job> jobs_;
  std::deque<Completion> completions_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace tabletheory::capi
