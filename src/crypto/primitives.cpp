#include "crypto/primitives.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <limits>
#include <memory>

namespace tabletheory::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Fetching an algorithm walks OpenSSL's providers; once per process is enough.
const EVP_CIPHER* aes_256_gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

std::unexpected<Error> broken(std::string_view step) {
  return fail(ErrorCode::kInternal, "the cryptographic library failed at " + std::string(step) +
                                        "; check that OpenSSL 3 with its default provider is installed");
}

int length(std::span<const std::uint8_t> bytes) {
  return static_cast<int>(bytes.size());
}

}  // namespace

Digest sha256(std::span<const std::uint8_t> data) {
  Digest digest{};
  EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> data) {
  static constexpr std::uint8_t kNothing = 0;  // HMAC takes no null key, even an empty one
  Digest digest{};
  HMAC(EVP_sha256(), key.empty() ? &kNothing : key.data(), length(key), data.data(), data.size(), digest.data(),
       nullptr);
  return digest;
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::vector<std::uint8_t>> random_bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) return broken("drawing random bytes");
  return bytes;
}

Result<std::vector<std::uint8_t>> seal_aes_256_gcm(std::span<const std::uint8_t> key,
                                                   std::span<const std::uint8_t> nonce,
                                                   std::span<const std::uint8_t> associated,
                                                   std::span<const std::uint8_t> plaintext) {
  if (key.size() != kAesKeyBytes || nonce.size() != kGcmNonceBytes) return broken("choosing key and nonce");
  Context context(EVP_CIPHER_CTX_new());
  std::vector<std::uint8_t> sealed(plaintext.size() + kGcmTagBytes);
  int written = 0;
  if (!context || !aes_256_gcm() ||
      EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), key.data(), nonce.data(), nullptr) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &written, associated.data(), length(associated)) != 1 ||
      EVP_EncryptUpdate(context.get(), sealed.data(), &written, plaintext.data(), length(plaintext)) != 1 ||
      EVP_EncryptFinal_ex(context.get(), sealed.data() + plaintext.size(), &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kGcmTagBytes, sealed.data() + plaintext.size()) != 1) {
    return broken("encrypting");
  }
  return sealed;
}

Result<std::optional<Secret>> open_aes_256_gcm(std::span<const std::uint8_t> key, std::span<const std::uint8_t> nonce,
                                               std::span<const std::uint8_t> associated,
                                               std::span<const std::uint8_t> sealed) {
  if (key.size() != kAesKeyBytes || nonce.size() != kGcmNonceBytes || sealed.size() < kGcmTagBytes) {
    return std::optional<Secret>();
  }
  auto text = sealed.first(sealed.size() - kGcmTagBytes);
  std::array<std::uint8_t, kGcmTagBytes> tag{};
  std::copy(sealed.end() - kGcmTagBytes, sealed.end(), tag.begin());
  Context context(EVP_CIPHER_CTX_new());
  std::vector<std::uint8_t> plaintext(text.size());
  int written = 0;
  if (!context || !aes_256_gcm() ||
      EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), key.data(), nonce.data(), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &written, associated.data(), length(associated)) != 1 ||
      EVP_DecryptUpdate(context.get(), plaintext.data(), &written, text.data(), length(text)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kGcmTagBytes, tag.data()) != 1) {
    return broken("decrypting");
  }
  Secret opened(std::move(plaintext));  // wiped if the tag is wrong
  std::uint8_t rest[kGcmTagBytes];
  if (EVP_DecryptFinal_ex(context.get(), rest, &written) != 1) return std::optional<Secret>();
  return std::optional<Secret>(std::move(opened));
}

}  // namespace tabletheory::crypto
