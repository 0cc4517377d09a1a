// The access log: one line of JSON per request. It names the operation and the outcome, never what was stored or asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tabletheory::server {

struct AccessRecord {
  std::string_view request_id = {};
  std::string_view operation = {};  // empty: the request reached no operation
  int status = 200;
  std::string_view body = {};  // of the answer; only the type of an error is taken from it
  std::size_t request_bytes = 0;
  std::chrono::microseconds duration{};
};

// Receives finished lines, from several threads at once.
using LogSink = std::function<void(std::string_view line)>;

// {"time":…,"request_id":…,"operation":…,"status":…,"error":…,"bytes_in":…,"bytes_out":…,"duration_us":…} and a
// newline.
std::string access_line(const AccessRecord& record, std::string_view time);

}  // namespace tabletheory::server
