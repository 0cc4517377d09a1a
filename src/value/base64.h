// Base64 (RFC 4648 §4, padded) and base64url (§5, padded), strict: no white space, no missing padding, zero pad bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tabletheory/value.h"

namespace tabletheory::value {

void append_base64(std::span<const std::uint8_t> bytes, std::string& out);
// Writes the text to `out`, which has room for base64_size(bytes.size()); returns its end.
char* write_base64(std::span<const std::uint8_t> bytes, char* out);
constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
std::optional<Bytes> decode_base64(std::string_view text);
std::string base64url(std::string_view bytes);
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace tabletheory::value
