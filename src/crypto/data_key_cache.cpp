#include "crypto/data_key_cache.h"

namespace tabletheory::crypto {
namespace {

std::string id_of(std::string_view table, const Bytes& encrypted) {
  std::string id(table);
  id += '\0';  // no table name holds it
  id.append(encrypted.begin(), encrypted.end());
  return id;
}

}  // namespace

// A clock that went back tells nothing about an age, so it ends the key.
bool DataKeyCache::is_too_old(const Timestamp& born, const Timestamp& now) const {
  const Timestamp end(born.unix_seconds() + limits_.max_age.count(), born.nanoseconds());
  return now < born || !(now < end);
}

std::optional<DataKey> DataKeyCache::key_to_seal(const KeyPurpose& purpose) {
  const std::lock_guard lock(mutex_);
  const auto found = sealing_.find(purpose.table);
  if (found == sealing_.end()) return std::nullopt;
  Sealing& kept = found->second;
  if (is_too_old(kept.born, purpose.now) || purpose.values > limits_.max_uses - kept.values ||
      purpose.bytes > limits_.max_bytes - kept.bytes) {
    sealing_.erase(found);
    return std::nullopt;
  }
  kept.values += purpose.values;
  kept.bytes += purpose.bytes;
  return DataKey{kept.key.plaintext.duplicate(), kept.key.encrypted};
}

void DataKeyCache::keep_to_seal(const DataKey& key, const KeyPurpose& purpose) {
  const std::lock_guard lock(mutex_);
  keep(key.plaintext, id_of(purpose.table, key.encrypted), purpose.now);
  if (purpose.values >= limits_.max_uses || purpose.bytes >= limits_.max_bytes) return;  // spent already
  sealing_.insert_or_assign(
      std::string(purpose.table),
      Sealing{{key.plaintext.duplicate(), key.encrypted}, purpose.now, purpose.values, purpose.bytes});
}

std::optional<Secret> DataKeyCache::key_to_open(const Bytes& encrypted, const KeyPurpose& purpose) {
  const std::lock_guard lock(mutex_);
  const auto found = opening_.find(id_of(purpose.table, encrypted));
  if (found == opening_.end() || is_too_old(found->second.born, purpose.now)) return std::nullopt;
  return found->second.key.duplicate();
}

void DataKeyCache::keep_to_open(const Secret& key, const Bytes& encrypted, const KeyPurpose& purpose) {
  const std::lock_guard lock(mutex_);
  keep(key, id_of(purpose.table, encrypted), purpose.now);
}

// With the lock held.
void DataKeyCache::keep(const Secret& key, std::string id, const Timestamp& now) {
  while (!oldest_first_.empty()) {
    const auto oldest = opening_.find(oldest_first_.front());
    if (opening_.size() < limits_.max_keys && !is_too_old(oldest->second.born, now)) break;
    opening_.erase(oldest);
    oldest_first_.pop_front();
  }
  const auto [entry, is_new] = opening_.try_emplace(id);
  entry->second = {key.duplicate(), now};
  if (is_new) oldest_first_.push_back(std::move(id));
}

}  // namespace tabletheory::crypto
