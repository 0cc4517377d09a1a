#include "sdk/address.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletheory::sdk {
namespace {

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail(
      ErrorCode::kInvalidModel,
      fmt::format(
          "\"{}\" is no address: {}; use memory:, memory:<name>, file:<path>, http(s)://host[:port] or aws:[region]",
          text, why));
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoi(std::string(text)) <= 65'535;
}

// host[:port], an IPv6 address in brackets, and nothing after it but one slash.
bool is_authority(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  const std::string_view host = text.substr(0, colon);
  if (host.empty() || host.find_first_of("/?#@ \t\r\n") != std::string_view::npos) return false;
  return colon == std::string_view::npos || is_port(text.substr(colon + 1));
}

bool is_region(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return refuse(text, "it has no scheme");
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (scheme == "memory") return Address{Address::Kind::kMemory, std::string(rest)};
  if (scheme == "file") {
    if (rest.empty()) return refuse(text, "the path is missing");
    return Address{Address::Kind::kFile, std::string(rest)};
  }
  if (scheme == "aws") {
    if (!is_region(rest)) return refuse(text, "a region is written like eu-central-1");
    return Address{Address::Kind::kAws, std::string(rest)};
  }
  if (scheme == "http" || scheme == "https") {
    if (!rest.starts_with("//") || !is_authority(rest.substr(2)))
      return refuse(text, "the host or port cannot be read");
    return Address{Address::Kind::kHttp, std::string(text)};
  }
  return refuse(text, fmt::format("the scheme \"{}\" is not known", scheme));
}

}  // namespace tabletheory::sdk
