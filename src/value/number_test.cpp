#include "tabletheory/number.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <limits>

namespace tabletheory {
namespace {

using ParseError = Number::ParseError;

Number number(std::string_view text) {
  return Number::parse(text).value();
}

ParseError error_of(std::string_view text) {
  Number ignored;
  return Number::parse(text, ignored);
}

const std::string kNines38(38, '9');

TEST(NumberVectors, CanonicalTextOrError) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  ASSERT_EQ(parser.load(TABLETHEORY_SOURCE_DIR "/vectors/numbers.json").get(document), simdjson::SUCCESS);
  int seen = 0;
  for (const simdjson::dom::element vector : document["vectors"].get_array()) {
    const std::string input(vector["input"].get_string().value());
    SCOPED_TRACE("input: '" + input + "'");
    const auto parsed = Number::parse(input);
    std::string_view canonical;
    if (vector["canonical"].get(canonical) == simdjson::SUCCESS) {
      ASSERT_TRUE(parsed.has_value());
      EXPECT_EQ(parsed->to_string(), canonical);
    } else {
      ASSERT_FALSE(parsed.has_value());
      EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidModel);
    }
    ++seen;
  }
  EXPECT_GE(seen, 27);
}

TEST(NumberParse, RefusesWhatIsNoDecimal) {
  for (const char* text :
       {"",      " ",     "1 ",  " 1",  "+",   "-",    ".",   "-.",  "+.e1",     "e5",   "1e",  "1e+",   "1e-",
        "1e1.5", "1.2.3", "1,5", "--1", "+-1", "0x1F", "1_0", "NaN", "Infinity", "-inf", "1\n", "12abc", "١"}) {
    EXPECT_EQ(error_of(text), ParseError::kSyntax) << text;
  }
  EXPECT_EQ(error_of(std::string_view("1\0", 2)), ParseError::kSyntax);
}

TEST(NumberParse, SyntaxIsJudgedBeforeDigitsAndRange) {
  EXPECT_EQ(error_of(std::string(50, '7') + "x"), ParseError::kSyntax);
  EXPECT_EQ(error_of("1e999x"), ParseError::kSyntax);
}

TEST(NumberParse, RangeIsJudgedBeforeDigits) {
  EXPECT_EQ(error_of(std::string(127, '7')), ParseError::kOverflow);
  EXPECT_EQ(error_of("0." + std::string(200, '0') + std::string(50, '7')), ParseError::kUnderflow);
}

TEST(NumberParse, Keeps38DigitsAndRefuses39) {
  EXPECT_EQ(number(kNines38).to_string(), kNines38);
  EXPECT_EQ(number("-0." + kNines38).to_string(), "-0." + kNines38);
  EXPECT_EQ(error_of(kNines38 + "9"), ParseError::kTooManyDigits);
  EXPECT_EQ(error_of("1" + std::string(37, '0') + "1"), ParseError::kTooManyDigits);
  EXPECT_EQ(error_of("1." + std::string(37, '0') + "1"), ParseError::kTooManyDigits);
}

TEST(NumberParse, ZerosOutsideAreNoDigits) {
  EXPECT_EQ(number(std::string(500, '0') + kNines38 + std::string(80, '0') + "." + std::string(500, '0')).to_string(),
            kNines38 + std::string(80, '0'));
  EXPECT_EQ(number("0." + std::string(60, '0') + "1").to_string(), "0." + std::string(60, '0') + "1");
}

TEST(NumberParse, RangeIsThatOfTheLeadingDigit) {
  EXPECT_EQ(number("9.9e125").to_string(), "99" + std::string(124, '0'));
  EXPECT_EQ(error_of("1e126"), ParseError::kOverflow);
  EXPECT_EQ(error_of("-10e125"), ParseError::kOverflow);
  EXPECT_EQ(number("1e-130").to_string(), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(number("1.25e-130").to_string(), "0." + std::string(129, '0') + "125");
  EXPECT_EQ(error_of("9.99e-131"), ParseError::kUnderflow);
  EXPECT_EQ(number("0.1e126"), number("1e125"));
  EXPECT_EQ(number("100e-132"), number("1e-130"));
}

TEST(NumberParse, HugeExponentsNeitherWrapNorHang) {
  EXPECT_EQ(error_of("1e99999999999999999999999999"), ParseError::kOverflow);
  EXPECT_EQ(error_of("1e-99999999999999999999999999"), ParseError::kUnderflow);
  EXPECT_EQ(error_of("1e18446744073709551617"), ParseError::kOverflow);
  EXPECT_TRUE(number("0e99999999999999999999").is_zero());
}

TEST(NumberParse, ZeroHasOneForm) {
  for (const char* text : {"0", "-0", "+0", "0.0", "-0.000e5", "000", "0e-200", ".0", "0."}) {
    EXPECT_EQ(number(text), Number()) << text;
    EXPECT_EQ(number(text).to_string(), "0") << text;
    EXPECT_FALSE(number(text).is_negative()) << text;
  }
}

TEST(NumberParse, ErrorsQuoteTheTextAndSayWhatToDo) {
  EXPECT_EQ(Number::parse("12abc").error().message(),
            "'12abc' is not a decimal number; write digits with an optional sign, point and exponent");
  EXPECT_NE(Number::parse("1e126").error().message().find("larger than 9.99…E+125"), std::string::npos);
  EXPECT_LT(Number::parse(std::string(5000, 'x')).error().message().size(), 200U);
}

TEST(NumberText, ShowsEveryPlaceOfThePoint) {
  EXPECT_EQ(number("12345e-2").to_string(), "123.45");
  EXPECT_EQ(number("12345e-5").to_string(), "0.12345");
  EXPECT_EQ(number("12345e-7").to_string(), "0.0012345");
  EXPECT_EQ(number("-12345e3").to_string(), "-12345000");
  EXPECT_EQ(number("10000000000000000000000000000000000001").to_string(), "10000000000000000000000000000000000001");
}

TEST(NumberText, AppendKeepsWhatIsThere) {
  std::string out = "n=";
  number("1.50").append_to(out);
  EXPECT_EQ(out, "n=1.5");
}

TEST(NumberIntegers, EveryInt64IsExact) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t integer : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1000}, kMin, kMin + 1, kMax}) {
    EXPECT_EQ(Number(integer).to_string(), std::to_string(integer));
    EXPECT_EQ(Number(integer).to_int64().value(), integer);
  }
}

