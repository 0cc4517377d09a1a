// CredentialSupply: the credentials of a client, fetched on use, kept, and refreshed before they expire. One refresh at
// a time; others go on with what there is while it is valid, which is also what a failed refresh falls back to.
//
// Thread-safe. Nothing runs by itself.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "aws/credentials.h"
#include "net/options.h"
#include "tabletheory/error.h"

namespace tabletheory::sdk {

class CredentialSupply {
 public:
  using Shared = std::shared_ptr<const aws::Credentials>;
  using Fetch = std::function<Result<aws::Credentials>(const net::Limits&)>;

  // `now` gives Unix seconds.
  CredentialSupply(Fetch fetch, std::function<std::int64_t()> now) : fetch_(std::move(fetch)), now_(std::move(now)) {}

  // ErrCredentials when there are none; ErrTimeout, ErrCancelled by the limits.
  Result<Shared> get(const net::Limits& limits);
  // The service does not accept these any more: the next get fetches others. False when they never expire.
  bool reject(const Shared& refused);

  static constexpr std::int64_t kRefreshBeforeSeconds = 300;
  static constexpr std::int64_t kRetryAfterSeconds = 30;  // after a failed refresh, while the old ones are valid

 private:
  const Fetch fetch_;
  const std::function<std::int64_t()> now_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Shared current_;
  bool refreshing_ = false;
  std::uint64_t attempts_ = 0;         // finished ones
  std::optional<Error> last_failure_;  // of the last attempt, if it says something to others too
  std::int64_t retry_after_ = 0;
};

}  // namespace tabletheory::sdk
