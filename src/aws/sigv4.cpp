#include "aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace tabletheory::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

void append_hex(const crypto::Digest& digest, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const std::uint8_t byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
}

// RFC 3986 §5.2.4, with empty segments dropped as well.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    start = end + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (out.empty() || path.ends_with('/')) out.push_back('/');
  return out;
}

// The path is encoded once more: every service but S3 signs it so.
void append_path(std::string_view path, std::string& out) {
  if (path.empty() || path == "/") {
    out.push_back('/');
  } else {
    out += http::percent_encode(without_dot_segments(path), "/");
  }
}

void append_query(std::string_view query, std::string& out) {
  std::vector<std::pair<std::string_view, std::string_view>> parts;
  for (std::size_t start = 0; start < query.size();) {
    const std::size_t end = std::min(query.find('&', start), query.size());
    const std::string_view part = query.substr(start, end - start);
    const std::size_t equals = std::min(part.find('='), part.size());
    parts.emplace_back(part.substr(0, equals), equals < part.size() ? part.substr(equals + 1) : std::string_view());
    start = end + 1;
  }
  std::ranges::sort(parts);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.push_back('&');
    out.append(parts[i].first).append("=").append(parts[i].second);
  }
}

constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Trimmed, runs of white space made one space.
void append_folded(std::string_view text, std::string& out) {
  bool gap = false, any = false;
  for (const char c : text) {
    if (is_space(c)) {
      gap = any;
      continue;
    }
    if (gap) out.push_back(' ');
    gap = false;
    any = true;
    out.push_back(c);
  }
}

void append_header_line(std::string_view name, std::span<const http::Header> headers, std::string& out) {
  out.append(name).push_back(':');
  bool first = true;
  for (const http::Header& header : headers) {
    if (!http::same_name(header.name, name)) continue;
    if (!first) out.push_back(',');
    first = false;
    append_folded(header.value, out);
  }
  out.push_back('\n');
}

void append_names(std::span<const std::string_view> names, std::string& out) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out.push_back(';');
    out.append(names[i]);
  }
}

// Headers that change on the way, or that a signature brings itself.
bool is_unsigned(std::string_view name) {
  return http::same_name(name, "authorization") || http::same_name(name, "user-agent") ||
         http::same_name(name, "expect") || http::same_name(name, "x-amzn-trace-id") ||
         http::same_name(name, "transfer-encoding");
}

crypto::Digest hmac(const crypto::Digest& key, std::string_view data) {
  return crypto::hmac_sha256(key, crypto::as_bytes(data));
}

}  // namespace

std::string hex_sha256(std::string_view data) {
  std::string out;
  out.reserve(64);
  append_hex(crypto::sha256(crypto::as_bytes(data)), out);
  return out;
}

std::string canonical_request(const CanonicalInput& input) {
  std::string out;
  out.reserve(512);
  out.append(input.method).push_back('\n');
  append_path(input.path, out);
  out.push_back('\n');
  append_query(input.query, out);
  out.push_back('\n');
  for (const std::string_view name : input.signed_names) append_header_line(name, input.headers, out);
  out.push_back('\n');
  append_names(input.signed_names, out);
  out.append("\n").append(input.payload_hash);
  return out;
}

std::string credential_scope(std::string_view date, std::string_view region, std::string_view service) {
  std::string out;
  out.reserve(64);
  out.append(date).append("/").append(region).append("/").append(service).append("/").append(kTerminator);
  return out;
}

std::string string_to_sign(std::string_view amz_date, std::string_view scope, std::string_view canonical_request) {
  std::string out;
  out.reserve(192);
  out.append(kAlgorithm).append("\n").append(amz_date).append("\n").append(scope).append("\n");
  append_hex(crypto::sha256(crypto::as_bytes(canonical_request)), out);
  return out;
}

crypto::Digest signing_key(std::string_view secret_access_key, std::string_view date, std::string_view region,
                           std::string_view service) {
  const std::string secret = "AWS4" + std::string(secret_access_key);
  const crypto::Digest of_date = crypto::hmac_sha256(crypto::as_bytes(secret), crypto::as_bytes(date));
  return hmac(hmac(hmac(of_date, region), service), kTerminator);
}

std::string signature(const crypto::Digest& key, std::string_view string_to_sign) {
  std::string out;
  out.reserve(64);
  append_hex(hmac(key, string_to_sign), out);
  return out;
}

