// DecimalSum: exact whatever the order and magnitudes; quotients rounded half to even.
#include "value/decimal_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace tabletheory::value {
namespace {

DecimalSum sum_of(const std::vector<std::string>& texts) {
  DecimalSum sum;
  for (const std::string& text : texts) sum.add(Number::parse(text).value());
  return sum;
}
std::string total(const std::vector<std::string>& texts) {
  const auto total = sum_of(texts).total();
  return total ? total->to_string() : std::string(error_code_name(total.error().code()));
}
std::string average(const std::vector<std::string>& texts) {
  const auto average = sum_of(texts).divided_by(texts.size());
  return average ? average->to_string() : std::string(error_code_name(average.error().code()));
}

const std::string kLargest(38, '9');

TEST(DecimalSum, TotalsAreExact) {
  EXPECT_EQ(total({}), "0");
  EXPECT_EQ(total({"0.1", "0.2"}), "0.3");
  EXPECT_EQ(total({"-5", "2"}), "-3");
  EXPECT_EQ(total({"-5", "5"}), "0");
  EXPECT_EQ(total({"1E+125", "1", "-1E+125"}), "1");
  EXPECT_EQ(total({kLargest + "E+88", "-" + kLargest + "E+88", "1E-130"}), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(total({"999999999", "1"}), "1000000000");
  EXPECT_EQ(total({"-999999999", "-1"}), "-1000000000");
  EXPECT_EQ(total({"1000000000000000000", "-1"}), "999999999999999999");
}

TEST(DecimalSum, WhatIsNoNumberIsAnErrorAndNeverRounded) {
  EXPECT_EQ(total({kLargest, "0.1"}), "ErrNumberPrecisionLoss");
  EXPECT_EQ(total({kLargest + "E+88", kLargest + "E+88"}), "ErrNumberPrecisionLoss");
  EXPECT_EQ(average({"1E-130", "0"}), "ErrNumberPrecisionLoss");
}

TEST(DecimalSum, QuotientsAreExactOrRoundedHalfToEven) {
  EXPECT_EQ(average({"1", "2"}), "1.5");
  EXPECT_EQ(average({"-1", "-2"}), "-1.5");
  EXPECT_EQ(average({"1", "0", "0"}), "0." + std::string(38, '3'));
  EXPECT_EQ(average({"2", "0", "0"}), "0." + std::string(37, '6') + "7");
  EXPECT_EQ(average({"-2", "0", "0"}), "-0." + std::string(37, '6') + "7");
  EXPECT_EQ(average({"0", "0"}), "0");
  // Halves: between …8 and …9 to the even …8, between …7 and …8 to the even …8.
  const std::string head(37, '1');
  EXPECT_EQ(average({head + "8", head + "9"}), head + "8");
  EXPECT_EQ(average({head + "7", head + "8"}), head + "8");
  EXPECT_EQ(average({kLargest, kLargest}), kLargest);
  EXPECT_EQ(average({kLargest, "1E+38", "1E+38"}), "1" + std::string(38, '0'));
  EXPECT_EQ(average({kLargest + "E+88", kLargest + "E+88"}), Number::parse(kLargest + "E+88")->to_string());
}

// Whole numbers, against native integers.
TEST(DecimalSum, AgreesWithNativeIntegers) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = 1 + random() % 20;
    DecimalSum sum;
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::int32_t>(random());
      sum.add(Number(number));
      expected += number;
    }
    ASSERT_EQ(sum.total().value(), Number(expected)) << "round " << round;
    // The quotient is within half a unit of its 38th digit, so a double has nothing to add.
    const double native = static_cast<double>(expected) / static_cast<double>(count);
    ASSERT_NEAR(sum.divided_by(count).value().to_double(), native, 1e-15 * std::abs(native)) << "round " << round;
  }
}

// Any magnitudes: what is added and taken away again leaves the rest, in any order.
TEST(DecimalSum, ForgetsNothing) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const Number rest(static_cast<std::int64_t>(random()));
    std::vector<Number> numbers{rest};
    for (std::size_t i = random() % 20; i > 0; --i) {
      const auto exponent = static_cast<int>(random() % 230) - 125;
      const Number number = Number::parse(std::to_string(random() >> 1) + "E" + std::to_string(exponent)).value();
      numbers.push_back(number);
      numbers.push_back(number.negated());
    }
    std::shuffle(numbers.begin(), numbers.end(), random);
    DecimalSum sum;
    for (const Number& number : numbers) sum.add(number);
    ASSERT_EQ(sum.total().value(), rest) << "round " << round;
  }
}

}  // namespace
}  // namespace tabletheory::value
