// Runs a sans-IO source of credentials against the network and the system.
#pragma once

#include "aws/credential_step.h"
#include "net/client.h"

namespace tabletheory::sdk {

// ErrCredentials, or ErrTimeout and ErrCancelled by the limits.
Result<aws::Credentials> drive_credentials(aws::CredentialStep step, net::HttpClient& client,
                                           const net::Limits& limits);

}  // namespace tabletheory::sdk
