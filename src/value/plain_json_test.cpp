#include <gtest/gtest.h>

#include "value/value_generator.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

std::string plain(const Value& value) {
  std::string out;
  append_plain_json(value, out);
  return out;
}
std::string rewritten(std::string_view json) {
  return plain(parse_plain_json(json).value());
}

TEST(PlainJson, MapsEachJsonTypeToItsValue) {
  EXPECT_EQ(parse_plain_json(R"({"b":[1,"x",true,null],"a":{}})").value(),
            Value(Map{{"a", Map{}}, {"b", List{1, "x", true, nullptr}}}));
}

TEST(PlainJson, CanonicalFormSortsNamesAndDropsSpace) {
  EXPECT_EQ(rewritten("{ \"b\" : [ 1 , 2 ] ,\n \"a\" : { \"é\" : 1, \"z\" : 2 } }"),
            R"({"a":{"z":2,"é":1},"b":[1,2]})");
}

TEST(PlainJson, CanonicalFormWritesNumbersAsTheyAreStored) {
  EXPECT_EQ(rewritten("[1.50, 1e2, -0, 0.10, 12345678901234567890123456789012345678]"),
            "[1.5,100,0,0.1,12345678901234567890123456789012345678]");
}

TEST(PlainJson, CanonicalFormEscapesStringsAsInCursors) {
  EXPECT_EQ(rewritten(R"(["\/<\u0001é"])"), R"(["/\u003c\u0001é"])");
}

TEST(PlainJson, SetsAndBytesAreWrittenAsArraysAndBase64) {
  EXPECT_EQ(plain(List{StringSet{{"a", "b"}}, NumberSet{{1, 2}}, BinarySet{{{1}}}, Bytes{1, 2}}),
            R"([["a","b"],[1,2],["AQ=="],"AQI="])");
}

TEST(PlainJson, RefusesNumbersThatCannotBeStored) {
  for (const char* json : {"1e400", "[1,1e-131]", "123456789012345678901234567890123456789"}) {
    const auto value = parse_plain_json(json);
    ASSERT_FALSE(value.has_value()) << json;
    EXPECT_EQ(value.error().code(), ErrorCode::kInvalidModel);
    EXPECT_TRUE(value.error().message().starts_with("JSON at 1:")) << value.error().message();
  }
}

TEST(PlainJson, RefusalsNameThePlace) {
  EXPECT_EQ(parse_plain_json("[1,]").error().message(),
            "JSON at 1:4: expected a value, found ']'; remove the comma before it, or write the value");
  EXPECT_FALSE(parse_plain_json(R"({"a":1,"a":2})").has_value());
}

TEST(PlainJsonProperties, TheCanonicalFormIsAFixedPoint) {
  ValueGenerator generate(13);
  for (int round = 0; round < 5000; ++round) {
    const std::string json = plain(generate.value());
    ASSERT_EQ(rewritten(json), json);
  }
}

}  // namespace
}  // namespace tabletheory::value
