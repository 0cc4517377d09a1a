// DecimalSum: the exact sum of any number of Numbers, in constant memory.
//
//     DecimalSum sum;
//     sum.add(*Number::parse("0.1"));
//     sum.total();           // exact, or ErrNumberPrecisionLoss when it needs more than 38 digits
//     sum.divided_by(3);     // rounded to 38 significant digits, half to even
//
// A fixed-point accumulator as wide as the range of Number, so the order of additions does not matter and nothing is
// lost on the way: 1E+125 + 1 - 1E+125 is 1. A value type; not for several threads at once.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tabletheory/number.h"

namespace tabletheory::value {

class DecimalSum {
 public:
  // Up to 2^63 numbers.
  void add(const Number& number);
  // ErrNumberPrecisionLoss when the exact sum is no Number.
  Result<Number> total() const;
  // The quotient, exact where 38 significant digits suffice, else rounded half to even. `count` is not 0.
  // ErrNumberPrecisionLoss when it leaves the range of Number.
  Result<Number> divided_by(std::uint64_t count) const;

 private:
  static constexpr std::int64_t kBase = 1'000'000'000;
  static constexpr int kLimbDigits = 9;
  // Number's last digit is never below 1E-167 (its first, 1E-130, and 37 more), a sum of 2^63 never beyond 1E+146.
  static constexpr int kLowestExponent = -171;
  static constexpr std::size_t kLimbs = 36;

  void carry();
  // Digits of the absolute value, first to last limb; the last digit's exponent is kLowestExponent.
  std::string magnitude(bool& negative) const;

  std::array<std::int64_t, kLimbs> limbs_{};  // lowest first; each may run beyond the base, in both directions
  std::uint32_t uncarried_ = 0;
};

}  // namespace tabletheory::value
