#include "tabletheory/timestamp.h"

#include <fmt/format.h>

#include "value/excerpt.h"

namespace tabletheory {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::uint32_t kNanosecondsPerMillisecond = 1'000'000;

constexpr std::int64_t unix_seconds_of(int year, unsigned month, unsigned day) {
  const sys_days date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return seconds(date.time_since_epoch()).count();
}
constexpr std::int64_t kFirstSecond = unix_seconds_of(1, 1, 1);
constexpr std::int64_t kEndSecond = unix_seconds_of(10000, 1, 1);

// Reads a text from the front; every method returns false when the text goes on differently.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool digits(std::size_t count, int& out) {
    if (text_.size() < count) return false;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const int digit = text_[i] - '0';
      if (digit < 0 || digit > 9) return false;
      value = value * 10 + digit;
    }
    text_.remove_prefix(count);
    out = value;
    return true;
  }
  bool one_of(std::string_view choices, char& out) {
    if (text_.empty() || choices.find(text_.front()) == std::string_view::npos) return false;
    out = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  bool literal(char c) {
    char found;
    return one_of(std::string_view(&c, 1), found);
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// `.123` after the seconds. Digits past the ninth must be zero: they could not be kept.
const char* read_fraction(Reader& reader, std::uint32_t& nanoseconds) {
  int digit = 0;
  if (!reader.digits(1, digit)) return "no digit follows the point of the seconds";
  auto unit = static_cast<std::uint32_t>(kNanosecondsPerSecond / 10);
  do {
    if (unit == 0 && digit != 0) return "it has a fraction finer than nanoseconds";
    nanoseconds += static_cast<std::uint32_t>(digit) * unit;
    unit /= 10;
  } while (reader.digits(1, digit));
  return nullptr;
}

const char* read_offset(Reader& reader, std::int64_t& offset_seconds) {
  constexpr const char* kExpected = "the offset is neither Z nor ±hh:mm";
  char sign;
  if (!reader.one_of("Zz+-", sign)) return kExpected;
  if (sign == 'Z' || sign == 'z') return nullptr;
  int hour, minute;
  if (!reader.digits(2, hour) || !reader.literal(':') || !reader.digits(2, minute)) return kExpected;
  if (hour > 23 || minute > 59) return "the offset is more than 23:59";
  offset_seconds = seconds(hours(hour) + minutes(minute)).count();
  if (sign == '-') offset_seconds = -offset_seconds;
  return nullptr;
}

// Null, or why the text is no timestamp.
const char* read_timestamp(std::string_view text, Timestamp& out) {
  Reader reader(text);
  int year, month, day, hour, minute, second;
  char separator;
  if (!reader.digits(4, year) || !reader.literal('-') || !reader.digits(2, month) || !reader.literal('-') ||
      !reader.digits(2, day) || !reader.one_of("Tt", separator) || !reader.digits(2, hour) || !reader.literal(':') ||
      !reader.digits(2, minute) || !reader.literal(':') || !reader.digits(2, second)) {
    return "it is not of the form YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)";
  }
  const year_month_day date(std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return "there is no such date";
  if (second == 60) return "leap seconds cannot be stored; use second 59";
  if (hour > 23 || minute > 59 || second > 59) return "there is no such time of day";
  std::uint32_t nanoseconds = 0;
  if (reader.literal('.')) {
    if (const char* problem = read_fraction(reader, nanoseconds)) return problem;
  }
  std::int64_t offset = 0;
  if (const char* problem = read_offset(reader, offset)) return problem;
  if (!reader.at_end()) return "text follows the offset";
  const auto local = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  const std::int64_t unix_seconds = local.time_since_epoch().count() - offset;
  if (unix_seconds < kFirstSecond || unix_seconds >= kEndSecond) return "it lies outside the years 0001–9999 in UTC";
  out = Timestamp(unix_seconds, nanoseconds);
  return nullptr;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

}  // namespace

Timestamp Timestamp::from_unix_milliseconds(std::int64_t milliseconds) {
  const std::int64_t whole = floor_divide(milliseconds, 1000);
  return Timestamp(whole, static_cast<std::uint32_t>(milliseconds - whole * 1000) * kNanosecondsPerMillisecond);
}

Timestamp Timestamp::from(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - whole);
  return Timestamp(whole.time_since_epoch().count(), static_cast<std::uint32_t>(rest.count()));
}

Result<Timestamp> Timestamp::parse(std::string_view text) {
  Timestamp timestamp;
  if (const char* problem = read_timestamp(text, timestamp)) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{} is not an RFC 3339 timestamp: {}; write it like 2026-01-02T03:04:05.678Z",
                            value::excerpt(text), problem));
  }
  return timestamp;
}

std::string Timestamp::to_string() const {
  if (seconds_ < kFirstSecond || seconds_ >= kEndSecond) return fmt::format("unix:{}.{:09}", seconds_, nanoseconds_);
  const std::chrono::sys_seconds time{seconds(seconds_)};
  const sys_days day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), nanoseconds_);
}

std::int64_t Timestamp::unix_milliseconds() const {
  return seconds_ * 1000 + nanoseconds_ / kNanosecondsPerMillisecond;
}

std::chrono::system_clock::time_point Timestamp::to_time_point() const {
  return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
      seconds(seconds_) + std::chrono::nanoseconds(nanoseconds_)));
}

Timestamp Timestamp::cut_to_milliseconds() const {
  return Timestamp(seconds_, nanoseconds_ - nanoseconds_ % kNanosecondsPerMillisecond);
}

}  // namespace tabletheory
