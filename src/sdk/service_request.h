// How the services' JSON protocols are spoken over HTTP: what names an operation in a request, and who signs it. For
// our own transport, and for hosts that send by themselves (tt_sign). Pure.
#pragma once

#include <string_view>

#include "aws/endpoints.h"
#include "http/message.h"
#include "tabletheory/transport.h"

namespace tabletheory::sdk {

aws::Api api_of(Service service);

// A POST to `url` with Host, Content-Type and X-Amz-Target, unsigned.
http::Request service_request(Service service, http::Url url, std::string_view operation, std::string_view body);

}  // namespace tabletheory::sdk
