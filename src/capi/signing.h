// Signed requests of the services for hosts that send by themselves (tt_sign).
#pragma once

#include <string_view>

#include "capi/arguments.h"
#include "http/message.h"

namespace tabletheory::capi {

// The headers of a request, but for Host, which the sender adds. `arguments` as tt_sign documents them.
Result<http::Headers> signed_headers(const Arguments& arguments, std::string_view body);

// The service of a name: "dynamodb", "streams", "kms".
Result<Service> to_service(const Arguments& arguments, std::string_view member);

}  // namespace tabletheory::capi
