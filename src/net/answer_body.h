// What an answer's body must pass before anybody reads it: its checksum, and unpacking.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "http/message.h"

namespace tabletheory::net {

// Checks `x-amz-crc32` (over the bytes as they came) and unpacks `Content-Encoding: gzip`, up to `max_body_bytes`.
// The error says what is wrong.
std::expected<void, std::string> check_and_unpack(http::Response& response, std::size_t max_body_bytes);

}  // namespace tabletheory::net
