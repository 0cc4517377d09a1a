#include <gtest/gtest.h>

#include "value/value_generator.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

std::string refusal(const Value& value) {
  const auto checked = check_value(value);
  if (checked) return "";
  EXPECT_EQ(checked.error().code(), ErrorCode::kInvalidModel);
  return checked.error().message();
}

Value nested_lists(int levels) {
  Value value("a");
  for (int i = 0; i < levels; ++i) {
    List list;
    list.push_back(std::move(value));
    value = Value(std::move(list));
  }
  return value;
}

TEST(CheckValue, PassesWhatCanBeSent) {
  EXPECT_EQ(refusal(Map{{"a", List{"é", 1, nullptr, Bytes{0xff}}}, {"b", StringSet{{"", "x"}}}}), "");
  EXPECT_EQ(refusal(nested_lists(31)), "");
}

TEST(CheckValue, RefusesDeepNesting) {
  EXPECT_NE(refusal(nested_lists(32)).find("nested deeper than 31 levels"), std::string::npos);
  EXPECT_FALSE(check_value(nested_lists(1), 31).has_value());
}

TEST(CheckValue, RefusesEmptySetsAndDuplicates) {
  EXPECT_EQ(refusal(StringSet{}), "the SS is empty; a set needs at least one element");
  EXPECT_EQ(refusal(NumberSet{}), "the NS is empty; a set needs at least one element");
  EXPECT_EQ(refusal(BinarySet{}), "the BS is empty; a set needs at least one element");
  EXPECT_EQ(refusal(Map{{"a", List{1, NumberSet{{1, 2, 1}}}}}), ".M.a.L[1]: '1' occurs twice in the NS; keep one");
}

TEST(CheckValue, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(refusal("\xff"), "the text is not valid UTF-8; store raw bytes as B");
  EXPECT_EQ(refusal(List{"a", "\xed\xa0\x80"}), ".L[1]: the text is not valid UTF-8; store raw bytes as B");
  EXPECT_NE(refusal(StringSet{{"\xc0\x80"}}), "");
  EXPECT_NE(refusal(Map{{"\xff", 1}}), "");
}

TEST(CheckValueProperties, AgreesWithTheReaderOfWhatItPasses) {
  ValueGenerator generate(12);
  for (int round = 0; round < 2000; ++round) {
    const Value value = generate.value();
    ASSERT_EQ(refusal(value), "");
    WireDocument document;
    ASSERT_TRUE(read_value(document.parse(to_wire_json(value)).value()).has_value());
  }
}

}  // namespace
}  // namespace tabletheory::value
