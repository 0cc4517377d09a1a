#include "aws/credential_answers.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>

#include "tabletheory/timestamp.h"
#include "value/excerpt.h"
#include "value/json_text.h"

namespace tabletheory::aws {
namespace {

using value::JsonNode;

std::string text_member(const JsonNode& node, std::string_view name) {
  const JsonNode* found = node.find(name);
  return found != nullptr && found->kind == JsonNode::Kind::kString ? found->text : std::string();
}

Result<void> read_expiration(std::string_view text, std::string_view source, Credentials& into) {
  if (text.empty()) return {};
  const auto moment = Timestamp::parse(text);
  if (!moment) {
    return fail(ErrorCode::kCredentials, fmt::format("{} gave an expiration that is no RFC 3339 time", source));
  }
  into.expires = moment->unix_seconds();
  return {};
}

// The text of the first <name>…</name>, entities resolved.
std::string element_text(std::string_view xml, std::string_view name) {
  const std::string open = fmt::format("<{}>", name), close = fmt::format("</{}>", name);
  const std::size_t start = xml.find(open);
  if (start == std::string_view::npos) return {};
  const std::size_t end = xml.find(close, start);
  if (end == std::string_view::npos) return {};
  std::string text(xml.substr(start + open.size(), end - start - open.size()));
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities) {
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
      text.replace(at, entity.size(), character);
  }
  return text;
}

// arn:aws:sts::123456789012:assumed-role/…
std::string account_of_arn(std::string_view arn) {
  for (int skipped = 0; skipped < 4; ++skipped) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

}  // namespace

Result<Credentials> read_credentials_json(std::string_view json, std::string_view source) {
  const auto root = value::parse_json_text(json);
  if (!root || root->kind != JsonNode::Kind::kObject) {
    return fail(ErrorCode::kCredentials, fmt::format("{} answered with something that is no JSON object", source));
  }
  if (const std::string code = text_member(*root, "Code"); !code.empty() && code != "Success") {
    return fail(ErrorCode::kCredentials, fmt::format("{} refused: {}", source, value::shortened(code)));
  }
  Credentials out;
  out.access_key_id = text_member(*root, "AccessKeyId");
  out.secret_access_key = text_member(*root, "SecretAccessKey");
  out.session_token = text_member(*root, "SessionToken");
  if (out.session_token.empty()) out.session_token = text_member(*root, "Token");
  out.account_id = text_member(*root, "AccountId");
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    return fail(ErrorCode::kCredentials, fmt::format("{} gave no AccessKeyId or no SecretAccessKey", source));
  }
  TT_CHECK(read_expiration(text_member(*root, "Expiration"), source, out));
  return out;
}

Result<Credentials> read_sts_answer(const http::Response& response, std::string_view arn) {
  const std::string& xml = response.body;
  if (response.status != 200) {
    return std::unexpected(
        Error(ErrorCode::kCredentials,
              fmt::format("the role {} could not be assumed (HTTP status {}): {}; check the role's trust policy and "
                          "the caller's permission sts:AssumeRole",
                          arn, response.status, value::shortened(element_text(xml, "Message"))))
            .from_service(element_text(xml, "Code"), element_text(xml, "RequestId"), response.status, false));
  }
  Credentials out;
  out.access_key_id = element_text(xml, "AccessKeyId");
  out.secret_access_key = element_text(xml, "SecretAccessKey");
  out.session_token = element_text(xml, "SessionToken");
  out.account_id = account_of_arn(element_text(xml, "Arn"));
  if (out.access_key_id.empty() || out.secret_access_key.empty() || out.session_token.empty()) {
    return fail(ErrorCode::kCredentials, fmt::format("the answer to assuming {} holds no credentials", arn));
  }
  TT_CHECK(read_expiration(element_text(xml, "Expiration"), "STS", out));
  return out;
}

Result<Credentials> read_sso_answer(const http::Response& response) {
  constexpr std::string_view kSource = "IAM Identity Center";
  if (response.status != 200) {
    return fail(ErrorCode::kCredentials,
                fmt::format("{} refused with HTTP status {}; sign in again: aws sso login", kSource, response.status));
  }
  const auto root = value::parse_json_text(response.body);
  const JsonNode* node = root ? root->find("roleCredentials") : nullptr;
  if (node == nullptr) return fail(ErrorCode::kCredentials, fmt::format("{} gave no roleCredentials", kSource));
  Credentials out;
  out.access_key_id = text_member(*node, "accessKeyId");
  out.secret_access_key = text_member(*node, "secretAccessKey");
  out.session_token = text_member(*node, "sessionToken");
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    return fail(ErrorCode::kCredentials, fmt::format("{} gave no key", kSource));
  }
  if (const JsonNode* expires = node->find("expiration"); expires != nullptr) {
    std::int64_t milliseconds = 0;
    const char* end = expires->text.data() + expires->text.size();
    if (std::from_chars(expires->text.data(), end, milliseconds).ec == std::errc()) out.expires = milliseconds / 1000;
  }
  return out;
}

}  // namespace tabletheory::aws
