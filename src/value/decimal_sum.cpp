#include "value/decimal_sum.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletheory::value {
namespace {

// What is left of kBase^2 in 64 bits: this many additions fit into a limb before its carry has to go on.
constexpr std::uint32_t kMostUncarried = 1U << 30;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Result<Number> to_number(bool negative, std::string_view digits, int exponent) {
  auto number = Number::parse(fmt::format("{}{}E{}", negative ? "-" : "", digits, exponent));
  if (number) return number;
  return fail(ErrorCode::kNumberPrecisionLoss,
              "the result is outside the range of numbers (magnitude 1E-130 to 9.99E+125, or zero)");
}

// Counts up the last digit; "999" becomes "1000".
void count_up(std::string& digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  digits.insert(digits.begin(), '1');
}

}  // namespace

void DecimalSum::add(const Number& number) {
  if (number.is_zero()) return;
  const int shift = number.exponent() - kLowestExponent;
  auto limb = static_cast<std::size_t>(shift / kLimbDigits);
  const std::int64_t scale = power_of_ten(shift % kLimbDigits);
  const std::int64_t sign = number.is_negative() ? -1 : 1;
  std::int64_t over = 0;
  for (Uint128 rest = number.coefficient(); rest != 0 || over != 0; rest /= kBase) {
    const std::int64_t part = static_cast<std::int64_t>(rest % kBase) * scale + over;
    limbs_[limb++] += sign * (part % kBase);
    over = part / kBase;
  }
  if (++uncarried_ == kMostUncarried) carry();
}

void DecimalSum::carry() {
  uncarried_ = 0;
  std::int64_t over = 0;
  for (std::int64_t& limb : limbs_) {
    limb += over;
    over = limb / kBase;
    limb %= kBase;
  }
}

std::string DecimalSum::magnitude(bool& negative) const {
  DecimalSum sum = *this;
  sum.carry();
  // Limbs have signs of their own; the highest that is not zero has the sum's.
  const auto highest = std::find_if(sum.limbs_.rbegin(), sum.limbs_.rend(), [](auto limb) { return limb != 0; });
  negative = highest != sum.limbs_.rend() && *highest < 0;
  std::int64_t borrowed = 0;
  for (std::int64_t& limb : sum.limbs_) {
    limb = (negative ? -limb : limb) - borrowed;
    borrowed = limb < 0 ? 1 : 0;
    if (limb < 0) limb += kBase;
  }
  std::string digits;
  digits.reserve(kLimbs * kLimbDigits);
  for (auto limb = sum.limbs_.rbegin(); limb != sum.limbs_.rend(); ++limb) digits += fmt::format("{:09}", *limb);
  return digits;
}

Result<Number> DecimalSum::total() const {
  bool negative = false;
  const std::string digits = magnitude(negative);
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Number();
  const std::size_t last = digits.find_last_not_of('0');
  const std::size_t count = last - first + 1;
  if (count > static_cast<std::size_t>(Number::kMaxDigits)) {
    return fail(
        ErrorCode::kNumberPrecisionLoss,
        fmt::format("the exact sum has {} significant digits, a number holds at most {}", count, Number::kMaxDigits));
  }
  const int exponent = kLowestExponent + static_cast<int>(digits.size() - 1 - last);
  return to_number(negative, std::string_view(digits).substr(first, count), exponent);
}

Result<Number> DecimalSum::divided_by(std::uint64_t count) const {
  bool negative = false;
  std::string digits = magnitude(negative);
  // Room for 38 significant digits behind the last one of the sum, whatever the count.
  constexpr int kMoreDigits = 63;
  digits.append(kMoreDigits, '0');
  Uint128 rest = 0;
  for (std::size_t at = 0; at < digits.size(); at += kLimbDigits) {
    std::uint64_t limb = 0;
    for (std::size_t i = at; i < at + kLimbDigits; ++i) limb = limb * 10 + static_cast<std::uint64_t>(digits[i] - '0');
    const Uint128 dividend = rest * static_cast<Uint128>(kBase) + limb;
    const std::string quotient = fmt::format("{:09}", static_cast<std::uint64_t>(dividend / count));
    digits.replace(at, kLimbDigits, quotient);
    rest = dividend % count;
  }
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Number();
  std::string kept = digits.substr(first, Number::kMaxDigits);
  const std::string_view dropped = std::string_view(digits).substr(std::min(digits.size(), first + kept.size()));
  const int exponent = kLowestExponent - kMoreDigits + static_cast<int>(dropped.size());
  if (!dropped.empty() && dropped.front() >= '5') {
    const bool more_than_half =
        dropped.front() > '5' || rest != 0 || dropped.find_first_not_of('0', 1) != std::string_view::npos;
    if (more_than_half || (kept.back() - '0') % 2 == 1) count_up(kept);
  }
  return to_number(negative, kept, exponent);
}

}  // namespace tabletheory::value
