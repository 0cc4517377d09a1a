#include "server/signatures.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/sigv4.h"
#include "crypto/primitives.h"
#include "server/messages.h"

namespace tabletheory::server {
namespace {

constexpr std::int64_t kMostSkewSeconds = 15 * 60;

using Refusal = std::optional<engine::ServiceError>;

Refusal refuse(std::string_view type, std::string message) {
  return engine::ServiceError{std::string(type), std::move(message)};
}

Refusal check_date(std::string_view amz_date, std::string_view scope_date, std::int64_t now) {
  const auto sent = aws::parse_amz_date(amz_date);
  if (!sent) return refuse("IncompleteSignatureException", std::string(messages::kMissingDate));
  const std::string_view day = amz_date.substr(0, 8);
  if (scope_date != day) {
    return refuse("InvalidSignatureException", fmt::format(messages::kWrongScopeDate, scope_date, day, amz_date));
  }
  const std::string here = aws::format_amz_date(now);
  if (*sent < now - kMostSkewSeconds) {
    return refuse("InvalidSignatureException",
                  fmt::format(messages::kExpired, amz_date, aws::format_amz_date(now - kMostSkewSeconds), here));
  }
  if (*sent > now + kMostSkewSeconds) {
    return refuse("InvalidSignatureException",
                  fmt::format(messages::kNotYetCurrent, amz_date, aws::format_amz_date(now + kMostSkewSeconds), here));
  }
  return {};
}

// What could be changed on the way if it were not signed.
Refusal check_signed_names(const RequestHead& head, std::span<const std::string_view> names) {
  for (const std::string_view name : {"host", "x-amz-date", "x-amz-target"}) {
    if (http::find_header(head.headers, name) == nullptr) continue;
    if (std::ranges::find(names, name) == names.end()) {
      return refuse("InvalidSignatureException", fmt::format(messages::kHeaderNotSigned, name));
    }
  }
  return {};
}

std::string expected_signature(const RequestHead& head, std::string_view body, const aws::Authorization& given,
                               std::string_view amz_date, const aws::Credentials& credentials) {
  const std::size_t question = std::min(head.target.find('?'), head.target.size());
  const std::string hash = aws::hex_sha256(body);
  const std::string canonical =
      aws::canonical_request({.method = head.method,
                              .path = head.target.substr(0, question),
                              .query = head.target.substr(std::min(question + 1, head.target.size())),
                              .headers = head.headers,
                              .signed_names = given.signed_names,
                              .payload_hash = hash});
  const std::string scope = aws::credential_scope(given.date, given.region, given.service);
  return aws::signature(aws::signing_key(credentials.secret_access_key, given.date, given.region, given.service),
                        aws::string_to_sign(amz_date, scope, canonical));
}

}  // namespace

Refusal check_signature(const RequestHead& head, std::string_view body, std::span<const aws::Credentials> known,
                        Timestamp now) {
  const std::string* header = http::find_header(head.headers, "authorization");
  if (header == nullptr) return refuse("MissingAuthenticationTokenException", std::string(messages::kMissingToken));
  const auto given = aws::parse_authorization(*header);
  if (!given) return refuse("IncompleteSignatureException", std::string(messages::kIncompleteSignature));
  const auto who = std::ranges::find(known, given->access_key_id, &aws::Credentials::access_key_id);
  if (who == known.end()) return refuse("UnrecognizedClientException", std::string(messages::kUnknownKey));
  if (given->service != "dynamodb") return refuse("InvalidSignatureException", std::string(messages::kWrongService));
  const std::string* amz_date = http::find_header(head.headers, "x-amz-date");
  if (amz_date == nullptr) return refuse("IncompleteSignatureException", std::string(messages::kMissingDate));
  if (auto refusal = check_date(*amz_date, given->date, now.unix_seconds())) return refusal;
  if (auto refusal = check_signed_names(head, given->signed_names)) return refusal;
  const std::string expected = expected_signature(head, body, *given, *amz_date, *who);
  if (!crypto::equal_in_constant_time(crypto::as_bytes(expected), crypto::as_bytes(given->signature))) {
    return refuse("InvalidSignatureException", std::string(messages::kMismatch));
  }
  return {};
}

}  // namespace tabletheory::server
