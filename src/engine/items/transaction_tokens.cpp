#include "engine/items/transaction_tokens.h"

#include <utility>

namespace tabletheory::engine {

const TransactionTokens::Seen* TransactionTokens::find(std::string_view token, Timestamp now) {
  forget_expired(now.unix_seconds());
  const auto found = seen_.find(std::string(token));
  return found == seen_.end() ? nullptr : &found->second;
}

void TransactionTokens::remember(std::string token, std::string content, std::string answer, Timestamp now) {
  expiries_.push_back({now.unix_seconds() + kLifetimeSeconds, token});
  seen_.insert_or_assign(std::move(token), Seen{std::move(content), std::move(answer)});
}

void TransactionTokens::forget_expired(std::int64_t now_seconds) {
  while (!expiries_.empty() && expiries_.front().at_seconds <= now_seconds) {
    seen_.erase(expiries_.front().token);
    expiries_.pop_front();
  }
}

}  // namespace tabletheory::engine
