#include "server/hosts.h"

#include <algorithm>

#include "http/message.h"

namespace tabletheory::server {
namespace {

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without the port, the brackets of an IPv6 address, and a final dot. Empty when it cannot be read.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = host.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
    return host.substr(1, end - 1);
  }
  if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return {};
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

bool is_served_host(std::string_view host, std::span<const std::string> allowed) {
  const std::string_view name = name_in(host);
  if (name.empty()) return false;
  return http::is_loopback(name) ||
         std::ranges::any_of(allowed, [&](const std::string& known) { return http::same_name(known, name); });
}

}  // namespace tabletheory::server
