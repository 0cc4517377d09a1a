// Number: an exact decimal as DynamoDB stores it.
//
// Up to 38 significant digits, magnitude 1E-130 … 9.99…E+125, or zero. Never rounds: a text with more digits or out of
// range is an error. Trailing zeros are not kept, so equal values have equal representations.
//
//     auto price = tabletheory::Number::parse("12.50");   // Result<Number>; canonical text "12.5"
//     auto total = price->plus(tabletheory::Number(3));    // Result<Number>; exact, or an error when out of range
//
// A value type: copyable, immutable, safe to share between threads.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "tabletheory/error.h"

namespace tabletheory {

// A native 128-bit integer (gcc and clang).
__extension__ using Uint128 = unsigned __int128;

class Number {
 public:
  // Limits of the service (developer guide, "Data types: Number").
  static constexpr int kMaxDigits = 38;
  static constexpr int kMinExponent = -130;  // of the leading digit
  static constexpr int kMaxExponent = 125;   // of the leading digit

  // No canonical text is longer: sign, "0.", 129 zeros and 38 digits.
  static constexpr int kMaxTextBytes = 1 + 2 + 129 + kMaxDigits;

  constexpr Number() = default;  // zero
  Number(std::int64_t integer);  // NOLINT(google-explicit-constructor): every int64 is exactly representable
  Number(int integer) : Number(static_cast<std::int64_t>(integer)) {}  // NOLINT(google-explicit-constructor)

  // Reads a decimal: optional sign, digits with an optional point, optional exponent (`+1`, `.5`, `5.`, `1.e5`, `007`
  // are numbers; blanks, `_`, hexadecimal, NaN and Infinity are not). Fails with ErrInvalidModel.
  static Result<Number> parse(std::string_view text);
  // Why `parse` failed, for callers with error messages of their own (the engine).
  enum class ParseError : std::uint8_t { kNone, kSyntax, kTooManyDigits, kOverflow, kUnderflow };
  static ParseError parse(std::string_view text, Number& out) noexcept;

  // The shortest digits that round-trip the double. Fails for NaN and infinities and outside the range.
  static Result<Number> from_double(double value);

  // Canonical text: no '+', no exponent, no superfluous zeros, "0" for zero.
  std::string to_string() const;
  // Appends the canonical text.
  void append_to(std::string& out) const;
  // Writes the canonical text to `out`, which has room for kMaxTextBytes; returns its end.
  char* write_to(char* out) const;

  // Exact conversions; fail with ErrNumberPrecisionLoss when the value does not fit exactly.
  Result<std::int64_t> to_int64() const;
  // The nearest double; `exact` variant fails unless shortest round-trip digits of the double give this number back.
  double to_double() const;
  Result<double> to_double_exact() const;

  bool is_zero() const { return high_ == 0 && low_ == 0; }
  bool is_negative() const { return negative_; }
  bool is_integer() const { return exponent_ >= 0; }

  // Exact; fail with ErrInvalidModel when the result needs more than 38 digits or leaves the range.
  Result<Number> plus(const Number& other) const;
  Result<Number> minus(const Number& other) const;
  Number negated() const;

  // The parts: value = (negative ? -1 : 1) * coefficient * 10^exponent, coefficient < 10^38 without trailing zeros;
  // zero is coefficient 0, exponent 0, not negative.
  Uint128 coefficient() const { return (static_cast<Uint128>(high_) << 64) | low_; }
  int exponent() const { return exponent_; }
  // Number of significant decimal digits (0 for zero).
  int digits() const;

  friend bool operator==(const Number&, const Number&) = default;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);

 private:
  static ParseError make(bool negative, Uint128 coefficient, int exponent, Number& out) noexcept;

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace tabletheory
