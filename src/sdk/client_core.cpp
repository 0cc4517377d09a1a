#include "sdk/client_core.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "ops/retry_quota.h"

namespace tabletheory::detail {
namespace {

// Straight from the operating system: no state that a fork would double.
std::uint64_t system_random() {
  std::uint64_t random = 0;
  if (::getentropy(&random, sizeof random) != 0) throw std::runtime_error("the operating system gives no randomness");
  return random;
}

ops::RetryPolicy to_retry_policy(const RetryPolicy& policy) {
  return {.max_attempts = policy.max_attempts,
          .base_delay = policy.base_delay,
          .throttle_base_delay = policy.throttle_base_delay,
          .max_delay = policy.max_delay,
          .batch_rounds = policy.batch_rounds};
}

}  // namespace

ClientCore::ClientCore(std::shared_ptr<Transport> transport, ClientOptions options)
    : transport_(std::move(transport)),
      sleep_(std::move(options.sleep)),
      has_injected_clock_(static_cast<bool>(options.now)),
      table_names_(std::move(options.table_names)),
      table_prefix_(std::move(options.table_prefix)) {
  environment_.now =
      options.now ? std::move(options.now) : [] { return Timestamp::from(std::chrono::system_clock::now()); };
  environment_.random = options.random ? std::move(options.random) : system_random;
  environment_.retry = to_retry_policy(options.retry);
  environment_.keys = options.encryption.provider();
  if (options.target) environment_.target = std::move(*options.target);
  environment_.quota = std::make_shared<ops::RetryQuota>();
}

ClientCore::ClientCore(const ClientCore& client, CallLimits limits) : ClientCore(client) {
  limits_ = std::move(limits);
}

ClientCore::ClientCore(const ClientCore& client, CallLimits limits, std::function<Timestamp()> now,
                       std::function<std::uint64_t()> random)
    : ClientCore(client, std::move(limits)) {
  if (now) environment_.now = std::move(now);
  if (random) environment_.random = std::move(random);
}

std::string ClientCore::table_name(const std::string& document_table) const {
  const auto named = table_names_.find(document_table);
  return named == table_names_.end() ? table_prefix_ + document_table : named->second;
}

std::chrono::nanoseconds ClientCore::elapsed() const {
  if (!has_injected_clock_) return std::chrono::steady_clock::now().time_since_epoch();
  const Timestamp now = environment_.now();
  return std::chrono::seconds(now.unix_seconds()) + std::chrono::nanoseconds(now.nanoseconds());
}

std::optional<std::chrono::nanoseconds> ClientCore::time_left() const {
  std::optional<std::chrono::nanoseconds> left = limits_.timeout;
  if (!limits_.deadline) return left;
  const Timestamp now = environment_.now(), end = *limits_.deadline;
  constexpr std::int64_t kYear = 365 * 24 * 3600;  // a deadline may be further away than nanoseconds count
  const auto seconds = std::chrono::seconds(std::clamp(end.unix_seconds() - now.unix_seconds(), -kYear, kYear));
  const auto rest = std::chrono::nanoseconds(std::int64_t{end.nanoseconds()} - std::int64_t{now.nanoseconds()});
  const std::chrono::nanoseconds until = seconds + rest;
  return left ? std::min(*left, until) : until;
}

void ClientCore::sleep(std::chrono::milliseconds duration) const {
  if (sleep_) return sleep_(duration);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, limits_.cancel, duration, [] { return false; });
}

}  // namespace tabletheory::detail
