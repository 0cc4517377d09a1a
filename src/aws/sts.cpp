// Roles by way of the Security Token Service: AssumeRole and AssumeRoleWithWebIdentity (form in, XML out).
#include <fmt/format.h>

#include "aws/credential_answers.h"
#include "aws/credential_sources.h"
#include "aws/endpoints.h"
#include "aws/sigv4.h"

namespace tabletheory::aws {
namespace {

constexpr std::string_view kVersion = "2011-06-15";
constexpr std::string_view kSessionName = "tabletheory";

std::string form(std::string_view action, const Role& role) {
  std::string body = fmt::format("Action={}&Version={}&RoleArn={}&RoleSessionName={}", action, kVersion,
                                 http::percent_encode(role.arn),
                                 http::percent_encode(role.session_name.empty() ? kSessionName : role.session_name));
  if (role.duration_seconds > 0) body += fmt::format("&DurationSeconds={}", role.duration_seconds);
  if (!role.external_id.empty()) body += "&ExternalId=" + http::percent_encode(role.external_id);
  return body;
}

Result<Ask> sts_call(const Settings& settings, const std::string& region, std::string body, const std::string& arn) {
  TT_TRY(http::Url url, find_endpoint(settings, Api::kSts, region));
  Ask ask;
  ask.request.method = "POST";
  ask.request.url = std::move(url);
  ask.request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  ask.request.body = std::move(body);
  ask.then = [arn](Result<http::Response> answer) -> CredentialStep {
    if (!answer)
      return no_credentials(fmt::format("the role {} could not be assumed: {}", arn, answer.error().message()));
    auto read = read_sts_answer(*answer, arn);
    if (!read) return {std::move(read).error()};
    return {std::move(*read)};
  };
  return ask;
}

}  // namespace

CredentialStep assume_role(const Settings& settings, Role role, CredentialStep source, std::int64_t now,
                           const std::string& region) {
  return after(
      std::move(source), [&settings, role = std::move(role), now, region](CredentialStep end) -> CredentialStep {
        const auto* credentials = std::get_if<Credentials>(&end.now);
        if (credentials == nullptr) return end;
        auto ask = sts_call(settings, region, form("AssumeRole", role), role.arn);
        if (!ask)
          return no_credentials(fmt::format("the role {} cannot be assumed: {}", role.arn, ask.error().message()));
        Signer(region.empty() ? "us-east-1" : region, "sts").sign(ask->request, *credentials, now);
        return {std::move(*ask)};
      });
}

CredentialStep assume_role_with_web_identity(const Settings& settings, Role role, const std::string& token_file,
                                             const std::string& region) {
  auto token = settings.surroundings().read_file(token_file);
  if (!token) return no_credentials(fmt::format("the web identity token file {} cannot be read", token_file));
  while (token->ends_with('\n')) token->pop_back();
  std::string body = form("AssumeRoleWithWebIdentity", role);
  body += "&WebIdentityToken=" + http::percent_encode(*token);
  auto ask = sts_call(settings, region, std::move(body), role.arn);
  if (!ask) return no_credentials(fmt::format("the role {} cannot be assumed: {}", role.arn, ask.error().message()));
  return {std::move(*ask)};
}

CredentialStep web_identity_credentials(const Settings& settings) {
  const auto file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) return {NotConfigured{}};
  const auto arn = settings.variable("AWS_ROLE_ARN");
  if (!arn) return no_credentials("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both");
  return assume_role_with_web_identity(
      settings, {.arn = *arn, .session_name = settings.variable("AWS_ROLE_SESSION_NAME").value_or("")}, *file,
      settings.region());
}

}  // namespace tabletheory::aws
