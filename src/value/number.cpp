#include "tabletheory/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "value/excerpt.h"

namespace tabletheory {
namespace {

constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000U;
// Where an exponent is cut off; beyond any text that fits in memory, so that no sum with a digit count comes back.
constexpr std::int64_t kExponentBound = std::int64_t{1} << 60;

constexpr auto kPowersOfTen = [] {
  std::array<Uint128, Number::kMaxDigits + 1> powers{};
  Uint128 power = 1;
  for (Uint128& slot : powers) {
    slot = power;
    power *= 10;
  }
  return powers;
}();

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

// Digits of a coefficient below 10^39; 0 for 0.
int count_digits(Uint128 coefficient) {
  if (coefficient == 0) return 0;
  const auto high = static_cast<std::uint64_t>(coefficient >> 64);
  const int bits =
      high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(static_cast<std::uint64_t>(coefficient));
  // 1233/4096 is log10(2) to the accuracy needed up to 128 bits; the guess is right or one too small.
  const int guess = bits * 1233 >> 12;
  if (guess > Number::kMaxDigits) return guess;
  return guess + (coefficient >= kPowersOfTen[static_cast<std::size_t>(guess)] ? 1 : 0);
}

// Takes trailing zeros into the exponent.
void strip_zeros(Uint128& coefficient, int& exponent) {
  while ((coefficient >> 64) != 0) {
    if (coefficient % 10 != 0) return;
    coefficient /= 10;
    ++exponent;
  }
  auto low = static_cast<std::uint64_t>(coefficient);
  while (low != 0 && low % 10 == 0) {
    low /= 10;
    ++exponent;
  }
  coefficient = low;
}

// Writes the digits of a coefficient (38 at most); returns their end.
char* write_digits(Uint128 coefficient, char* out) {
  constexpr int kDigitsOf64Bits = 20;
  if ((coefficient >> 64) == 0) {
    return std::to_chars(out, out + kDigitsOf64Bits, static_cast<std::uint64_t>(coefficient)).ptr;
  }
  const auto upper = static_cast<std::uint64_t>(coefficient / kTenTo19);
  auto lower = static_cast<std::uint64_t>(coefficient - static_cast<Uint128>(upper) * kTenTo19);
  char* const middle = std::to_chars(out, out + kDigitsOf64Bits, upper).ptr;
  char* const end = middle + 19;
  for (char* digit = end; digit != middle; lower /= 10) *--digit = static_cast<char>('0' + lower % 10);
  return end;
}

// What scanning the text of a number found, before any limit is applied.
struct Scan {
  bool negative = false;
  bool too_many_digits = false;
  Uint128 coefficient = 0;    // without trailing zeros
  std::int64_t exponent = 0;  // of the coefficient
  std::int64_t leading = 0;   // exponent of the first significant digit
};

// The significant digits seen so far. Zeros are held back until a digit follows them, so that trailing ones never
// count.
class Digits {
 public:
  void add(unsigned digit) {
    if (digit == 0) {
      pending_zeros_ += count_ != 0 ? 1 : 0;
      return;
    }
    const std::int64_t count = count_ + pending_zeros_ + 1;
    if (count > Number::kMaxDigits) {
      too_many_ = true;
    } else {
      coefficient_ = coefficient_ * kPowersOfTen[static_cast<std::size_t>(pending_zeros_ + 1)] + digit;
    }
    count_ = count;
    pending_zeros_ = 0;
  }
  bool empty() const { return count_ == 0; }
  bool too_many() const { return too_many_; }
  Uint128 coefficient() const { return coefficient_; }
  std::int64_t pending_zeros() const { return pending_zeros_; }
  std::int64_t span() const { return count_ + pending_zeros_; }

