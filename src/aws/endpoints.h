// Endpoints: the host that serves an API in a region.
#pragma once

#include <string>
#include <string_view>

#include "aws/settings.h"
#include "http/message.h"
#include "tabletheory/error.h"

namespace tabletheory::aws {

enum class Api : std::uint8_t { kDynamoDb, kDynamoDbStreams, kKms, kSts, kSso, kSsoOidc };

// The name the API is signed under: "dynamodb", "kms", …
std::string_view signing_name(Api api);

// Where `api` is: a configured endpoint, else the service's own, by region, FIPS and dual-stack settings. With an
// account id DynamoDB's account endpoint is preferred (account_id_endpoint_mode), the regional one the fallback.
// ErrInvalidModel when the region is missing or the settings contradict each other.
Result<http::Url> find_endpoint(const Settings& settings, Api api, std::string_view region,
                                std::string_view account_id = {});

}  // namespace tabletheory::aws
