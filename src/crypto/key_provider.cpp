#include "crypto/key_provider.h"

#include <atomic>

#include "crypto/data_key_cache.h"
#include "value/base64.h"
#include "value/wire.h"

namespace tabletheory::crypto {
namespace {

std::unexpected<Error> undecryptable() {
  return fail(ErrorCode::kInvalidEncryptedEnvelope,
              "the data key of an encrypted attribute cannot be decrypted; read it with the key it was written with");
}

std::unexpected<Error> senseless(std::string_view what) {
  return fail(ErrorCode::kTransport, "the key service answered with " + std::string(what) + "; check its endpoint");
}

// An answer of KMS. It holds a key in the clear, so every copy of it that is made here is wiped.
class KmsAnswer {
 public:
  explicit KmsAnswer(std::string_view body) : text_(body) {
    is_object_ = parser_.parse(text_).get(root_) == simdjson::SUCCESS && root_.is_object();
  }
  KmsAnswer(const KmsAnswer&) = delete;
  KmsAnswer& operator=(const KmsAnswer&) = delete;
  ~KmsAnswer() { OPENSSL_cleanse(text_.data(), text_.size()); }

  bool is_object() const { return is_object_; }
  // Empty when there is no such text.
  std::string_view text(const char* member) const {
    std::string_view text;
    if (!is_object_ || root_[member].get(text) != simdjson::SUCCESS) return {};
    return text;
  }
  Result<Bytes> binary(const char* member) const {
    if (auto bytes = value::decode_base64(text(member)); bytes && !bytes->empty()) return std::move(*bytes);
    return senseless("no usable " + std::string(member));
  }
  // A data key. Takes it out: the parser's copy is wiped.
  Result<Secret> plaintext() {
    auto bytes = binary("Plaintext");
    const std::string_view parsed = text("Plaintext");
    OPENSSL_cleanse(const_cast<char*>(parsed.data()), parsed.size());  // the parser's own buffer
    if (!bytes) return std::unexpected(std::move(bytes).error());
    Secret key(std::move(*bytes));
    if (key.size() != kAesKeyBytes) return senseless("a data key of the wrong length");
    return key;
  }

 private:
  simdjson::padded_string text_;
  simdjson::dom::parser parser_;
  value::WireElement root_;
  bool is_object_ = false;
};

// AWS KMS: the JSON protocol of TrentService, version 2014-11-01.
class KmsKeyProvider final : public KeyProvider {
 public:
  KmsKeyProvider(std::string key_arn, std::optional<DataKeyCacheLimits> cache) : key_arn_(std::move(key_arn)) {
    if (cache) cache_.emplace(*cache);
  }

  Result<std::variant<DataKey, KeyRequest>> generate(const KeyPurpose& purpose) override {
    if (is_cached(purpose)) {
      if (auto kept = cache_->key_to_seal(purpose)) return std::move(*kept);
    }
    std::string body;
    value::WireWriter writer(body);
    writer.raw(R"({"KeyId":)");
    writer.string(key_arn_);
    writer.raw(R"(,"KeySpec":"AES_256")");
    append_context(purpose, writer);
    writer.raw('}');
    return KeyRequest{"GenerateDataKey", std::move(body)};
  }

  Result<std::variant<Secret, KeyRequest>> decrypt(const Bytes& encrypted, const KeyPurpose& purpose) override {
    if (is_cached(purpose)) {
      if (auto kept = cache_->key_to_open(encrypted, purpose)) return std::move(*kept);
    }
    std::string body;
    value::WireWriter writer(body);
    writer.raw(R"({"CiphertextBlob":")");
    value::append_base64(encrypted, body);
    writer.raw(R"(","KeyId":)");
    writer.string(key_arn_);
    append_context(purpose, writer);
    writer.raw('}');
    return KeyRequest{"Decrypt", std::move(body)};
  }

  Result<DataKey> read_generated(const KeyPurpose& purpose, int status, std::string_view body) override {
    KmsAnswer answer(body);
    TT_CHECK(check(answer, status));
    TT_TRY(Secret key, answer.plaintext());
    TT_TRY(Bytes encrypted, answer.binary("CiphertextBlob"));
    DataKey generated{std::move(key), std::move(encrypted)};
    if (is_cached(purpose)) cache_->keep_to_seal(generated, purpose);
    return generated;
  }

  Result<Secret> read_decrypted(const Bytes& encrypted, const KeyPurpose& purpose, int status,
                                std::string_view body) override {
    KmsAnswer answer(body);
    TT_CHECK(check(answer, status));
    TT_TRY(Secret key, answer.plaintext());
    if (is_cached(purpose)) cache_->keep_to_open(key, encrypted, purpose);
    return key;
  }

 private:
  // Version 1 knows no reuse beyond one operation.
  bool is_cached(const KeyPurpose& purpose) const { return cache_ && purpose.version >= 2; }

  // v2 binds the key to its table in KMS's own log and policy.
  static void append_context(const KeyPurpose& purpose, value::WireWriter& writer) {
    if (purpose.version < 2) return;
    writer.raw(R"(,"EncryptionContext":{"tabletheory:table":)");
    writer.string(purpose.table);
    writer.raw('}');
  }

