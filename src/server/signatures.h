// Verification of Signature Version 4: who sent a request, that it arrived unchanged, and that it is of now.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "aws/credentials.h"
#include "engine/service_error.h"
#include "server/request_head.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::server {

// The service's refusal, or nothing when the signature is one of `known`'s, covers the host, the date, the target and
// the body, and is at most 15 minutes old or early. Any region is accepted.
std::optional<engine::ServiceError> check_signature(const RequestHead& head, std::string_view body,
                                                    std::span<const aws::Credentials> known, Timestamp now);

}  // namespace tabletheory::server
