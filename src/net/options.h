// Options of the HTTP client.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "http/message.h"

namespace tabletheory::net {

// Where requests go through instead of straight to their host.
struct ProxySettings {
  std::optional<http::Url> for_http = {};
  std::optional<http::Url> for_https = {};
  std::vector<std::string> bypass = {};  // NO_PROXY: host, .domain, *.domain, address, host:port; "*" for all

  // The proxy for a target, or null. Loopback hosts are always reached directly.
  const http::Url* find(const http::Url& target) const;
};

// Reads a NO_PROXY list.
std::vector<std::string> split_bypass_list(std::string_view text);

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{3'000};  // per address, until TCP is connected
  std::chrono::milliseconds tls_timeout{5'000};
  std::chrono::milliseconds read_timeout{30'000};     // between two pieces of an answer
  std::chrono::milliseconds attempt_timeout{60'000};  // one request from start to end
  std::size_t max_connections = 64;                   // per host, idle ones included; more callers wait
  std::chrono::milliseconds idle_timeout{20'000};     // an idle connection older than this is not used again
  std::chrono::milliseconds max_lifetime{300'000};    // nor one that was opened longer ago, so that DNS changes count
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 64 * 1024 * 1024;  // an answer's, after unpacking: four times the largest there is
  bool accept_gzip = true;
  std::string ca_file = {};  // PEM; empty: `ca_directory`, else where the operating system keeps them
  std::string ca_directory = {};
  ProxySettings proxy = {};
};

// Of one request.
struct Limits {
  std::optional<std::chrono::nanoseconds> time_left = {};
  std::stop_token cancel = {};
  // Tighter than the client's for this request: metadata endpoints answer at once or not at all.
  std::optional<std::chrono::milliseconds> attempt_timeout = {};
};

}  // namespace tabletheory::net
