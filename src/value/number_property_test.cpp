#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "value/value_generator.h"

namespace tabletheory {
namespace {

using value::ValueGenerator;

constexpr int kRounds = 20'000;

// A second implementation of the sum, on decimal digits one by one: fixed point with 170 places on either side.
class DigitSum {
 public:
  explicit DigitSum(const Number& number) {
    const std::string text = number.to_string();
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const std::size_t point = std::min(text.find('.'), text.size());
    for (std::size_t i = first; i < text.size(); ++i) {
      if (text[i] == '.') continue;
      const std::size_t place = i < point ? kPoint - (point - i) : kPoint + (i - point - 1);
      digits_[place] = first == 1 ? '0' - text[i] : text[i] - '0';
    }
  }

  // The canonical text of the sum.
  std::string plus(const DigitSum& other) const {
    std::array<int, kPlaces> sum{};
    for (std::size_t i = 0; i < kPlaces; ++i) sum[i] = digits_[i] + other.digits_[i];
    const auto leading = std::ranges::find_if(sum, [](int digit) { return digit != 0; });
    if (leading == sum.end()) return "0";
    // With the sign of the leading digit, which is that of the sum, carries run from the right.
    const bool negative = *leading < 0;
    for (int& digit : sum) digit = negative ? -digit : digit;
    for (std::size_t i = kPlaces - 1; i > 0; --i) {
      const int carry = sum[i] >= 10 ? 1 : sum[i] < 0 ? -1 : 0;
      sum[i] -= 10 * carry;
      sum[i - 1] += carry;
    }
    std::string integer, fraction;
    for (std::size_t i = 0; i < kPlaces; ++i)
      (i < kPoint ? integer : fraction).push_back(static_cast<char>('0' + sum[i]));
    integer.erase(0, std::min(integer.find_first_not_of('0'), integer.size() - 1));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return (negative ? "-" : "") + integer + (fraction.empty() ? "" : "." + fraction);
  }

 private:
  static constexpr std::size_t kPoint = 170;
  static constexpr std::size_t kPlaces = 340;
  std::array<int, kPlaces> digits_{};
};

TEST(NumberProperties, CanonicalTextReadsBackAsTheSameNumber) {
  ValueGenerator generate(1);
  for (int round = 0; round < kRounds; ++round) {
    const std::string written = generate.number_text();
    const Number number = Number::parse(written).value();
    ASSERT_EQ(Number::parse(number.to_string()).value(), number) << written;
  }
}

TEST(NumberProperties, CanonicalTextHasNothingSuperfluous) {
  ValueGenerator generate(2);
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = generate.number().to_string();
    ASSERT_EQ(text.find_first_not_of("-0123456789."), std::string::npos) << text;
    ASSERT_FALSE(text.contains('.') && (text.ends_with('0') || text.ends_with('.'))) << text;
    const std::string_view magnitude = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
    ASSERT_TRUE(magnitude == "0" || !magnitude.starts_with('0') || magnitude.starts_with("0.")) << text;
  }
}

TEST(NumberProperties, SumsAgreeWithDigitByDigitAddition) {
  ValueGenerator generate(3);
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Number a = generate.number();
    const Number b = generate.number();
    const std::string expected = DigitSum(a).plus(DigitSum(b));
    Number reference;
    const bool fits = Number::parse(expected, reference) == Number::ParseError::kNone;
    const auto sum = a.plus(b);
    ASSERT_EQ(sum.has_value(), fits) << a.to_string() << " + " << b.to_string();
    if (fits) {
      ASSERT_EQ(sum->to_string(), expected) << a.to_string() << " + " << b.to_string();
    }
    refused += fits ? 0 : 1;
  }
  // Both outcomes are met often, or the test would not test.
  EXPECT_GT(refused, kRounds / 20);
  EXPECT_LT(refused, kRounds * 19 / 20);
}

TEST(NumberProperties, OrderIsTheSignOfTheDifference) {
  ValueGenerator generate(4);
  for (int round = 0; round < kRounds; ++round) {
    const Number a = generate.number();
    const Number b = generate.number();
    ASSERT_EQ(a <=> b, 0 <=> (b <=> a));
    const std::string difference = DigitSum(a).plus(DigitSum(b.negated()));
    const auto sign = difference == "0" ? 0 : difference.starts_with('-') ? -1 : 1;
    ASSERT_EQ(a <=> b, sign <=> 0) << a.to_string() << " <=> " << b.to_string();
  }
}

TEST(NumberProperties, DoublesInRangeComeBackFromTheirDigits) {
  ValueGenerator generate(5);
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t bits = generate.below(~std::uint64_t{0});
    double value;
    std::memcpy(&value, &bits, sizeof value);
    const auto number = Number::from_double(value);
    if (!number) continue;
    ASSERT_EQ(number->to_double(), value);
    ASSERT_EQ(number->to_double_exact().value(), value);
  }
}

TEST(NumberProperties, Int64ComesBack) {
  ValueGenerator generate(6);
  for (int round = 0; round < kRounds; ++round) {
    const auto integer = static_cast<std::int64_t>(generate.below(~std::uint64_t{0}) >> generate.below(64));
    ASSERT_EQ(Number(integer).to_int64().value(), integer);
    ASSERT_EQ(Number(integer), Number::parse(std::to_string(integer)).value());
  }
}

}  // namespace
}  // namespace tabletheory
