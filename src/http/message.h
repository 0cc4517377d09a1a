// HTTP requests and answers as plain data: what those who speak a protocol hand to those who move bytes.
//
// Knows no socket and no service. `aws` yields Requests, `net` sends them; a test or a foreign runtime may do either.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::http {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// Names compare without case. Null when there is none.
const std::string* find_header(std::span<const Header> headers, std::string_view name);
bool same_name(std::string_view a, std::string_view b);
// Of ASCII letters.
std::string lower_case(std::string_view text);

// scheme://host[:port][/path][?query]
struct Url {
  bool tls = false;
  std::string host;  // as written, an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string path = "/";
  std::string query;     // without "?"
  std::string userinfo;  // of proxies: user:password, percent-encoded

  // host, and the port unless it is the scheme's own: the Host header.
  std::string authority() const;
  // host:port, always both.
  std::string host_and_port() const;
  // path?query
  std::string target() const;
  std::string to_string() const;  // without userinfo
};

// ErrInvalidModel for anything but an http or https URL.
Result<Url> parse_url(std::string_view text);

// Whether the host is this machine: localhost, *.localhost, 127.0.0.0/8, ::1.
bool is_loopback(std::string_view host);

struct Request {
  std::string method = "GET";
  Url url;
  Headers headers;  // Host and Content-Length are added when it is sent
  std::string body;
  bool no_proxy = false;  // metadata endpoints: never through a proxy
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;

  // Empty when there is none.
  std::string_view header(std::string_view name) const;
};

// The bytes before the body. `absolute` writes the whole URL as a proxy wants it.
std::string serialize_head(const Request& request, bool absolute = false);

// application/x-www-form-urlencoded and query strings: everything but A-Z a-z 0-9 - . _ ~ becomes %XX. `keep` names
// further characters to leave alone.
std::string percent_encode(std::string_view text, std::string_view keep = {});
std::optional<std::string> percent_decode(std::string_view text);

// Seconds since 1970 of an HTTP date in any of its three forms (RFC 9110 §5.6.7), or nullopt.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace tabletheory::http
