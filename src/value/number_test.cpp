#include "tabletheory/number.h"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace tabletheory {
namespace {

TEST(NumberVectors, CanonicalTextOrError) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  ASSERT_EQ(parser.load(TABLETHEORY_SOURCE_DIR "/vectors/numbers.json").get(document), simdjson::SUCCESS);
  int seen = 0;
  for (const simdjson::dom::element vector : document["vectors"].get_array()) {
    const std::string input(vector["input"].get_string().value());
    SCOPED_TRACE("input: '" + input + "'");
    const auto number = Number::parse(input);
    std::string_view canonical;
    if (vector["canonical"].get(canonical) == simdjson::SUCCESS) {
      ASSERT_TRUE(number.has_value());
      EXPECT_EQ(number->to_string(), canonical);
    } else {
      ASSERT_FALSE(number.has_value());
      EXPECT_EQ(number.error().code(), ErrorCode::kInvalidModel);
    }
    ++seen;
  }
  EXPECT_GE(seen, 27);
}

}  // namespace
}  // namespace tabletheory
