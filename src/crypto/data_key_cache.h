// DataKeyCache: data keys kept beyond one operation, for version 2 envelopes (docs/spec/byte-formats.md).
//
// A key is kept for its table. It seals until its age, its number of values or their bytes reach the limit, and opens
// until its age does; at most max_keys are kept for opening, the oldest going first. Keys are wiped as they go.
// Thread-safe: one mutex, held for a look-up.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "crypto/key_provider.h"

namespace tabletheory::crypto {

class DataKeyCache {
 public:
  explicit DataKeyCache(const DataKeyCacheLimits& limits) : limits_(limits) {}

  // A kept key that may still seal purpose.values more; they are counted.
  std::optional<DataKey> key_to_seal(const KeyPurpose& purpose);
  // Keeps a key just generated for `purpose`, whose values are counted already. It opens, too.
  void keep_to_seal(const DataKey& key, const KeyPurpose& purpose);

  std::optional<Secret> key_to_open(const Bytes& encrypted, const KeyPurpose& purpose);
  void keep_to_open(const Secret& key, const Bytes& encrypted, const KeyPurpose& purpose);

 private:
  struct Sealing {
    DataKey key;
    Timestamp born;
    std::uint64_t values, bytes;
  };
  struct Opening {
    Secret key;
    Timestamp born;
  };
  bool is_too_old(const Timestamp& born, const Timestamp& now) const;
  void keep(const Secret& key, std::string id, const Timestamp& now);

  const DataKeyCacheLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Sealing, std::less<>> sealing_;  // by table
  std::unordered_map<std::string, Opening> opening_;     // by table and encrypted key
  std::deque<std::string> oldest_first_;                 // of opening_
};

}  // namespace tabletheory::crypto