  static Result<void> check(const KmsAnswer& answer, int status) {
    if (status == 200) return answer.is_object() ? Result<void>() : senseless("something that is not JSON");
    std::string_view type = answer.text("__type");
    type = type.substr(type.find('#') + 1);
    if (type == "InvalidCiphertextException" || type == "IncorrectKeyException") return undecryptable();
    const bool throttled = type == "ThrottlingException" || type == "LimitExceededException";
    const bool unavailable = !throttled && status >= 500;
    std::string message = throttled ? "the key service throttled the request; slow down, or keep data keys in a cache"
                          : unavailable ? "the key service could not answer; try again later"
                                        : "the key service refused the request; check that the key exists, is enabled, "
                                          "and may be used by this caller";
    std::string_view words = answer.text("message");
    if (words.empty()) words = answer.text("Message");
    if (!words.empty()) message += " (the service says: " + std::string(words) + ")";
    const ErrorCode code = throttled     ? ErrorCode::kThrottled
                           : unavailable ? ErrorCode::kServiceUnavailable
                                         : ErrorCode::kRequestRejected;
    return std::unexpected(
        Error(code, std::move(message)).from_service(std::string(type), "", status, throttled || unavailable));
  }

  const std::string key_arn_;
  std::optional<DataKeyCache> cache_;
};

class StaticDevelopmentKeyProvider final : public KeyProvider {
 public:
  explicit StaticDevelopmentKeyProvider(Secret key) : key_(std::move(key)) {}

  Result<std::variant<DataKey, KeyRequest>> generate(const KeyPurpose&) override {
    TT_TRY(auto plaintext, random_bytes(kAesKeyBytes));
    Secret data_key(std::move(plaintext));
    TT_TRY(Bytes wrapped, random_bytes(kGcmNonceBytes));
    TT_TRY(auto sealed, seal_aes_256_gcm(key_.bytes(), wrapped, kWrapping, data_key.bytes()));
    wrapped.insert(wrapped.end(), sealed.begin(), sealed.end());
    return DataKey{std::move(data_key), std::move(wrapped)};
  }

  Result<std::variant<Secret, KeyRequest>> decrypt(const Bytes& encrypted, const KeyPurpose&) override {
    if (encrypted.size() < kGcmNonceBytes) return undecryptable();
    std::span<const std::uint8_t> bytes(encrypted);
    TT_TRY(auto opened,
           open_aes_256_gcm(key_.bytes(), bytes.first(kGcmNonceBytes), kWrapping, bytes.subspan(kGcmNonceBytes)));
    if (!opened || opened->size() != kAesKeyBytes) return undecryptable();
    return std::move(*opened);
  }

  Result<DataKey> read_generated(const KeyPurpose&, int, std::string_view) override { return never(); }
  Result<Secret> read_decrypted(const Bytes&, const KeyPurpose&, int, std::string_view) override { return never(); }

 private:
  static std::unexpected<Error> never() {
    return fail(ErrorCode::kInternal, "the static development key provider sends no requests; please report this");
  }
  static inline const std::span<const std::uint8_t> kWrapping = as_bytes("tabletheory:development-key:v1");
  const Secret key_;
};

class DeterministicTestKeyProvider final : public KeyProvider {
 public:
  explicit DeterministicTestKeyProvider(std::string_view seed) : master_(sha256(as_bytes(seed))) {}

  Result<std::variant<DataKey, KeyRequest>> generate(const KeyPurpose& purpose) override {
    Bytes encrypted = draw("edk", purpose, 32);
    Secret key = key_of(encrypted);
    return DataKey{std::move(key), std::move(encrypted)};
  }
  Result<std::variant<Secret, KeyRequest>> decrypt(const Bytes& encrypted, const KeyPurpose&) override {
    return key_of(encrypted);
  }
  Result<DataKey> read_generated(const KeyPurpose&, int, std::string_view) override { return never(); }
  Result<Secret> read_decrypted(const Bytes&, const KeyPurpose&, int, std::string_view) override { return never(); }
  Result<Bytes> nonce(const KeyPurpose& purpose) override { return draw("nonce", purpose, kGcmNonceBytes); }
  bool reuses_key_within_operation() const override { return false; }

 private:
  static std::unexpected<Error> never() {
    return fail(ErrorCode::kInternal, "the deterministic test key provider sends no requests; please report this");
  }
  Secret key_of(const Bytes& encrypted) const {
    Digest digest = hmac_sha256(master_, encrypted);
    return Secret({digest.begin(), digest.end()});
  }
  Bytes draw(std::string_view what, const KeyPurpose& purpose, std::size_t count) {
    std::string label = std::string(what) + "|" + std::string(purpose.model) + "|" + std::string(purpose.attribute) +
                        "|" + std::to_string(++draws_);
    Digest digest = hmac_sha256(master_, as_bytes(label));
    return {digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  const Digest master_;
  std::atomic<std::uint64_t> draws_ = 0;
};

}  // namespace

Result<Bytes> KeyProvider::nonce(const KeyPurpose&) {
  return random_bytes(kGcmNonceBytes);
}

std::shared_ptr<KeyProvider> make_kms_key_provider(std::string key_arn, std::optional<DataKeyCacheLimits> cache) {
  return std::make_shared<KmsKeyProvider>(std::move(key_arn), cache);
}

Result<std::shared_ptr<KeyProvider>> make_static_development_key_provider(Secret key) {
  if (key.size() != kAesKeyBytes) {
    return fail(ErrorCode::kInvalidModel,
                "a static development key has exactly 32 bytes; this one has " + std::to_string(key.size()));
  }
  return std::make_shared<StaticDevelopmentKeyProvider>(std::move(key));
}

std::shared_ptr<KeyProvider> make_deterministic_test_key_provider(std::string_view seed) {
  return std::make_shared<DeterministicTestKeyProvider>(seed);
}

}  // namespace tabletheory::crypto
