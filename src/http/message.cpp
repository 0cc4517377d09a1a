#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "value/excerpt.h"

namespace tabletheory::http {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  // A URL may hold a password: it is shown up to its host only.
  const std::size_t at = text.rfind('@');
  return fail(ErrorCode::kInvalidModel, fmt::format("{} is no URL: {}; write http(s)://host[:port][/path]",
                                                    value::excerpt(at == text.npos ? text : text.substr(at + 1)), why));
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc() || end != text.data() + text.size() || port == 0 || port > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

const std::string* find_header(std::span<const Header> headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [&](const Header& header) { return same_name(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

std::string_view Response::header(std::string_view name) const {
  const std::string* found = find_header(headers, name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

std::string Url::host_and_port() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

std::string Url::authority() const {
  std::string text = host_and_port();
  if (port == (tls ? kHttpsPort : kHttpPort)) text.resize(text.rfind(':'));
  return text;
}

std::string Url::target() const {
  return query.empty() ? path : path + "?" + query;
}

std::string Url::to_string() const {
  return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), target());
}

Result<Url> parse_url(std::string_view text) {
  const std::string_view whole = text;
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
    url.port = kHttpsPort;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return refuse(whole, "it begins with neither http:// nor https://");
  }
  if (!is_printable(text)) return refuse(whole, "it holds white space or characters that are not ASCII");
  text = text.substr(0, text.find('#'));
  std::string_view authority = text.substr(0, text.find_first_of("/?"));
  std::string_view rest = text.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::string_view after;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return refuse(whole, "a bracket is missing");
    url.host = authority.substr(1, close - 1);
    after = authority.substr(close + 1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = authority.substr(0, colon);
    after = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  }
  if (url.host.empty()) return refuse(whole, "it names no host");
  if (!after.empty()) {
    const auto port = after.starts_with(':') ? read_port(after.substr(1)) : std::nullopt;
    if (!port) return refuse(whole, "the port is no number from 1 to 65535");
    url.port = *port;
  }
  const std::size_t question = rest.find('?');
  if (const std::string_view path = rest.substr(0, question); !path.empty()) url.path = path;
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  return url;
}

bool is_loopback(std::string_view host) {
  if (same_name(host, "localhost") || host == "::1") return true;
  constexpr std::string_view kLocalDomain = ".localhost";
  if (host.size() > kLocalDomain.size() && same_name(host.substr(host.size() - kLocalDomain.size()), kLocalDomain)) {
    return true;
  }
  return host.starts_with("127.") &&
         std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string serialize_head(const Request& request, bool absolute) {
  std::string head;
  head.reserve(1024);
  head.append(request.method).push_back(' ');
  if (absolute) head.append(request.url.tls ? "https://" : "http://").append(request.url.authority());
  head.append(request.url.target()).append(" HTTP/1.1\r\n");
  if (find_header(request.headers, "host") == nullptr) {
    head.append("Host: ").append(request.url.authority()).append("\r\n");
  }
  for (const auto& [name, value] : request.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (!request.body.empty() || request.method != "GET") {
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  head.append("\r\n");
  return head;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || keep.find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace tabletheory::http
