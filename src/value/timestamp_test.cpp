#include "tabletheory/timestamp.h"

#include <gtest/gtest.h>

#include "value/value_generator.h"

namespace tabletheory {
namespace {

std::string rewritten(std::string_view text) {
  return Timestamp::parse(text).value().to_string();
}

TEST(TimestampText, HasNineFractionDigitsAndZ) {
  EXPECT_EQ(Timestamp().to_string(), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rewritten("2026-01-02T03:04:05.678Z"), "2026-01-02T03:04:05.678000000Z");
  EXPECT_EQ(Timestamp(-1, 999'999'999).to_string(), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimestampText, SpansTheYears0001To9999) {
  EXPECT_EQ(rewritten("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rewritten("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z");
}

TEST(TimestampText, InstantsOutsideThoseYearsHaveNoRfc3339Text) {
  for (const std::int64_t seconds :
       {std::int64_t{-62'135'596'801}, std::int64_t{253'402'300'800}, INT64_MIN, INT64_MAX}) {
    EXPECT_FALSE(Timestamp::parse(Timestamp(seconds, 0).to_string()).has_value()) << seconds;
  }
}

TEST(TimestampParse, TakesAnyFractionAndOffset) {
  EXPECT_EQ(rewritten("2026-01-02T03:04:05Z"), "2026-01-02T03:04:05.000000000Z");
  EXPECT_EQ(rewritten("2026-01-02T03:04:05.1Z"), "2026-01-02T03:04:05.100000000Z");
  EXPECT_EQ(rewritten("2026-01-02T03:04:05.123456789000Z"), "2026-01-02T03:04:05.123456789Z");
  EXPECT_EQ(rewritten("2026-01-02T03:04:05+05:30"), "2026-01-01T21:34:05.000000000Z");
  EXPECT_EQ(rewritten("2026-12-31T23:30:00-01:00"), "2027-01-01T00:30:00.000000000Z");
  EXPECT_EQ(rewritten("2026-01-02T03:04:05-00:00"), "2026-01-02T03:04:05.000000000Z");
  EXPECT_EQ(rewritten("2026-01-02t03:04:05z"), "2026-01-02T03:04:05.000000000Z");
}

TEST(TimestampParse, KnowsTheCalendar) {
  EXPECT_EQ(rewritten("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000000000Z");
  EXPECT_EQ(rewritten("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00.000000000Z");
  for (const char* text :
       {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z"}) {
    EXPECT_FALSE(Timestamp::parse(text).has_value()) << text;
  }
}

TEST(TimestampParse, IsStrict) {
  for (const char* text : {"",
                           "2026-01-02",
                           "2026-01-02T03:04:05",
                           "2026-01-02 03:04:05Z",
                           "2026-1-2T03:04:05Z",
                           "26-01-02T03:04:05Z",
                           "2026-01-02T03:04Z",
                           "2026-01-02T24:00:00Z",
                           "2026-01-02T03:60:00Z",
                           "2026-01-02T03:04:61Z",
                           "2026-01-02T03:04:05.Z",
                           "2026-01-02T03:04:05,5Z",
                           "2026-01-02T03:04:05+0530",
                           "2026-01-02T03:04:05+24:00",
                           "2026-01-02T03:04:05+05:60",
                           "2026-01-02T03:04:05+5:30",
                           "2026-01-02T03:04:05Z ",
                           " 2026-01-02T03:04:05Z",
                           "+2026-01-02T03:04:05Z",
                           "2026-01-02T03:04:05.1234567891Z"}) {
    const auto parsed = Timestamp::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidModel) << text;
  }
}

TEST(TimestampParse, RefusesLeapSecondsAndSaysSo) {
  const auto parsed = Timestamp::parse("2016-12-31T23:59:60Z");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_NE(parsed.error().message().find("leap second"), std::string::npos);
}

TEST(TimestampParse, RefusesAnOffsetThatLeavesTheYears) {
  EXPECT_FALSE(Timestamp::parse("0001-01-01T00:00:00+00:01").has_value());
  EXPECT_FALSE(Timestamp::parse("9999-12-31T23:59:59-00:01").has_value());
  EXPECT_FALSE(Timestamp::parse("0000-06-01T00:00:00Z").has_value());
  EXPECT_TRUE(Timestamp::parse("0000-12-31T23:59:00-00:01").has_value());
}

TEST(Timestamp, ConvertsToAndFromMilliseconds) {
  EXPECT_EQ(Timestamp::from_unix_milliseconds(1'767'323'045'678).to_string(), "2026-01-02T03:04:05.678000000Z");
  EXPECT_EQ(Timestamp::from_unix_milliseconds(-1).to_string(), "1969-12-31T23:59:59.999000000Z");
  EXPECT_EQ(Timestamp::from_unix_milliseconds(-1).unix_milliseconds(), -1);
  EXPECT_EQ(Timestamp::from_unix_milliseconds(-2000).unix_milliseconds(), -2000);
  EXPECT_EQ(Timestamp(-1, 1).unix_milliseconds(), -1000);
}

TEST(Timestamp, ConvertsToAndFromTimePoints) {
  const std::chrono::system_clock::time_point before_epoch{std::chrono::milliseconds(-1500)};
  EXPECT_EQ(Timestamp::from(before_epoch), Timestamp(-2, 500'000'000));
  EXPECT_EQ(Timestamp::from(before_epoch).to_time_point(), before_epoch);
}

TEST(Timestamp, CutsToWholeMillisecondsTowardThePast) {
  EXPECT_EQ(Timestamp(5, 678'999'999).cut_to_milliseconds(), Timestamp(5, 678'000'000));
  EXPECT_EQ(Timestamp(-5, 678'999'999).cut_to_milliseconds(), Timestamp(-5, 678'000'000));
}

TEST(TimestampProperties, TextReadsBackAndTextOrderIsTimeOrder) {
  value::ValueGenerator generate(8);
  const auto any = [&generate] {
    const auto seconds = static_cast<std::int64_t>(generate.below(253'402'300'800U + 62'135'596'800U)) - 62'135'596'800;
    return Timestamp(seconds, static_cast<std::uint32_t>(generate.below(1'000'000'000)));
  };
  for (int round = 0; round < 20'000; ++round) {
    const Timestamp a = any();
    const Timestamp b = any();
    ASSERT_EQ(Timestamp::parse(a.to_string()).value(), a);
    ASSERT_EQ(a <=> b, a.to_string() <=> b.to_string());
  }
}

}  // namespace
}  // namespace tabletheory
