// Credentials by a profile of the shared files: keys, roles through other profiles, SSO, external processes.
#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "aws/credential_answers.h"
#include "aws/credential_sources.h"

namespace tabletheory::aws {
namespace {

std::string text(const Section& section, std::string_view key) {
  const std::string* found = section.find(key);
  return found == nullptr ? std::string() : *found;
}

CredentialStep keys_of(const Section& section, const std::string& name) {
  const std::string key = text(section, "aws_access_key_id"), secret = text(section, "aws_secret_access_key");
  if (key.empty() && secret.empty()) return {NotConfigured{}};
  if (key.empty() || secret.empty()) {
    return no_credentials(
        fmt::format("the profile {} has only one of aws_access_key_id and aws_secret_access_key", name));
  }
  Credentials out{
      .access_key_id = key, .secret_access_key = secret, .session_token = text(section, "aws_session_token")};
  out.account_id = text(section, "aws_account_id");
  return {std::move(out)};
}

CredentialStep from_process(const std::string& command, const std::string& name) {
  Run run;
  run.command = command;
  run.then = [name](Result<std::string> printed) -> CredentialStep {
    const std::string source = fmt::format("the credential_process of the profile {}", name);
    if (!printed) return no_credentials(fmt::format("{} failed: {}", source, printed.error().message()));
    auto read = read_credentials_json(*printed, source);
    if (!read) return {std::move(read).error()};
    return {std::move(*read)};
  };
  return {std::move(run)};
}

// Follows source_profile from profile to profile; `seen` ends loops.
class ProfileReader {
 public:
  ProfileReader(const Settings& settings, std::int64_t now) : settings_(settings), now_(now) {}

  CredentialStep read(const std::string& name, bool must_exist) {
    const Section* section = settings_.config().profile(name);
    if (section == nullptr) {
      if (!must_exist) return {NotConfigured{}};
      return no_credentials(fmt::format(
          "there is no profile {} in ~/.aws/config or ~/.aws/credentials; check AWS_PROFILE and source_profile", name));
    }
    // A profile may name itself as the source of its role: then its keys are meant.
    if (!seen_.insert(name).second) {
      CredentialStep keys = keys_of(*section, name);
      if (std::holds_alternative<Credentials>(keys.now)) return keys;
      return no_credentials(fmt::format("the profile {} names itself as its source, over source_profile", name));
    }
    if (section->find("role_arn") != nullptr) return role_of(*section, name);
    if (section->find("sso_session") != nullptr || section->find("sso_start_url") != nullptr) {
      return sso_credentials(settings_, *section, now_);
    }
    CredentialStep keys = keys_of(*section, name);
    if (!std::holds_alternative<NotConfigured>(keys.now)) return keys;
    if (const std::string command = text(*section, "credential_process"); !command.empty()) {
      return from_process(command, name);
    }
    return must_exist && seen_.size() > 1 ? no_credentials(fmt::format("the profile {} holds no credentials", name))
                                          : CredentialStep{NotConfigured{}};
  }

 private:
  CredentialStep role_of(const Section& section, const std::string& name) {
    Role role{.arn = text(section, "role_arn")};
    role.session_name = text(section, "role_session_name");
    role.external_id = text(section, "external_id");
    if (const std::string duration = text(section, "duration_seconds"); !duration.empty()) {
      role.duration_seconds = std::atoi(duration.c_str());
    }
    const std::string region = !text(section, "region").empty() ? text(section, "region") : settings_.region();
    if (const std::string token = text(section, "web_identity_token_file"); !token.empty()) {
      return assume_role_with_web_identity(settings_, std::move(role), token, region);
    }
    if (section.find("mfa_serial") != nullptr) {
      return no_credentials(fmt::format(
          "the profile {} asks for a code of its MFA device, which a library cannot; get a session first (aws sts "
          "get-session-token, or a credential_process), and name that profile",
          name));
    }
    const std::string source_profile = text(section, "source_profile");
    const std::string source_kind = text(section, "credential_source");
    if (source_profile.empty() == source_kind.empty()) {
      return no_credentials(
          fmt::format("the profile {} has a role_arn: give it either a source_profile or a credential_source", name));
    }
    CredentialStep source = source_kind.empty() ? read(source_profile, true) : by_kind(source_kind, name);
    source = after(std::move(source), [name](CredentialStep end) {
      if (!std::holds_alternative<NotConfigured>(end.now)) return end;
      return no_credentials(fmt::format("the source of the role in the profile {} holds no credentials", name));
    });
    return assume_role(settings_, std::move(role), std::move(source), now_, region);
  }

  CredentialStep by_kind(const std::string& kind, const std::string& name) {
    if (kind == "Environment") return environment_credentials(settings_);
    if (kind == "EcsContainer") return container_credentials(settings_);
    if (kind == "Ec2InstanceMetadata") return instance_credentials(settings_);
    return no_credentials(fmt::format(
        "the profile {} has a credential_source that is none; use Environment, EcsContainer or Ec2InstanceMetadata",
        name));
  }

  const Settings& settings_;
  const std::int64_t now_;
  std::set<std::string> seen_;
};

}  // namespace

CredentialStep profile_credentials(const Settings& settings, std::int64_t now) {
  return ProfileReader(settings, now).read(settings.profile_name(), settings.is_profile_named());
}

}  // namespace tabletheory::aws
