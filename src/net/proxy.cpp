// Which requests go through a proxy.
#include <algorithm>

#include "net/options.h"

namespace tabletheory::net {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && http::same_name(text.substr(text.size() - suffix.size()), suffix);
}

bool matches(std::string_view rule, const http::Url& target) {
  if (rule == "*") return true;
  if (http::same_name(rule, target.host) || http::same_name(rule, target.host_and_port())) return true;
  if (rule.starts_with("*.")) rule.remove_prefix(1);
  if (rule.starts_with('.')) return ends_with(target.host, rule);
  return ends_with(target.host, "." + std::string(rule));
}

}  // namespace

std::vector<std::string> split_bypass_list(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t";
  std::vector<std::string> rules;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kSeparators, start), text.size());
    if (end > start) rules.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return rules;
}

const http::Url* ProxySettings::find(const http::Url& target) const {
  const auto& proxy = target.tls ? for_https : for_http;
  if (!proxy || http::is_loopback(target.host)) return nullptr;
  const bool bypassed = std::ranges::any_of(bypass, [&](const std::string& rule) { return matches(rule, target); });
  return bypassed ? nullptr : &*proxy;
}

}  // namespace tabletheory::net
