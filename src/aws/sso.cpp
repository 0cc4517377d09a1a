// Credentials by IAM Identity Center ("SSO"): the token that `aws sso login` left behind, refreshed when it is old and
// can be, exchanged for a role's credentials.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "aws/credential_answers.h"
#include "aws/credential_sources.h"
#include "aws/endpoints.h"
#include "tabletheory/timestamp.h"
#include "value/json_text.h"
#include "value/wire.h"

namespace tabletheory::aws {
namespace {

using value::JsonNode;

constexpr std::int64_t kRefreshBeforeSeconds = 300;
constexpr std::string_view kSignIn = "sign in again: aws sso login";

struct Sso {
  std::string region, account_id, role_name, cache_path;
};

// The cache's files are named by the SHA-1 of what was signed in to; no secret depends on it.
std::string cache_path(const Settings& settings, const std::string& signed_in_to) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(signed_in_to.data(), signed_in_to.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string name;
  for (unsigned i = 0; i < size; ++i) name += fmt::format("{:02x}", digest[i]);
  return settings.home() + "/.aws/sso/cache/" + name + ".json";
}

std::string member(const JsonNode& node, std::string_view name) {
  const JsonNode* found = node.find(name);
  return found != nullptr && found->kind == JsonNode::Kind::kString ? found->text : std::string();
}

CredentialStep role_credentials(const Settings& settings, const Sso& sso, const std::string& token) {
  auto url = find_endpoint(settings, Api::kSso, sso.region);
  if (!url) return no_credentials("sso_region: " + url.error().message());
  Ask ask;
  ask.request.url = std::move(*url);
  ask.request.url.path = "/federation/credentials";
  ask.request.url.query = fmt::format("role_name={}&account_id={}", http::percent_encode(sso.role_name),
                                      http::percent_encode(sso.account_id));
  ask.request.headers.push_back({"x-amz-sso_bearer_token", token});
  ask.then = [account = sso.account_id](Result<http::Response> answer) -> CredentialStep {
    if (!answer) return no_credentials("IAM Identity Center could not be asked: " + answer.error().message());
    auto read = read_sso_answer(*answer);
    if (!read) return {std::move(read).error()};
    read->account_id = account;
    return {std::move(*read)};
  };
  return {std::move(ask)};
}

// Keeps the refreshed token for the other tools; when that fails, the old one is refreshed once more next time.
void keep_token(const Settings& settings, const Sso& sso, const JsonNode& old, const JsonNode& answer,
                std::int64_t now) {
  const JsonNode* lifetime = answer.find("expiresIn");
  const std::int64_t seconds = lifetime == nullptr ? 0 : std::atoll(lifetime->text.c_str());
  std::string expires = Timestamp(now + seconds, 0).to_string();
  expires.erase(expires.find('.'), 10);
  std::string out;
  value::WireWriter writer(out);
  const auto put = [&](std::string_view name, std::string_view text) {
    writer.raw(out.empty() ? '{' : ',');
    writer.key(name);
    writer.string(text);
  };
  for (const auto& entry : old.members) {
    if (entry.value.kind != JsonNode::Kind::kString) continue;
    if (entry.name == "accessToken" || entry.name == "expiresAt" || entry.name == "refreshToken") continue;
    put(entry.name, entry.value.text);
  }
  put("accessToken", member(answer, "accessToken"));
  put("expiresAt", expires);
  const std::string next = member(answer, "refreshToken");
  put("refreshToken", next.empty() ? member(old, "refreshToken") : next);
  out += "}\n";
  settings.surroundings().write_file(sso.cache_path, out);
}

CredentialStep refresh(const Settings& settings, const Sso& sso, JsonNode old, std::int64_t now) {
  auto url = find_endpoint(settings, Api::kSsoOidc, sso.region);
  if (!url) return no_credentials("sso_region: " + url.error().message());
  Ask ask;
  ask.request.method = "POST";
  ask.request.url = std::move(*url);
  ask.request.url.path = "/token";
  ask.request.headers.push_back({"Content-Type", "application/json"});
  value::WireWriter writer(ask.request.body);
  const auto put = [&](std::string_view name, std::string_view text) {
    writer.raw(ask.request.body.empty() ? '{' : ',');
    writer.key(name);
    writer.string(text);
  };
  put("clientId", member(old, "clientId"));
  put("clientSecret", member(old, "clientSecret"));
  put("grantType", "refresh_token");
  put("refreshToken", member(old, "refreshToken"));
  writer.raw('}');
  ask.then = [&settings, sso, old = std::move(old), now](Result<http::Response> answer) -> CredentialStep {
    if (!answer) return no_credentials("the SSO token could not be refreshed: " + answer.error().message());
    const auto root = value::parse_json_text(answer->body);
    const std::string token = root && answer->status == 200 ? member(*root, "accessToken") : std::string();
    if (token.empty()) {
      return no_credentials(
          fmt::format("the SSO token could not be refreshed (HTTP status {}); {}", answer->status, kSignIn));
    }
    keep_token(settings, sso, old, *root, now);
    return role_credentials(settings, sso, token);
  };
  return {std::move(ask)};
}

}  // namespace

CredentialStep sso_credentials(const Settings& settings, const Section& section, std::int64_t now) {
  const auto text = [](const Section& from, std::string_view key) {
    const std::string* found = from.find(key);
    return found == nullptr ? std::string() : *found;
  };
  Sso sso{.region = text(section, "sso_region"),
          .account_id = text(section, "sso_account_id"),
          .role_name = text(section, "sso_role_name"),
          .cache_path = {}};
  const std::string session_name = text(section, "sso_session");
  if (!session_name.empty()) {
    const Section* session = settings.config().sso_session(session_name);
    if (session == nullptr) return no_credentials(fmt::format("there is no [sso-session {}]", session_name));
    sso.region = text(*session, "sso_region");
  }
  if (sso.region.empty() || sso.account_id.empty() || sso.role_name.empty()) {
    return no_credentials("an SSO profile needs sso_region, sso_account_id and sso_role_name");
  }
  sso.cache_path = cache_path(settings, session_name.empty() ? text(section, "sso_start_url") : session_name);
  const auto cached = settings.surroundings().read_file(sso.cache_path);
  if (!cached) return no_credentials(fmt::format("nobody has signed in to SSO here; {}", kSignIn));
  auto root = value::parse_json_text(*cached);
  const auto expires = root ? Timestamp::parse(member(*root, "expiresAt")) : Result<Timestamp>();
  if (!root || !expires || member(*root, "accessToken").empty()) {
    return no_credentials(fmt::format("the SSO token in {} cannot be read; {}", sso.cache_path, kSignIn));
  }
  const std::int64_t left = expires->unix_seconds() - now;
  if (left > kRefreshBeforeSeconds) return role_credentials(settings, sso, member(*root, "accessToken"));
  const bool refreshable = !session_name.empty() && !member(*root, "refreshToken").empty() &&
                           !member(*root, "clientId").empty() && !member(*root, "clientSecret").empty();
  if (refreshable) return refresh(settings, sso, std::move(*root), now);
  if (left > 0) return role_credentials(settings, sso, member(*root, "accessToken"));
  return no_credentials(fmt::format("the SSO token has expired; {}", kSignIn));
}

}  // namespace tabletheory::aws