std::string format_amz_date(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::optional<std::int64_t> parse_amz_date(std::string_view text) {
  constexpr std::size_t kLength = 16;
  if (text.size() != kLength || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto number = [&](std::size_t start, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(start, count)) value = c < '0' || c > '9' ? -10'000'000 : value * 10 + (c - '0');
    return value;
  };
  const int year = number(0, 4), month = number(4, 2), day = number(6, 2);
  const int hour = number(9, 2), minute = number(11, 2), second = number(13, 2);
  if (std::min({year, month, day, hour, minute, second}) < 0 || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::seconds(std::chrono::sys_days(date).time_since_epoch()).count() + hour * 3600 + minute * 60 +
         second;
}

std::optional<Authorization> parse_authorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm) || header.size() == kAlgorithm.size() || header[kAlgorithm.size()] != ' ') {
    return std::nullopt;
  }
  header.remove_prefix(kAlgorithm.size());
  std::string_view credential, names, given;
  for (std::size_t start = 0; start < header.size();) {
    const std::size_t end = std::min(header.find(',', start), header.size());
    std::string_view part = header.substr(start, end - start);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (part.starts_with("Credential=")) credential = part.substr(11);
    if (part.starts_with("SignedHeaders=")) names = part.substr(14);
    if (part.starts_with("Signature=")) given = part.substr(10);
    start = end + 1;
  }
  Authorization out;
  out.signature = given;
  // KEY/DATE/REGION/SERVICE/aws4_request; a key id may hold slashes itself, the rest may not.
  std::string_view* const from_the_end[] = {nullptr, &out.service, &out.region, &out.date};
  for (std::string_view* part : from_the_end) {
    const std::size_t slash = credential.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view text = credential.substr(slash + 1);
    if (part == nullptr && text != kTerminator) return std::nullopt;
    if (part != nullptr) *part = text;
    credential = credential.substr(0, slash);
  }
  out.access_key_id = credential;
  for (std::size_t start = 0; start < names.size();) {
    const std::size_t end = std::min(names.find(';', start), names.size());
    out.signed_names.push_back(names.substr(start, end - start));
    start = end + 1;
  }
  if (out.access_key_id.empty() || out.signature.empty() || out.signed_names.empty()) return std::nullopt;
  return out;
}

crypto::Digest Signer::key_of_day(const Credentials& credentials, std::string_view date) {
  const std::lock_guard lock(mutex_);
  if (cached_date_ != date || cached_secret_ != credentials.secret_access_key) {
    cached_key_ = signing_key(credentials.secret_access_key, date, region_, service_);
    cached_date_ = date;
    cached_secret_ = credentials.secret_access_key;
  }
  return cached_key_;
}

void Signer::sign(http::Request& request, const Credentials& credentials, std::int64_t unix_seconds) {
  std::erase_if(request.headers, [](const http::Header& header) {
    return http::same_name(header.name, "authorization") || http::same_name(header.name, "x-amz-date") ||
           http::same_name(header.name, "x-amz-security-token");
  });
  const std::string amz_date = format_amz_date(unix_seconds);
  const std::string_view date = std::string_view(amz_date).substr(0, 8);
  if (http::find_header(request.headers, "host") == nullptr) {
    request.headers.insert(request.headers.begin(), {"Host", request.url.authority()});
  }
  request.headers.push_back({"X-Amz-Date", amz_date});
  if (!credentials.session_token.empty()) {
    request.headers.push_back({"X-Amz-Security-Token", credentials.session_token});
  }

  std::vector<std::string> lowered;
  lowered.reserve(request.headers.size());
  for (const http::Header& header : request.headers)
    if (!is_unsigned(header.name)) lowered.push_back(http::lower_case(header.name));
  std::ranges::sort(lowered);
  lowered.erase(std::unique(lowered.begin(), lowered.end()), lowered.end());
  const std::vector<std::string_view> names(lowered.begin(), lowered.end());

  const std::string canonical = canonical_request({.method = request.method,
                                                   .path = request.url.path,
                                                   .query = request.url.query,
                                                   .headers = request.headers,
                                                   .signed_names = names,
                                                   .payload_hash = hex_sha256(request.body)});
  const std::string scope = credential_scope(date, region_, service_);
  std::string value;
  value.reserve(320);
  value.append(kAlgorithm).append(" Credential=").append(credentials.access_key_id).append("/").append(scope);
  value.append(", SignedHeaders=");
  append_names(names, value);
  value.append(", Signature=");
  value += signature(key_of_day(credentials, date), string_to_sign(amz_date, scope, canonical));
  request.headers.push_back({"Authorization", std::move(value)});
}

}  // namespace tabletheory::aws
