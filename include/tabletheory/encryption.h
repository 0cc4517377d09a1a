// Encryption: where the keys of encrypted attributes come from (docs/encryption.md).
//
//     auto encryption = tabletheory::Encryption::kms("arn:aws:kms:eu-west-1:111122223333:key/…");
//     auto client = tabletheory::Client::connect("aws:eu-west-1", {.encryption = *encryption});
//
// Attributes that a model declares `encryption: {v: 1}` or `{v: 2}` are encrypted before they are sent and decrypted as
// they are read; the service never sees them. Without a provider every operation on items of such a model fails with
// ErrEncryptionNotConfigured before anything is sent.
//
// A handle: cheap to copy, copies share keys and cache. Thread-safe. Key bytes are wiped after use, and no message
// holds any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tabletheory/error.h"

namespace tabletheory {

namespace crypto {
class KeyProvider;
}

// How long data keys of version 2 attributes may be kept between operations: a key seals no more values once it has
// reached one of the limits. Without a cache every operation that writes encrypted values asks KMS for one key, and
// every operation that reads some asks for each key once. Keys of version 1 are never kept.
struct DataKeyCache {
  std::chrono::seconds max_age{300};
  std::uint64_t max_uses = 1000;           // values sealed under one key
  std::uint64_t max_bytes = 16ull << 20U;  // of those values, as the service's JSON
  std::size_t max_keys = 1000;             // kept for reading
};

class Encryption {
 public:
  // No provider.
  Encryption() = default;

  // AWS KMS under the key with this ARN: GenerateDataKey to write, Decrypt to read, over the client's own transport.
  // ErrInvalidModel for what is no ARN of a KMS key, and for limits of zero.
  static Result<Encryption> kms(std::string key_arn, std::optional<DataKeyCache> cache = std::nullopt);

  // FOR DEVELOPMENT ONLY: data keys wrapped under one static key of 32 bytes that the program holds. No service, and so
  // no rotation, no audit, and no protection beyond that of the key itself. ErrInvalidModel unless it has 32 bytes.
  static Result<Encryption> static_development_key(std::span<const std::uint8_t> key);

  // FOR TESTS ONLY: keys and nonces are drawn from the seed, so that the same operations store the same bytes in every
  // language. Anyone who knows the seed reads everything.
  static Encryption deterministic_for_tests(std::string_view seed);

  explicit operator bool() const { return provider_ != nullptr; }

  // For the library.
  const std::shared_ptr<crypto::KeyProvider>& provider() const { return provider_; }

 private:
  explicit Encryption(std::shared_ptr<crypto::KeyProvider> provider) : provider_(std::move(provider)) {}
  std::shared_ptr<crypto::KeyProvider> provider_;
};

}  // namespace tabletheory