 private:
  Uint128 coefficient_ = 0;
  std::int64_t count_ = 0;
  std::int64_t pending_zeros_ = 0;
  bool too_many_ = false;
};

// Reads `[eE][+-]?[0-9]+` up to the end of the text; the value is cut off at kExponentBound.
bool scan_exponent(const char* at, const char* end, std::int64_t& exponent) {
  bool negative = false;
  if (at != end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  if (at == end) return false;
  std::int64_t value = 0;
  for (; at != end; ++at) {
    if (!is_digit(*at)) return false;
    if (value < kExponentBound / 16) value = value * 10 + (*at - '0');
  }
  exponent = negative ? -value : value;
  return true;
}

bool scan_number(std::string_view text, Scan& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && (*at == '+' || *at == '-')) out.negative = *at++ == '-';
  Digits digits;
  std::int64_t seen = 0;
  std::int64_t fraction = 0;
  for (; at != end && is_digit(*at); ++at, ++seen) digits.add(static_cast<unsigned>(*at - '0'));
  if (at != end && *at == '.') {
    const char* const point = ++at;
    for (; at != end && is_digit(*at); ++at) digits.add(static_cast<unsigned>(*at - '0'));
    fraction = at - point;
    seen += fraction;
  }
  if (seen == 0) return false;
  std::int64_t exponent = 0;
  if (at != end) {
    if (*at != 'e' && *at != 'E') return false;
    if (!scan_exponent(at + 1, end, exponent)) return false;
  }
  out.too_many_digits = digits.too_many();
  out.coefficient = digits.coefficient();
  out.exponent = exponent - fraction + digits.pending_zeros();
  out.leading = exponent - fraction + digits.span() - 1;
  if (digits.empty()) out.negative = false;
  return true;
}

// Plain decimals of up to 18 characters, which is nearly all of them: `-12`, `3.25`. False: take the long way.
bool scan_short(std::string_view text, bool& negative, std::uint64_t& coefficient, int& exponent) {
  if (text.empty() || text.size() > 18) return false;
  const char* at = text.data();
  const char* const end = at + text.size();
  negative = *at == '-';
  at += negative ? 1 : 0;
  const char* point = nullptr;
  const char* const first = at;
  std::uint64_t value = 0;
  for (; at != end; ++at) {
    if (is_digit(*at)) {
      value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    } else if (*at == '.' && point == nullptr) {
      point = at;
    } else {
      return false;
    }
  }
  if (end - first == (point != nullptr ? 1 : 0)) return false;
  coefficient = value;
  exponent = point != nullptr ? -static_cast<int>(end - point - 1) : 0;
  return true;
}

Error parse_error(Number::ParseError error, std::string_view text) {
  std::string why;
  switch (error) {
    case Number::ParseError::kNone:
      break;
    case Number::ParseError::kSyntax:
      why = "is not a decimal number; write digits with an optional sign, point and exponent";
      break;
    case Number::ParseError::kTooManyDigits:
      why = "has more than 38 significant digits; round it, or store it as a string";
      break;
    case Number::ParseError::kOverflow:
      why = "is larger than 9.99…E+125; scale it, or store it as a string";
      break;
    case Number::ParseError::kUnderflow:
      why = "is smaller than 1E-130; round it to 0, scale it, or store it as a string";
      break;
  }
  return Error(ErrorCode::kInvalidModel, fmt::format("{} {}", value::excerpt(text), why));
}

}  // namespace

Number::Number(std::int64_t integer) : negative_(integer < 0) {
  auto magnitude = static_cast<std::uint64_t>(integer);
  if (negative_) magnitude = 0 - magnitude;
  int zeros = 0;
  while (magnitude != 0 && magnitude % 10 == 0) {
    magnitude /= 10;
    ++zeros;
  }
  low_ = magnitude;
  exponent_ = static_cast<std::int16_t>(zeros);
}

Number::ParseError Number::make(bool negative, Uint128 coefficient, int exponent, Number& out) noexcept {
  if (coefficient == 0) {
    out = Number();
    return ParseError::kNone;
  }
  strip_zeros(coefficient, exponent);
  const int digits = count_digits(coefficient);
  const int leading = exponent + digits - 1;
  if (leading > kMaxExponent) return ParseError::kOverflow;
  if (leading < kMinExponent) return ParseError::kUnderflow;
  if (digits > kMaxDigits) return ParseError::kTooManyDigits;
  out.high_ = static_cast<std::uint64_t>(coefficient >> 64);
  out.low_ = static_cast<std::uint64_t>(coefficient);
  out.exponent_ = static_cast<std::int16_t>(exponent);
  out.negative_ = negative;
  return ParseError::kNone;
}

Number::ParseError Number::parse(std::string_view text, Number& out) noexcept {
  bool negative = false;
  std::uint64_t value = 0;
  int exponent = 0;
  if (scan_short(text, negative, value, exponent)) {
    while (value != 0 && value % 10 == 0) {
      value /= 10;
      ++exponent;
    }
    out.high_ = 0;
    out.low_ = value;
    out.exponent_ = value == 0 ? std::int16_t{0} : static_cast<std::int16_t>(exponent);
    out.negative_ = negative && value != 0;
    return ParseError::kNone;
  }
  Scan scan;
  if (!scan_number(text, scan)) return ParseError::kSyntax;
  if (scan.coefficient == 0) {
    out = Number();
    return ParseError::kNone;
  }
  // The order of the service: range first, then digits.
  if (scan.leading > kMaxExponent) return ParseError::kOverflow;
  if (scan.leading < kMinExponent) return ParseError::kUnderflow;
  if (scan.too_many_digits) return ParseError::kTooManyDigits;
  return make(scan.negative, scan.coefficient, static_cast<int>(scan.exponent), out);
}

Result<Number> Number::parse(std::string_view text) {
  Number number;
  if (const ParseError error = parse(text, number); error != ParseError::kNone) {
    return std::unexpected(parse_error(error, text));
  }
  return number;
}

Result<Number> Number::from_double(double value) {
  if (!std::isfinite(value)) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{} cannot be stored as a number; NaN and infinities have no decimal value", value));
  }
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return parse(std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data())));
}

