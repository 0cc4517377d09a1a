#include "value/base64.h"

#include <gtest/gtest.h>

#include "value/value_generator.h"

namespace tabletheory::value {
namespace {

std::string encoded(std::string_view text) {
  std::string out = "=";  // appended to, never replaced
  append_base64(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), out);
  return out.substr(1);
}

TEST(Base64, EncodesTheExamplesOfRfc4648) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, TheTwoAlphabetsDifferInTwoCharacters) {
  EXPECT_EQ(encoded("\xFB\xFF\xFE"), "+//+");
  EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
  EXPECT_FALSE(decode_base64("-__-").has_value());
  EXPECT_FALSE(decode_base64url("+//+").has_value());
}

TEST(Base64, RefusesWhatIsNotItsOneForm) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "Zg==Zg==", "Zh==", "Zm9=", "====", "=",
                           "Z===", "Zg= ", " Zg=", "Zm9v\n", "Z=g=", "Zm9v====", "Zm\x80v"}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
    EXPECT_FALSE(decode_base64url(text).has_value()) << text;
  }
}

TEST(Base64, DecodesNothingToNothing) {
  EXPECT_EQ(decode_base64("").value(), Bytes{});
  EXPECT_EQ(decode_base64url("").value(), "");
}

TEST(Base64Properties, DecodingUndoesEncoding) {
  ValueGenerator generate(9);
  for (int round = 0; round < 5000; ++round) {
    const Bytes bytes = generate.bytes(40);
    const std::string text(bytes.begin(), bytes.end());
    ASSERT_EQ(decode_base64(encoded(text)).value(), bytes);
    ASSERT_EQ(decode_base64url(base64url(text)).value(), text);
  }
}

TEST(Base64Properties, WhatDecodesIsTheOneTextOfItsBytes) {
  ValueGenerator generate(10);
  int decoded = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (int i = 0; i < 4; ++i) text.push_back("AQgw/+=Zz"[generate.below(9)]);
    if (const auto bytes = decode_base64(text)) {
      ++decoded;
      ASSERT_EQ(encoded(std::string(bytes->begin(), bytes->end())), text);
    }
  }
  EXPECT_GT(decoded, 1000);
}

}  // namespace
}  // namespace tabletheory::value
