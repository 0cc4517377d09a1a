// Signature Version 4: how AWS requests say who sent them. The same canonical request serves signing (clients) and
// verification (servers).
//
//     Signer signer("us-east-1", "dynamodb");
//     signer.sign(request, credentials, now_unix_seconds);   // adds X-Amz-Date, Authorization and the token's header
//
// The functions are pure and thread-safe; a Signer caches the day's signing key and is thread-safe too.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "crypto/primitives.h"
#include "http/message.h"

namespace tabletheory::aws {

// What is signed. Views are valid during the call only.
struct CanonicalInput {
  std::string_view method;
  std::string_view path;                           // as sent (percent-encoded)
  std::string_view query;                          // as sent, without "?"
  std::span<const http::Header> headers;           // those sent, more than the signed ones are no harm
  std::span<const std::string_view> signed_names;  // lower case, sorted
  std::string_view payload_hash;                   // hex SHA-256 of the body
};

// The canonical request. A signed name that no header has counts as empty.
std::string canonical_request(const CanonicalInput& input);

// 20150830/us-east-1/iam/aws4_request
std::string credential_scope(std::string_view date, std::string_view region, std::string_view service);

// `amz_date` is 20150830T123600Z.
std::string string_to_sign(std::string_view amz_date, std::string_view scope, std::string_view canonical_request);

crypto::Digest signing_key(std::string_view secret_access_key, std::string_view date, std::string_view region,
                           std::string_view service);

// Hex.
std::string signature(const crypto::Digest& key, std::string_view string_to_sign);
std::string hex_sha256(std::string_view data);

// 20150830T123600Z of an instant, and back (nullopt when it is not of that form).
std::string format_amz_date(std::int64_t unix_seconds);
std::optional<std::int64_t> parse_amz_date(std::string_view text);

// The parts of an Authorization header, for those who verify one. Views into the header.
struct Authorization {
  std::string_view access_key_id, date, region, service, signature;
  std::vector<std::string_view> signed_names;
};
// Nullopt when the header is not a SigV4 one or lacks a part.
std::optional<Authorization> parse_authorization(std::string_view header);

class Signer {
 public:
  Signer(std::string region, std::string service) : region_(std::move(region)), service_(std::move(service)) {}

  // Signs every header the request has, and its Host. Headers of an earlier signature are replaced.
  void sign(http::Request& request, const Credentials& credentials, std::int64_t unix_seconds);

  const std::string& region() const { return region_; }

 private:
  crypto::Digest key_of_day(const Credentials& credentials, std::string_view date);

  std::string region_, service_;
  std::mutex mutex_;
  std::string cached_secret_, cached_date_;
  crypto::Digest cached_key_{};
};

}  // namespace tabletheory::aws
