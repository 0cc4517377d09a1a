// Where credentials come from, in the standard order: environment, shared files (profiles), web identity, container
// endpoint, instance metadata. Each source is a function that yields a CredentialStep; the first that is configured
// answers for all, and its error is final.
#pragma once

#include <string>

#include "aws/credential_step.h"
#include "aws/settings.h"

namespace tabletheory::aws {

// A role to assume.
struct Role {
  std::string arn;
  std::string session_name = {};
  std::string external_id = {};
  int duration_seconds = 0;  // 0: the service's default, an hour
};

// The sources hold on to `settings` while steps are outstanding: it must outlive them.
CredentialStep default_credentials(const Settings& settings, std::int64_t now);

CredentialStep environment_credentials(const Settings& settings);
CredentialStep profile_credentials(const Settings& settings, std::int64_t now);
CredentialStep web_identity_credentials(const Settings& settings);
CredentialStep container_credentials(const Settings& settings);
CredentialStep instance_credentials(const Settings& settings);
// Of the section's sso_session, or its older sso_start_url.
CredentialStep sso_credentials(const Settings& settings, const Section& section, std::int64_t now);

// Assumes a role with what `source` yields.
CredentialStep assume_role(const Settings& settings, Role role, CredentialStep source, std::int64_t now,
                           const std::string& region);
CredentialStep assume_role_with_web_identity(const Settings& settings, Role role, const std::string& token_file,
                                             const std::string& region);

}  // namespace tabletheory::aws
