#include <gtest/gtest.h>

#include "tabletheory/value.h"

namespace tabletheory {
namespace {

std::size_t number_size(std::string_view text) {
  return value_size_bytes(Number::parse(text).value());
}

TEST(ItemSize, ScalarsCountTheirBytes) {
  EXPECT_EQ(value_size_bytes(""), 0U);
  EXPECT_EQ(value_size_bytes("abc"), 3U);
  EXPECT_EQ(value_size_bytes("€"), 3U);
  EXPECT_EQ(value_size_bytes(Bytes{1, 2, 3, 4}), 4U);
  EXPECT_EQ(value_size_bytes(true), 1U);
  EXPECT_EQ(value_size_bytes(nullptr), 1U);
}

TEST(ItemSize, NumbersCountTwoDigitsAByteOnEachSideOfThePoint) {
  EXPECT_EQ(number_size("1"), 2U);
  EXPECT_EQ(number_size("12"), 2U);
  EXPECT_EQ(number_size("123"), 3U);
  EXPECT_EQ(number_size("0.5"), 2U);
  EXPECT_EQ(number_size("1.5"), 3U);
  EXPECT_EQ(number_size("123.456"), 5U);
  EXPECT_EQ(number_size(std::string(38, '9')), 20U);
}

TEST(ItemSize, NegativeNumbersCountOneMore) {
  EXPECT_EQ(number_size("-1"), 3U);
  EXPECT_EQ(number_size("-123.456"), 6U);
}

TEST(ItemSize, OuterZerosOfNumbersAreTrimmed) {
  EXPECT_EQ(number_size("0"), 1U);
  EXPECT_EQ(number_size("1000000"), 2U);
  EXPECT_EQ(number_size("1e125"), 2U);
  EXPECT_EQ(number_size("0.00012"), 2U);
  EXPECT_EQ(number_size("1e-130"), 2U);
}

TEST(ItemSize, InnerZerosOfNumbersCount) {
  EXPECT_EQ(number_size("1000001"), 5U);
  EXPECT_EQ(number_size("1.0001"), 4U);
  EXPECT_EQ(number_size("100.5"), 4U);
}

TEST(ItemSize, ContainersCountThreeBytesAndOneForEachElement) {
  EXPECT_EQ(value_size_bytes(List{}), 3U);
  EXPECT_EQ(value_size_bytes(Map{}), 3U);
  EXPECT_EQ(value_size_bytes(List{"ab", true}), 3U + 2 + 2 + 1);
  EXPECT_EQ(value_size_bytes(Map{{"ab", "xyz"}, {"c", 12}}), 3U + 2 + 2 + 3 + 1 + 2);
  EXPECT_EQ(value_size_bytes(List{Value(List{})}), 3U + 1 + 3);
}

TEST(ItemSize, SetsCountTheirElementsOnly) {
  EXPECT_EQ(value_size_bytes(StringSet{{"a", "bcd"}}), 4U);
  EXPECT_EQ(value_size_bytes(NumberSet{{1, -123}}), 2U + 4);
  EXPECT_EQ(value_size_bytes(BinarySet{{{1, 2}, {3}}}), 3U);
}

TEST(ItemSize, ItemsCountNamesAndValues) {
  EXPECT_EQ(item_size_bytes(Item{}), 0U);
  EXPECT_EQ(item_size_bytes(Item{{"pk", "USER#1"}, {"é", 5}}), 2U + 6 + 2 + 2);
}

}  // namespace
}  // namespace tabletheory
