// HTTP dates: `Sun, 06 Nov 1994 08:49:37 GMT`, and the two obsolete forms a recipient must still read.
#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "http/message.h"

namespace tabletheory::http {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kMonths = {"Jan"sv, "Feb"sv, "Mar"sv, "Apr"sv, "May"sv, "Jun"sv,
                                "Jul"sv, "Aug"sv, "Sep"sv, "Oct"sv, "Nov"sv, "Dec"sv};

std::optional<int> number(std::string_view text) {
  constexpr std::size_t kMostDigits = 4;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The parts between any of the separators, empty ones dropped.
std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
    if (end > start) parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::optional<std::int64_t> instant(std::optional<int> year, std::string_view month_name, std::optional<int> day,
                                    std::string_view clock) {
  const auto month = std::ranges::find(kMonths, month_name);
  const auto parts = split(clock, ":");
  if (!year || !day || month == kMonths.end() || parts.size() != 3) return std::nullopt;
  const auto hour = number(parts[0]), minute = number(parts[1]), second = number(parts[2]);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return std::chrono::seconds(days).count() + *hour * 3600 + *minute * 60 + *second;
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  const auto parts = split(text, " ,\t");
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (parts.size() == 6 && parts[5] == "GMT") return instant(number(parts[3]), parts[2], number(parts[1]), parts[4]);
  // Sunday, 06-Nov-94 08:49:37 GMT
  if (parts.size() == 4 && parts[3] == "GMT") {
    const auto date = split(parts[1], "-");
    if (date.size() != 3) return std::nullopt;
    auto year = number(date[2]);
    if (year && *year < 100) *year += *year < 70 ? 2000 : 1900;
    return instant(year, date[1], number(date[0]), parts[2]);
  }
  // Sun Nov  6 08:49:37 1994
  if (parts.size() == 5) return instant(number(parts[4]), parts[1], number(parts[2]), parts[3]);
  return std::nullopt;
}

}  // namespace tabletheory::http