int Number::digits() const {
  return count_digits(coefficient());
}

std::string Number::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

void Number::append_to(std::string& out) const {
  std::array<char, kMaxTextBytes> buffer;
  out.append(buffer.data(), static_cast<std::size_t>(write_to(buffer.data()) - buffer.data()));
}

char* Number::write_to(char* out) const {
  if (negative_) *out++ = '-';
  if (exponent_ >= 0) return std::fill_n(write_digits(coefficient(), out), exponent_, '0');
  // Fractions need their digits apart, to put the point in.
  std::array<char, kMaxDigits + 1> buffer;
  const char* const digits = buffer.data();
  const char* const end = write_digits(coefficient(), buffer.data());
  const auto integer_digits = end - digits + exponent_;
  if (integer_digits > 0) {
    out = std::copy_n(digits, integer_digits, out);
    *out++ = '.';
    return std::copy(digits + integer_digits, end, out);
  }
  *out++ = '0';
  *out++ = '.';
  return std::copy(digits, end, std::fill_n(out, -integer_digits, '0'));
}

Result<std::int64_t> Number::to_int64() const {
  constexpr auto kMax = static_cast<Uint128>(std::numeric_limits<std::int64_t>::max());
  const auto lost = [this](std::string_view why) {
    return fail(ErrorCode::kNumberPrecisionLoss,
                fmt::format("{} {}; read it as a Number or as text instead", to_string(), why));
  };
  if (exponent_ < 0) return lost("is not an integer");
  if (digits() + exponent_ > 19) return lost("does not fit a 64-bit integer");
  const Uint128 magnitude = coefficient() * kPowersOfTen[static_cast<std::size_t>(exponent_)];
  if (magnitude > kMax + (negative_ ? 1 : 0)) return lost("does not fit a 64-bit integer");
  const auto low = static_cast<std::uint64_t>(magnitude);
  return static_cast<std::int64_t>(negative_ ? 0 - low : low);
}

