// Driver: runs a sans-IO operation against a client's transport — sends, sleeps, and minds deadline and cancellation.
//
//     Driver driver(client);                                    // the client's timeout starts to count
//     TT_TRY(const bool page, driver.run(*read));               // true: a page is ready; false: done
//
// Requests that an operation allows to go side by side (parallel scans, parallel chunks) are sent by one thread each;
// all are joined before `run` goes on. One driver serves one call.
#pragma once

#include <chrono>
#include <optional>

#include "ops/operation.h"
#include "sdk/client_core.h"

namespace tabletheory::detail {

class Driver {
 public:
  explicit Driver(const ClientCore& client);

  Result<bool> run(ops::Operation& operation);

 private:
  void send(ops::Operation& operation, ops::Send& send) const;
  Result<ops::Response> send(const ops::Request& request) const;
  // ErrTimeout or ErrCancelled once the call may not go on.
  Result<void> check_limits() const;
  std::optional<std::chrono::nanoseconds> time_left() const;

  const ClientCore& client_;
  std::optional<std::chrono::nanoseconds> deadline_;  // as ClientCore::elapsed counts
  bool expired_ = false;                              // the next request would come after the deadline
};

}  // namespace tabletheory::detail
