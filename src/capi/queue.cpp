#include "capi/queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>

namespace tabletheory::capi {

CompletionQueue::CompletionQueue(std::size_t max_threads, Wake wake, void* context)
    : max_threads_(max_threads == 0 ? kDefaultThreads : max_threads),
      wake_(wake),
      context_(context),
      descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      process_(::getpid()) {}

CompletionQueue::~CompletionQueue() {
  if (::getpid() != process_) {
    // The child of a fork has none of the threads; their handles can only be forgotten.
    new std::vector<std::thread>(std::move(threads_));  // NOLINT(cppcoreguidelines-owning-memory)
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    jobs_.clear();
  }
  work_to_do_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void CompletionQueue::submit(OperationRun& run, std::uint64_t token) {
  if (::getpid() != process_) {
    return complete({token, failure(Error(ErrorCode::kTransport,
                                          "this queue was made before the process forked, and its threads are not the "
                                          "child's; make one in the child"))});
  }
  std::unique_lock lock(mutex_);
  jobs_.push_back({&run, token});
  if (idle_ < jobs_.size() && threads_.size() < max_threads_) {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // No more threads to be had: those there are take it. Without any, nobody would.
      if (threads_.empty()) {
        jobs_.pop_back();
        lock.unlock();
        return complete(
            {token, failure(Error(ErrorCode::kTransport, "the system gives no thread to run the call on"))});
      }
    }
  }
  lock.unlock();
  work_to_do_.notify_one();
}

void CompletionQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_to_do_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    const Job job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    complete({job.token, job.run->run()});
    lock.lock();
  }
}

void CompletionQueue::complete(Completion completion) {
  bool is_first = false;
  {
    const std::scoped_lock lock(mutex_);
    is_first = completions_.empty();
    completions_.push_back(std::move(completion));
    // Inside the lock, so that a drain that empties the queue clears what belongs to it.
    const std::uint64_t one = 1;
    if (is_first && descriptor_ >= 0) static_cast<void>(::write(descriptor_, &one, sizeof one) == sizeof one);
  }
  if (is_first && wake_ != nullptr) wake_(context_);
}

void CompletionQueue::drain(std::vector<Completion>& out, std::size_t capacity) {
  const std::scoped_lock lock(mutex_);
  while (capacity-- > 0 && !completions_.empty()) {
    out.push_back(std::move(completions_.front()));
    completions_.pop_front();
  }
  std::uint64_t count = 0;
  if (completions_.empty() && descriptor_ >= 0) {
    static_cast<void>(::read(descriptor_, &count, sizeof count) == sizeof count);
  }
}

}  // namespace tabletheory::capi
