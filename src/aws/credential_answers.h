// The answers of those who hand out credentials, read.
#pragma once

#include <string_view>

#include "aws/credentials.h"
#include "http/message.h"
#include "tabletheory/error.h"

namespace tabletheory::aws {

// The JSON of instance metadata, container endpoints and credential_process: AccessKeyId, SecretAccessKey, Token or
// SessionToken, Expiration, AccountId. ErrCredentials, naming `source` and never what it said.
Result<Credentials> read_credentials_json(std::string_view json, std::string_view source);

// The XML of AssumeRole and AssumeRoleWithWebIdentity. `arn` names the role in errors.
Result<Credentials> read_sts_answer(const http::Response& response, std::string_view arn);

// The JSON of SSO's GetRoleCredentials.
Result<Credentials> read_sso_answer(const http::Response& response);

}  // namespace tabletheory::aws
