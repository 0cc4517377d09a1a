// The cryptographic primitives the library uses, over OpenSSL 3's EVP. Nothing here is initialised before its first
// use.
//
// Thread-safe. Failures of OpenSSL itself are ErrInternal; a wrong tag is reported as "nullopt", never with a reason.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/secret.h"
#include "tabletheory/error.h"

namespace tabletheory::crypto {

inline constexpr std::size_t kAesKeyBytes = 32;  // AES-256
inline constexpr std::size_t kGcmNonceBytes = 12;
inline constexpr std::size_t kGcmTagBytes = 16;
using Digest = std::array<std::uint8_t, 32>;

inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Digest sha256(std::span<const std::uint8_t> data);
Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> data);
// Compares in time that depends on the lengths only.
bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);
// Bytes from the operating system's generator.
Result<std::vector<std::uint8_t>> random_bytes(std::size_t count);

// Ciphertext followed by the 16-byte tag. `key` has 32 bytes, `nonce` 12.
Result<std::vector<std::uint8_t>> seal_aes_256_gcm(std::span<const std::uint8_t> key,
                                                   std::span<const std::uint8_t> nonce,
                                                   std::span<const std::uint8_t> associated,
                                                   std::span<const std::uint8_t> plaintext);
// The plaintext; empty when the tag does not authenticate.
Result<std::optional<Secret>> open_aes_256_gcm(std::span<const std::uint8_t> key, std::span<const std::uint8_t> nonce,
                                               std::span<const std::uint8_t> associated,
                                               std::span<const std::uint8_t> sealed);

}  // namespace tabletheory::crypto