TEST(NumberIntegers, ConversionFailsRatherThanCut) {
  for (const char* text : {"0.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e125", "1e-130"}) {
    const auto converted = number(text).to_int64();
    ASSERT_FALSE(converted.has_value()) << text;
    EXPECT_EQ(converted.error().code(), ErrorCode::kNumberPrecisionLoss) << text;
  }
  EXPECT_EQ(number("9223372036854775807").to_int64().value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(number("9e18").to_int64().value(), 9'000'000'000'000'000'000);
}

TEST(NumberDoubles, AreWrittenWithTheirShortestDigits) {
  EXPECT_EQ(Number::from_double(0.1).value().to_string(), "0.1");
  EXPECT_EQ(Number::from_double(1e21).value().to_string(), "1" + std::string(21, '0'));
  EXPECT_EQ(Number::from_double(-0.0).value().to_string(), "0");
  EXPECT_EQ(Number::from_double(5e-324).has_value(), false);
  EXPECT_EQ(Number::from_double(1.7976931348623157e308).has_value(), false);
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    EXPECT_EQ(Number::from_double(bad).error().code(), ErrorCode::kInvalidModel);
  }
}

TEST(NumberDoubles, TheNearestDoubleIsGiven) {
  EXPECT_EQ(number("0.1").to_double(), 0.1);
  EXPECT_EQ(number("-123.456").to_double(), -123.456);
  EXPECT_EQ(number("9007199254740993").to_double(), 9007199254740992.0);
  EXPECT_EQ(number("1e125").to_double(), 1e125);
  EXPECT_EQ(number("-1.5e-130").to_double(), -1.5e-130);
  EXPECT_EQ(number("9007199254740993e-5").to_double(), 9007199254740993e-5);
}

TEST(NumberDoubles, ExactConversionFailsWhereDigitsWouldBeLost) {
  EXPECT_EQ(number("0.1").to_double_exact().value(), 0.1);
  EXPECT_EQ(number("9007199254740993").to_double_exact().error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(number("0.12345678901234567891").to_double_exact().error().code(), ErrorCode::kNumberPrecisionLoss);
}

TEST(NumberOrder, IsByValue) {
  const char* ascending[] = {"-9.9e125", "-1e125",  "-12",  "-11.5",  "-1.1",
                             "-1",       "-1e-130", "0",    "1e-130", "0.09",
                             "0.1",      "1",       "1.01", "1.1",    "2",
                             "10",       "11",      "100",  "1e38",   "123456789012345678901234567890123456780000",
                             "1e125"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j) << ascending[i] << " and " << ascending[j];
    }
  }
}

TEST(NumberOrder, SeesTheLastOf38Digits) {
  EXPECT_LT(number("1." + std::string(36, '0') + "1"), number("1." + std::string(36, '0') + "2"));
  EXPECT_GT(number("-1." + std::string(36, '0') + "1"), number("-1." + std::string(36, '0') + "2"));
  EXPECT_LT(number("1"), number("1." + std::string(36, '0') + "1"));
}

TEST(NumberSum, IsExactInDecimal) {
  EXPECT_EQ(number("0.1").plus(number("0.2")).value().to_string(), "0.3");
  EXPECT_EQ(number("12.5").plus(Number(3)).value().to_string(), "15.5");
  EXPECT_EQ(number("5").minus(number("5")).value(), Number());
  EXPECT_EQ(number("0.3").minus(number("1")).value().to_string(), "-0.7");
  EXPECT_EQ(number("1e20").plus(number("1e-17")).value().to_string(), "100000000000000000000.00000000000000001");
}

TEST(NumberSum, CarriesAndBorrowsAtTheEdgeOf38Digits) {
  EXPECT_EQ(number(kNines38).plus(Number(1)).value(), number("1e38"));
  EXPECT_EQ(number("1e38").minus(Number(1)).value().to_string(), kNines38);
  EXPECT_EQ(number(kNines38).plus(number(kNines38)).error().code(), ErrorCode::kInvalidModel);
  EXPECT_FALSE(number("1e38").plus(Number(1)).has_value());
  EXPECT_FALSE(number("2e38").minus(Number(1)).has_value());
  EXPECT_FALSE(number("1e39").minus(Number(1)).has_value());
}

TEST(NumberSum, FailsWhenTheResultLeavesTheRange) {
  EXPECT_FALSE(number("9e125").plus(number("1e125")).has_value());
  EXPECT_FALSE(number("1e125").plus(number("1e-130")).has_value());
  EXPECT_FALSE(number("1.1e-130").minus(number("1e-130")).has_value());
  EXPECT_EQ(number("9e125").plus(Number(0)).value(), number("9e125"));
}

}  // namespace
}  // namespace tabletheory
