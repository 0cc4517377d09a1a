// A digest of what a request says, whatever its spacing and the order of its members: equal requests have equal
// digests, and different ones differ but for a chance of 2^-128. It is no defence against requests made to collide.
#pragma once

#include <string>
#include <string_view>

#include "engine/operations.h"

namespace tabletheory::engine {

// 16 bytes. The member `except` of the request itself is left out.
std::string request_digest(const Request& request, std::string_view except);

}  // namespace tabletheory::engine
