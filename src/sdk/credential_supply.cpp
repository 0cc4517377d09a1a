#include "sdk/credential_supply.h"

namespace tabletheory::sdk {

Result<CredentialSupply::Shared> CredentialSupply::get(const net::Limits& limits) {
  std::optional<std::chrono::steady_clock::time_point> deadline;
  if (limits.time_left) deadline = std::chrono::steady_clock::now() + *limits.time_left;
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::int64_t now = now_();
    const bool usable = current_ && current_->usable_at(now);
    const bool fresh = usable && current_->usable_at(now + kRefreshBeforeSeconds);
    if (fresh || (usable && (refreshing_ || now < retry_after_))) return current_;
    if (!refreshing_) break;
    const std::uint64_t before = attempts_;
    const auto finished = [&] { return attempts_ != before; };
    if (deadline) {
      changed_.wait_until(lock, limits.cancel, *deadline, finished);
    } else {
      changed_.wait(lock, limits.cancel, finished);
    }
    if (finished() && last_failure_) return std::unexpected(*last_failure_);
    if (finished()) continue;
    return limits.cancel.stop_requested()
               ? fail(ErrorCode::kCancelled, "the call was cancelled while credentials were awaited")
               : fail(ErrorCode::kTimeout, "the timeout passed while credentials were awaited; allow more time");
  }
  refreshing_ = true;
  lock.unlock();
  net::Limits rest = limits;
  if (deadline) rest.time_left = *deadline - std::chrono::steady_clock::now();
  Result<aws::Credentials> fetched = fetch_(rest);
  lock.lock();
  refreshing_ = false;
  ++attempts_;
  last_failure_.reset();
  changed_.notify_all();
  const std::int64_t now = now_();
  if (fetched && !fetched->usable_at(now)) {
    fetched = fail(ErrorCode::kCredentials,
                   "the source of the credentials gave some that have expired already; check this machine's clock");
  }
  if (fetched) {
    current_ = std::make_shared<const aws::Credentials>(std::move(*fetched));
    return current_;
  }
  const ErrorCode code = fetched.error().code();
  const bool own_limits = code == ErrorCode::kTimeout || code == ErrorCode::kCancelled;
  if (current_ && current_->usable_at(now)) {
    if (!own_limits) retry_after_ = now + kRetryAfterSeconds;
    return current_;
  }
  if (!own_limits) last_failure_ = fetched.error();
  return std::unexpected(std::move(fetched).error());
}

bool CredentialSupply::reject(const Shared& refused) {
  if (!refused->expires) return false;
  const std::lock_guard lock(mutex_);
  if (current_ == refused) current_.reset();
  return true;
}

}  // namespace tabletheory::sdk
