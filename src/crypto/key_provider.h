// KeyProvider: where data keys come from. Sans-IO: a provider that needs a service yields a request instead of a key,
// and is fed the answer, so every transport and every language can drive it.
//
// Thread-safe unless its comment says otherwise; shared by the operations of a client.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/primitives.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"

namespace tabletheory::crypto {

struct DataKey {
  Secret plaintext;  // 32 bytes
  Bytes encrypted;   // stored beside the data: `edk`
};

// What a key is asked for. Views are valid during the call only.
struct KeyPurpose {
  int version = 1;
  std::string_view model;
  std::string_view table;  // the DMS document's table name
  std::string_view attribute;
  Timestamp now{};           // for caches that mind the age of keys
  std::uint64_t values = 1;  // how many values a generated key is to seal,
  std::uint64_t bytes = 0;   // and how large they are together
};

// A call to the key service.
struct KeyRequest {
  std::string_view operation;  // "GenerateDataKey", "Decrypt"; static text
  std::string body;            // JSON
};

class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  // A fresh data key, or the request that gets one (then see read_generated).
  virtual Result<std::variant<DataKey, KeyRequest>> generate(const KeyPurpose& purpose) = 0;
  // The plaintext of a stored key, or the request that gets it (then see read_decrypted).
  virtual Result<std::variant<Secret, KeyRequest>> decrypt(const Bytes& encrypted, const KeyPurpose& purpose) = 0;

  // The answers to those requests, for the same purpose. Errors: ErrInvalidEncryptedEnvelope (the service cannot
  // decrypt the key), ErrThrottled, ErrServiceUnavailable, ErrRequestRejected for other refusals, ErrTransport for an
  // answer that makes no sense.
  virtual Result<DataKey> read_generated(const KeyPurpose& purpose, int status, std::string_view body) = 0;
  virtual Result<Secret> read_decrypted(const Bytes& encrypted, const KeyPurpose& purpose, int status,
                                        std::string_view body) = 0;

  // Twelve bytes, never the same under one key.
  virtual Result<Bytes> nonce(const KeyPurpose& purpose);
  // Whether one data key may seal all values of one operation. The deterministic provider says no.
  virtual bool reuses_key_within_operation() const { return true; }
};

// How long data keys of version 2 envelopes may be kept. A key seals no more once one of the limits is reached.
struct DataKeyCacheLimits {
  std::chrono::seconds max_age{300};
  std::uint64_t max_uses = 1000;           // values sealed under one key
  std::uint64_t max_bytes = 16ull << 20U;  // of those values
  std::size_t max_keys = 1000;             // kept for reading
};

// AWS KMS under `key_arn` (docs/spec/byte-formats.md). GenerateDataKey and Decrypt as requests; keeps no key without
// `cache`.
std::shared_ptr<KeyProvider> make_kms_key_provider(std::string key_arn, std::optional<DataKeyCacheLimits> cache = {});

// FOR DEVELOPMENT ONLY: data keys wrapped (AES-256-GCM) under one static key of 32 bytes that the caller holds. Offers
// no rotation, no audit and no protection beyond that of the key itself. ErrInvalidModel unless the key has 32 bytes.
Result<std::shared_ptr<KeyProvider>> make_static_development_key_provider(Secret key);

// FOR TESTS ONLY: keys and nonces are drawn from `seed`, so the same operations give the same bytes in every language.
// Draws are counted: from several threads it is safe, but the order of draws is theirs.
std::shared_ptr<KeyProvider> make_deterministic_test_key_provider(std::string_view seed);

}  // namespace tabletheory::crypto
