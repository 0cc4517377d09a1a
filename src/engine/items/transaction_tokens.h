// TransactionTokens: the client tokens of transactions that were carried out in the last ten minutes.
//
// The same token with the same request gives the first answer again without doing anything; with another request it is
// an IdempotentParameterMismatchException. Cancelled transactions are not remembered, so they can be tried again.
// Not thread-safe: used under Context::writes.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tabletheory/timestamp.h"

namespace tabletheory::engine {

class TransactionTokens {
 public:
  static constexpr std::int64_t kLifetimeSeconds = 600;

  struct Seen {
    std::string content;  // the request's canonical content, or a digest of it
    std::string answer;
  };

  // What is remembered of `token`, or nullptr. Valid until the next call.
  const Seen* find(std::string_view token, Timestamp now);
  void remember(std::string token, std::string content, std::string answer, Timestamp now);

 private:
  struct Expiry {
    std::int64_t at_seconds;
    std::string token;
  };
  void forget_expired(std::int64_t now_seconds);

  std::unordered_map<std::string, Seen> seen_;
  std::deque<Expiry> expiries_;  // oldest first
};

}  // namespace tabletheory::engine
