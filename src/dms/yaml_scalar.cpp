#include "dms/yaml_scalar.h"

#include <algorithm>
#include <array>

namespace tabletheory::dms {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, to_lower);
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

// Takes what `accept` accepts off the front; returns how many characters that was.
template <class Accept>
std::size_t skip(std::string_view& text, Accept accept) {
  const auto end = std::ranges::find_if_not(text, accept);
  const auto length = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(length);
  return length;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool is_digit_or_underscore(char c) {
  return is_digit(c) || c == '_';
}

// The parts of `[-+]? digits? (. digits?)? (e [-+]? digits)?`, with underscores allowed among the digits.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
  bool plus = false;
  bool point = false;
  bool underscores = false;
};

bool read_decimal(std::string_view text, Decimal& out) {
  out.underscores = text.find('_') != std::string_view::npos;
  out.plus = text.starts_with('+');
  take(text, "+-");
  if (text.starts_with('_')) return false;
  const std::string_view from_whole = text;
  out.whole = from_whole.substr(0, skip(text, is_digit_or_underscore));
  out.point = take(text, ".");
  if (out.point) {
    const std::string_view from_fraction = text;
    out.fraction = from_fraction.substr(0, skip(text, is_digit_or_underscore));
  }
  if (!std::ranges::any_of(out.whole, is_digit) && !std::ranges::any_of(out.fraction, is_digit)) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (skip(text, is_digit_or_underscore) == 0) return false;
  }
  return text.empty();
}

PlainScalar classify_decimal(const Decimal& decimal) {
  if (decimal.underscores) return PlainScalar::kUnderscores;
  if (decimal.plus) return PlainScalar::kLeadingPlus;
  if (decimal.whole.size() > 1 && decimal.whole.front() == '0') return PlainScalar::kLeadingZeros;
  if (decimal.whole.empty() || (decimal.point && decimal.fraction.empty())) return PlainScalar::kBarePoint;
  return PlainScalar::kNumber;
}

bool is_radix(std::string_view text) {
  take(text, "+-");
  if (!take(text, "0")) return false;
  if (take(text, "xX"))
    return skip(text, [](char c) { return is_digit_or_underscore(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }) >
               0 &&
           text.empty();
  return take(text, "oO") && skip(text, [](char c) { return (c >= '0' && c <= '7') || c == '_'; }) > 0 && text.empty();
}

bool is_not_finite(std::string_view text) {
  take(text, "+-");
  return is_one_of(text, std::to_array<std::string_view>({".inf", ".nan"}));
}

// YAML 1.1's timestamps: yyyy-m-d, then nothing, or `T` or blanks and a time.
bool is_date(std::string_view text) {
  const auto digits = [&text](std::size_t least, std::size_t most) {
    const std::size_t count = skip(text, is_digit);
    return count >= least && count <= most;
  };
  if (!digits(4, 4) || !take(text, "-") || !digits(1, 2) || !take(text, "-") || !digits(1, 2)) return false;
  if (text.empty()) return true;
  if (!take(text, "Tt") && skip(text, [](char c) { return c == ' ' || c == '\t'; }) == 0) return false;
  if (!digits(1, 2) || !take(text, ":") || !digits(1, 2)) return false;
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || std::string_view(":.+-Zz \t").contains(c); });
}

}  // namespace

PlainScalar classify_plain_scalar(std::string_view text) {
  if (text.empty()) return PlainScalar::kEmpty;
  if (text == "null") return PlainScalar::kNull;
  if (text == "true") return PlainScalar::kTrue;
  if (text == "false") return PlainScalar::kFalse;
  if (is_one_of(text, std::to_array<std::string_view>({"yes", "no", "on", "off"}))) return PlainScalar::kYesNo;
  if (is_one_of(text, std::to_array<std::string_view>({"~", "null", "true", "false"}))) return PlainScalar::kSpelling;
  if (is_radix(text)) return PlainScalar::kRadix;
  if (is_not_finite(text)) return PlainScalar::kNotFinite;
  if (Decimal decimal; read_decimal(text, decimal)) return classify_decimal(decimal);
  return is_date(text) ? PlainScalar::kDate : PlainScalar::kString;
}

std::string_view refusal(PlainScalar kind) {
  switch (kind) {
    case PlainScalar::kEmpty:
      return "is empty";
    case PlainScalar::kYesNo:
      return "is a boolean to some YAML readers and a string to others";
    case PlainScalar::kSpelling:
      return "is not how null, true and false are written here";
    case PlainScalar::kRadix:
      return "is no JSON number";
    case PlainScalar::kUnderscores:
      return "is a number to some YAML readers and a string to others";
    case PlainScalar::kLeadingPlus:
      return "has a leading +, which JSON numbers do not have";
    case PlainScalar::kLeadingZeros:
      return "has leading zeros, which JSON numbers do not have";
    case PlainScalar::kBarePoint:
      return "has a point without digits on both sides, which JSON numbers do not have";
    case PlainScalar::kNotFinite:
      return "is no JSON number";
    case PlainScalar::kDate:
      return "is a date to some YAML readers and a string to others";
    default:
      return {};
  }
}

}  // namespace tabletheory::dms
