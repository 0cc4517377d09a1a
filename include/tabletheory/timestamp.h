// Timestamp: an instant in UTC with nanoseconds, and its one text form.
//
//     auto t = tabletheory::Timestamp::parse("2026-01-02T03:04:05.678Z");
//     t->to_string();  // "2026-01-02T03:04:05.678000000Z": nine fraction digits, so that text order is time order
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "tabletheory/error.h"

namespace tabletheory {

class Timestamp {
 public:
  constexpr Timestamp() = default;  // 1970-01-01T00:00:00Z
  constexpr Timestamp(std::int64_t unix_seconds, std::uint32_t nanoseconds)
      : seconds_(unix_seconds), nanoseconds_(nanoseconds) {}
  static Timestamp from_unix_milliseconds(std::int64_t milliseconds);
  static Timestamp from(std::chrono::system_clock::time_point time);

  // Reads RFC 3339: any fraction (digits beyond nine must be zero), any offset. Years 0001–9999.
  // Fails with ErrInvalidModel.
  static Result<Timestamp> parse(std::string_view text);
  std::string to_string() const;

  constexpr std::int64_t unix_seconds() const { return seconds_; }
  constexpr std::uint32_t nanoseconds() const { return nanoseconds_; }  // 0–999,999,999, counted forward
  std::int64_t unix_milliseconds() const;
  std::chrono::system_clock::time_point to_time_point() const;
  // Cut (toward the past) to whole milliseconds, as the library writes its own clock.
  Timestamp cut_to_milliseconds() const;

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;

 private:
  std::int64_t seconds_ = 0;
  std::uint32_t nanoseconds_ = 0;
};

}  // namespace tabletheory
