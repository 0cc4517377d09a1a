#include "tabletheory/encryption.h"

#include <fmt/format.h>

#include "crypto/key_provider.h"

namespace tabletheory {
namespace {

// arn:<partition>:kms:<region>:<account>:key/<id>, or …:alias/<name>
bool is_key_arn(std::string_view arn) {
  std::size_t colons = 0, begin = 0;
  for (std::size_t end = arn.find(':'); end != std::string_view::npos && colons < 5; end = arn.find(':', begin)) {
    const std::string_view part = arn.substr(begin, end - begin);
    if (part.empty() || (colons == 0 && part != "arn") || (colons == 2 && part != "kms")) return false;
    begin = end + 1;
    ++colons;
  }
  const std::string_view resource = arn.substr(begin);
  return colons == 5 && (resource.starts_with("key/") || resource.starts_with("alias/"));
}

}  // namespace

Result<Encryption> Encryption::kms(std::string key_arn, std::optional<DataKeyCache> cache) {
  if (!is_key_arn(key_arn)) {
    return fail(ErrorCode::kInvalidModel, fmt::format("\"{}\" is not the ARN of a KMS key; it looks like "
                                                      "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-…",
                                                      key_arn));
  }
  if (!cache) return Encryption(crypto::make_kms_key_provider(std::move(key_arn)));
  if (cache->max_age.count() <= 0 || cache->max_uses == 0 || cache->max_bytes == 0 || cache->max_keys == 0) {
    return fail(ErrorCode::kInvalidModel,
                "a data-key cache with a limit of zero keeps nothing; give positive limits, or no cache");
  }
  const crypto::DataKeyCacheLimits limits{.max_age = cache->max_age,
                                          .max_uses = cache->max_uses,
                                          .max_bytes = cache->max_bytes,
                                          .max_keys = cache->max_keys};
  return Encryption(crypto::make_kms_key_provider(std::move(key_arn), limits));
}

Result<Encryption> Encryption::static_development_key(std::span<const std::uint8_t> key) {
  TT_TRY(auto provider, crypto::make_static_development_key_provider(crypto::Secret({key.begin(), key.end()})));
  return Encryption(std::move(provider));
}

Encryption Encryption::deterministic_for_tests(std::string_view seed) {
  return Encryption(crypto::make_deterministic_test_key_provider(seed));
}

}  // namespace tabletheory