double Number::to_double() const {
  constexpr std::uint64_t kExactIntegers = std::uint64_t{1} << 53;
  // Both operands are exact doubles up to 2^53 and 10^22, so one operation rounds correctly.
  if (high_ == 0 && low_ <= kExactIntegers && exponent_ >= -22 && exponent_ <= 22) {
    const auto power = static_cast<double>(kPowersOfTen[static_cast<std::size_t>(std::abs(exponent_))]);
    const auto whole = static_cast<double>(low_);
    const double magnitude = exponent_ < 0 ? whole / power : whole * power;
    return negative_ ? -magnitude : magnitude;
  }
  const std::string text = to_string();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<double> Number::to_double_exact() const {
  const double value = to_double();
  const auto back = from_double(value);
  if (!back || *back != *this) {
    return fail(ErrorCode::kNumberPrecisionLoss,
                fmt::format("{} does not fit a double exactly; read it as a Number or as text instead", to_string()));
  }
  return value;
}

Number Number::negated() const {
  Number out = *this;
  out.negative_ = !negative_ && !is_zero();
  return out;
}

Result<Number> Number::minus(const Number& other) const {
  return plus(other.negated());
}

Result<Number> Number::plus(const Number& other) const {
  if (is_zero()) return other;
  if (other.is_zero()) return *this;
  const auto refuse = [&](ParseError error) {
    const std::string_view why = error == ParseError::kTooManyDigits ? "needs more than 38 significant digits"
                                                                     : "leaves the range 1E-130 … 9.99…E+125";
    return fail(ErrorCode::kInvalidModel,
                fmt::format("the sum of {} and {} {}; round an operand first", to_string(), other.to_string(), why));
  };
  const Number& coarse = exponent_ >= other.exponent_ ? *this : other;
  const Number& fine = exponent_ >= other.exponent_ ? other : *this;
  const int shift = coarse.exponent_ - fine.exponent_;
  // Where the exponents differ, the sum ends in the last digit of the finer operand, so it holds at least as many
  // digits as the coarser one brought to that exponent, or one less after borrowing: beyond 39 it cannot fit.
  if (coarse.digits() + shift > kMaxDigits + 1) return refuse(ParseError::kTooManyDigits);
  Uint128 left = 0;
  // Overflows 128 bits only from 3.4E+38 on, which no borrow brings below 1E+38.
  if (__builtin_mul_overflow(coarse.coefficient(), kPowersOfTen[static_cast<std::size_t>(shift)], &left)) {
    return refuse(ParseError::kTooManyDigits);
  }
  const Uint128 right = fine.coefficient();
  bool negative = coarse.negative_;
  Uint128 magnitude = 0;
  if (coarse.negative_ == fine.negative_) {
    if (__builtin_add_overflow(left, right, &magnitude)) return refuse(ParseError::kTooManyDigits);
  } else if (left >= right) {
    magnitude = left - right;
  } else {
    magnitude = right - left;
    negative = fine.negative_;
  }
  Number sum;
  if (const ParseError error = make(negative, magnitude, fine.exponent_, sum); error != ParseError::kNone) {
    return refuse(error);
  }
  return sum;
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  if (a.negative_ != b.negative_) return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.is_zero() || b.is_zero()) {
    // The signs agree, so the other one, if not zero, is positive.
    return b.is_zero() <=> a.is_zero();
  }
  const auto magnitude = [&]() -> std::strong_ordering {
    if (a.exponent_ == b.exponent_) return a.coefficient() <=> b.coefficient();
    const int leading_a = a.exponent_ + a.digits();
    const int leading_b = b.exponent_ + b.digits();
    if (leading_a != leading_b) return leading_a <=> leading_b;
    // Equal leading digits' places: bringing one to the other's exponent gives at most 38 digits.
    const int shift = a.exponent_ - b.exponent_;
    const Uint128 power = kPowersOfTen[static_cast<std::size_t>(std::abs(shift))];
    return shift > 0 ? a.coefficient() * power <=> b.coefficient() : a.coefficient() <=> b.coefficient() * power;
  }();
  return a.negative_ ? 0 <=> magnitude : magnitude;
}

}  // namespace tabletheory
