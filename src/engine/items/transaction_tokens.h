// TransactionTokens: the client tokens of transactions that were carried out in the last ten minutes.
//
// The same token with the same request gives the first answer again without doing anything; with another request it is
// an IdempotentParameterMismatchException. Cancelled transactions are not remembered, so they can be tried again.
// Where the storage outlives the process, so do the tokens: they are written in the transaction's own batch.
// Not thread-safe: used under Context::writes.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/storage.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::engine {

class TransactionTokens {
 public:
  static constexpr std::int64_t kLifetimeSeconds = 600;

  // Reads the tokens that `storage` holds.
  explicit TransactionTokens(const Storage& storage);
  // What keeps them from being read; nothing when all is well.
  const std::optional<Error>& problem() const { return problem_; }

  struct Seen {
    std::string content;  // the request's canonical content, or a digest of it
    std::string answer;
  };

  // What is remembered of `token`, or nullptr. Valid until the next call.
  const Seen* find(std::string_view token, Timestamp now);
  // Remembers; the mutations belong into the batch of the transaction.
  std::vector<Mutation> remember(std::string token, std::string content, std::string answer, Timestamp now);
  // For a transaction whose batch could not be committed.
  void forget(std::string_view token);

 private:
  struct Expiry {
    std::int64_t at_seconds;
    std::string token;
  };
  void load(const Storage& storage);
  void forget_expired(std::int64_t now_seconds);

  const bool durable_;
  std::unordered_map<std::string, Seen> seen_;
  std::deque<Expiry> expiries_;        // oldest first
  std::vector<std::string> to_erase_;  // stored keys of expired tokens, for the next batch
  std::optional<Error> problem_;
};

}  // namespace tabletheory::engine
