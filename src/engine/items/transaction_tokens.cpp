#include "engine/items/transaction_tokens.h"

#include <algorithm>
#include <utility>

namespace tabletheory::engine {
namespace {

// Beside the catalog's entries, under storage id 0. The stored value: expiry in seconds (8 bytes, big-endian), size of
// the content (4 bytes, big-endian), content, answer.
constexpr std::string_view kTokenPrefix("\0\0\0\0token/", 10);
constexpr std::size_t kExpiryBytes = 8;
constexpr std::size_t kSizeBytes = 4;

std::string token_key(std::string_view token) {
  return std::string(kTokenPrefix).append(token);
}

void append_number(std::uint64_t number, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i > 0; --i) out += static_cast<char>(number >> (8 * (i - 1)));
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

TransactionTokens::TransactionTokens(const Storage& storage) : durable_(storage.durable()) {
  if (!durable_) return;
  try {
    load(storage);
  } catch (const StorageFailure& failure) {
    problem_.emplace(ErrorCode::kInternal, failure.what());
  }
}

void TransactionTokens::load(const Storage& storage) {
  const auto cursor = storage.snapshot()->cursor();
  for (cursor->seek(kTokenPrefix); cursor->valid() && cursor->key().starts_with(kTokenPrefix); cursor->next()) {
    const std::string_view value = cursor->value();
    if (value.size() < kExpiryBytes + kSizeBytes) {
      throw StorageFailure("a transaction token in storage is damaged; restore the file from a backup");
    }
    const auto expiry = static_cast<std::int64_t>(number_in(value.substr(0, kExpiryBytes)));
    const std::string_view rest = value.substr(kExpiryBytes + kSizeBytes);
    const std::size_t size = std::min<std::size_t>(number_in(value.substr(kExpiryBytes, kSizeBytes)), rest.size());
    std::string token(cursor->key().substr(kTokenPrefix.size()));
    expiries_.push_back({expiry, token});
    seen_.insert_or_assign(std::move(token), Seen{std::string(rest.substr(0, size)), std::string(rest.substr(size))});
  }
  std::ranges::sort(expiries_, {}, &Expiry::at_seconds);
}

const TransactionTokens::Seen* TransactionTokens::find(std::string_view token, Timestamp now) {
  forget_expired(now.unix_seconds());
  const auto found = seen_.find(std::string(token));
  return found == seen_.end() ? nullptr : &found->second;
}

std::vector<Mutation> TransactionTokens::remember(std::string token, std::string content, std::string answer,
                                                  Timestamp now) {
  std::vector<Mutation> mutations;
  const std::int64_t expiry = now.unix_seconds() + kLifetimeSeconds;
  if (durable_) {
    for (std::string& key : std::exchange(to_erase_, {})) mutations.push_back({std::move(key), std::nullopt});
    std::string value;
    append_number(static_cast<std::uint64_t>(expiry), kExpiryBytes, value);
    append_number(content.size(), kSizeBytes, value);
    mutations.push_back({token_key(token), value.append(content).append(answer)});
  }
  expiries_.push_back({expiry, token});
  seen_.insert_or_assign(std::move(token), Seen{std::move(content), std::move(answer)});
  return mutations;
}

void TransactionTokens::forget(std::string_view token) {
  seen_.erase(std::string(token));
}

void TransactionTokens::forget_expired(std::int64_t now_seconds) {
  while (!expiries_.empty() && expiries_.front().at_seconds <= now_seconds) {
    if (durable_) to_erase_.push_back(token_key(expiries_.front().token));
    seen_.erase(expiries_.front().token);
    expiries_.pop_front();
  }
}

}  // namespace tabletheory::engine
