// Credentials as AWS hands them out. Never printed, never in a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tabletheory::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;                 // empty for long-lived ones
  std::optional<std::int64_t> expires = {};  // Unix seconds; none: they do not
  std::string account_id = {};               // when the source says

  bool usable_at(std::int64_t unix_seconds) const { return !expires || unix_seconds < *expires; }
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

}  // namespace tabletheory::aws
