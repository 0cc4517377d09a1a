// ClientCore: what all handles of one client share. Immutable; safe to share between threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ops/environment.h"
#include "tabletheory/client.h"

namespace tabletheory::detail {

class ClientCore {
 public:
  ClientCore(std::shared_ptr<Transport> transport, ClientOptions options);
  // The same client with other limits.
  ClientCore(const ClientCore& client, CallLimits limits);
  // The same client with other limits and, where they are given, a time or randomness of its own.
  ClientCore(const ClientCore& client, CallLimits limits, std::function<Timestamp()> now,
             std::function<std::uint64_t()> random);

  const std::shared_ptr<Transport>& transport() const { return transport_; }
  // Lives as long as the core: operations refer to it.
  const ops::Environment& environment() const { return environment_; }
  const CallLimits& limits() const { return limits_; }

  // The run-time name of a document's table.
  std::string table_name(const std::string& document_table) const;

  // Time since some fixed point, for deadlines: the injected clock, else one that never jumps.
  std::chrono::nanoseconds elapsed() const;
  // What a call that begins now may take by the limits; none: as long as it likes. Negative past the deadline.
  std::optional<std::chrono::nanoseconds> time_left() const;
  // Sleeps, or wakes early when the limits' token is cancelled.
  void sleep(std::chrono::milliseconds duration) const;

 private:
  std::shared_ptr<Transport> transport_;
  ops::Environment environment_;
  std::function<void(std::chrono::milliseconds)> sleep_;
  bool has_injected_clock_ = false;
  std::map<std::string, std::string> table_names_;
  std::string table_prefix_;
  CallLimits limits_;
};

}  // namespace tabletheory::detail
