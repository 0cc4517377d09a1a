#include "model/dynamic_item.h"

#include <gtest/gtest.h>

#include "model/attribute_rules.h"
#include "model/test_models.h"
#include "value/value_generator.h"

namespace tabletheory::model {
namespace {

class DynamicItems : public testing::Test {
 protected:
  const Attribute& attribute(std::string_view name) const { return attribute_of(*model_, name); }

  // The stored form, or the error's message.
  std::string stored(std::string_view name, const Value& value) const {
    std::string out;
    const auto written = write_attribute(attribute(name), value, out);
    return written ? out : "error: " + written.error().message();
  }
  Result<std::optional<Value>> read(std::string_view name, const std::string& wire) {
    return read_attribute(attribute(name), document_.parse(wire).value());
  }
  Presence presence(std::string_view name, const Value& value) const { return presence_of(attribute(name), &value); }

  std::shared_ptr<const Model> model_ = every_kind();
  value::WireDocument document_;
};

TEST_F(DynamicItems, WriteEveryTypeAsItself) {
  EXPECT_EQ(stored("text", "a\"b"), R"({"S":"a\"b"})");
  EXPECT_EQ(stored("number", Number::parse("1.50e1").value()), R"({"N":"15"})");
  EXPECT_EQ(stored("binary", Bytes{1, 2, 3}), R"({"B":"AQID"})");
  EXPECT_EQ(stored("flag", true), R"({"BOOL":true})");
  EXPECT_EQ(stored("nothing", Value()), R"({"NULL":true})");
  EXPECT_EQ(stored("map", Map{{"b", 2}, {"a", "x"}}), R"({"M":{"a":{"S":"x"},"b":{"N":"2"}}})");
  EXPECT_EQ(stored("list", List{Value(1), Value()}), R"({"L":[{"N":"1"},{"NULL":true}]})");
  EXPECT_EQ(stored("texts", StringSet{{"b", "a"}}), R"({"SS":["b","a"]})");
  EXPECT_EQ(stored("numbers", NumberSet{{2, 1}}), R"({"NS":["2","1"]})");
  EXPECT_EQ(stored("binaries", BinarySet{{Bytes{1}}}), R"({"BS":["AQ=="]})");
}

TEST_F(DynamicItems, RefuseAnotherTypeThanDeclaredAndNameTheAttribute) {
  EXPECT_EQ(
      stored("text", 1),
      "error: attribute \"text\": the model declares type S, but the value is of type N; give a S or change the model");
  EXPECT_NE(stored("number", "1").find("\"number\""), std::string::npos);
  EXPECT_NE(stored("texts", NumberSet{{1}}).find("error"), std::string::npos);
  EXPECT_NE(stored("nothing", false).find("error"), std::string::npos);
}

TEST_F(DynamicItems, WriteEmptySetsAsNullWhereverTheyLie) {
  EXPECT_EQ(stored("texts", StringSet{}), R"({"NULL":true})");
  EXPECT_EQ(stored("numbers", List{}), R"({"NULL":true})");
  EXPECT_EQ(stored("binaries", StringSet{}), R"({"NULL":true})");  // no element tells its type
  EXPECT_EQ(stored("map", Map{{"s", BinarySet{}}}), R"({"M":{"s":{"NULL":true}}})");
}

TEST_F(DynamicItems, RefuseDuplicatesInSetsAsCanonicalValues) {
  EXPECT_NE(stored("texts", StringSet{{"a", "a"}}).find("twice"), std::string::npos);
  const NumberSet equal{{Number::parse("1.0").value(), Number::parse("1e0").value()}};
  EXPECT_NE(stored("numbers", equal).find("twice"), std::string::npos);
  EXPECT_NE(stored("list", List{Value(equal)}).find("twice"), std::string::npos);
}

TEST_F(DynamicItems, TakeAListForASet) {
  EXPECT_EQ(stored("texts", List{Value("b"), Value("a")}), R"({"SS":["b","a"]})");
  EXPECT_NE(stored("texts", List{Value("b"), Value(1)}).find("type N does not belong"), std::string::npos);
}

TEST_F(DynamicItems, WriteTimestampsWithNineDigitsInUtc) {
  EXPECT_EQ(stored("seenAt", "2026-01-02T03:04:05.5+01:00"), R"({"S":"2026-01-02T02:04:05.500000000Z"})");
  EXPECT_EQ(stored("createdAt", "2026-01-02T03:04:05Z"), R"({"S":"2026-01-02T03:04:05.000000000Z"})");
  EXPECT_NE(stored("seenAt", "yesterday").find("RFC 3339"), std::string::npos);
}

TEST_F(DynamicItems, WriteDecimalTextCanonically) {
  EXPECT_EQ(stored("price", "1.50"), R"({"S":"1.5"})");
  EXPECT_EQ(stored("price", Number::parse("1e2").value()), R"({"S":"100"})");
  EXPECT_NE(stored("price", "cheap").find("error"), std::string::npos);
}

TEST_F(DynamicItems, HoldIntegersToSixtyFourBits) {
  EXPECT_EQ(stored("count", Number::parse("9223372036854775807").value()), R"({"N":"9223372036854775807"})");
  for (const char* name : {"count", "version", "expires"}) {
    EXPECT_NE(stored(name, Number::parse("1.5").value()).find("64-bit integer"), std::string::npos) << name;
    EXPECT_NE(stored(name, Number::parse("9223372036854775808").value()).find("64-bit integer"), std::string::npos);
  }
}

TEST_F(DynamicItems, RefuseTextThatIsNotUtf8) {
  EXPECT_NE(stored("text", std::string("\xff")).find("UTF-8"), std::string::npos);
  EXPECT_NE(stored("map", Map{{"a", std::string("\xed\xa0\x80")}}).find("UTF-8"), std::string::npos);
  EXPECT_NE(stored("texts", StringSet{{std::string("\xc0\x80")}}).find("UTF-8"), std::string::npos);
}

TEST_F(DynamicItems, StoreThirtyOneLevelsAndRefuseMore) {
  const auto nested = [](int levels) {
    Value value("leaf");
    for (int i = 0; i < levels; ++i) value = Value(List{value});
    return value;
  };
  EXPECT_NE(stored("list", nested(31)).find("leaf"), std::string::npos);
  EXPECT_EQ(stored("list", nested(31)).find("error"), std::string::npos);
  EXPECT_NE(stored("list", nested(32)).find("deeper"), std::string::npos);
}

TEST_F(DynamicItems, StoreJsonByItsCarrier) {
  const Value value(Map{{"b", List{Value(1), Value()}}, {"a", "<x>"}});
  EXPECT_EQ(stored("jsonText", value), R"({"S":"{\"a\":\"\\u003cx\\u003e\",\"b\":[1,null]}"})");
  EXPECT_EQ(stored("jsonMap", value), R"({"M":{"a":{"S":"\u003cx\u003e"},"b":{"L":[{"N":"1"},{"NULL":true}]}}})");
  EXPECT_EQ(stored("jsonText", Value()), R"({"NULL":true})");
  EXPECT_EQ(stored("jsonMap", Value()), R"({"NULL":true})");
  EXPECT_EQ(stored("jsonText", "text"), R"({"S":"\"text\""})");
  EXPECT_NE(stored("jsonMap", "text").find("error"), std::string::npos);
  EXPECT_NE(stored("jsonText", Bytes{1}).find("not JSON"), std::string::npos);
  EXPECT_NE(stored("jsonMap", Map{{"s", StringSet{{"a"}}}}).find("not JSON"), std::string::npos);
}

TEST_F(DynamicItems, ReadJsonFromTextAndFromNativeValues) {
  const Value expected(Map{{"a", 1}});
  for (const char* name : {"jsonText", "jsonMap"}) {
    EXPECT_EQ(read(name, R"({"S":"{\"a\":1}"})").value(), expected) << name;
    EXPECT_EQ(read(name, R"({"M":{"a":{"N":"1.0"}}})").value(), expected) << name;
    EXPECT_EQ(read(name, R"({"NULL":true})").value(), Value()) << name;
    EXPECT_EQ(read(name, R"({"S":"{"})").error().code(), ErrorCode::kInvalidModel) << name;
  }
}

TEST_F(DynamicItems, ReadNullAsAbsentSaveWhereItIsAValue) {
  EXPECT_EQ(read("text", R"({"NULL":true})").value(), std::nullopt);
  EXPECT_EQ(read("map", R"({"NULL":true})").value(), std::nullopt);
  EXPECT_EQ(read("nothing", R"({"NULL":true})").value(), Value());
  EXPECT_EQ(read("texts", R"({"NULL":true})").value(), Value(StringSet{}));
  EXPECT_EQ(read("numbers", R"({"NULL":true})").value(), Value(NumberSet{}));
  EXPECT_EQ(read("binaries", R"({"NULL":true})").value(), Value(BinarySet{}));
}

TEST_F(DynamicItems, ReadTimestampsOfAnyFormAsOne) {
  EXPECT_EQ(read("seenAt", R"({"S":"2026-01-02T03:04:05.5+01:00"})").value(), Value("2026-01-02T02:04:05.500000000Z"));
  EXPECT_FALSE(read("seenAt", R"({"S":"soon"})"));
}

TEST_F(DynamicItems, ReadingRefusesWhatDoesNotFit) {
  EXPECT_EQ(read("text", R"({"N":"1"})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read("count", R"({"N":"1.5"})").error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(read("texts", R"({"NS":["1"]})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read("text", R"("plain")").error().code(), ErrorCode::kInvalidModel);
}

TEST_F(DynamicItems, AreEmptyByTheTable) {
  EXPECT_EQ(presence_of(attribute("text"), nullptr), Presence::kAbsent);
  EXPECT_EQ(presence("text", Value()), Presence::kAbsent);
  EXPECT_EQ(presence("texts", Value()), Presence::kAbsent);
  EXPECT_EQ(presence("nothing", Value()), Presence::kPresent);
  EXPECT_EQ(presence("jsonMap", Value()), Presence::kPresent);
  EXPECT_EQ(presence("text", ""), Presence::kEmpty);
  EXPECT_EQ(presence("binary", Bytes{}), Presence::kEmpty);
  EXPECT_EQ(presence("number", 0), Presence::kEmpty);
  EXPECT_EQ(presence("flag", false), Presence::kEmpty);
  EXPECT_EQ(presence("list", List{}), Presence::kEmpty);
  EXPECT_EQ(presence("map", Map{}), Presence::kEmpty);
  EXPECT_EQ(presence("texts", StringSet{}), Presence::kEmpty);
  EXPECT_EQ(presence("seenAt", "0001-01-01T00:00:00Z"), Presence::kEmpty);
  EXPECT_EQ(presence("seenAt", "1970-01-01T00:00:00Z"), Presence::kEmpty);
  EXPECT_EQ(presence("text", "0001-01-01T00:00:00Z"), Presence::kPresent);
  EXPECT_EQ(presence("map", Map{{"source", ""}}), Presence::kPresent);
  EXPECT_EQ(presence("text", " "), Presence::kPresent);
  EXPECT_EQ(presence("flag", true), Presence::kPresent);
}

TEST_F(DynamicItems, NameTheFirstUnknownAttributeWithASuggestion) {
  const Item item{{"PK", "a"}, {"txet", "x"}};
  const auto checked = DynamicItem(*model_, item).check_names();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message(), R"(model EveryKind has no attribute "txet"; did you mean "text"?)");
  const Item known{{"PK", "a"}, {"text", "x"}};
  EXPECT_TRUE(DynamicItem(*model_, known).check_names());
}

TEST_F(DynamicItems, DecodeWithoutWhatTheModelDoesNotHave) {
  const auto decoded =
      decode_item(*model_, document_.parse(R"({"other":{"S":"x"},"PK":{"S":"a"},"text":{"NULL":true}})").value());
  EXPECT_EQ(decoded.value(), (Item{{"PK", "a"}}));
  EXPECT_FALSE(decode_item(*model_, document_.parse("[]").value()));
}

// decode ∘ write = identity, over every attribute of every type, for values the service can hold.
TEST_F(DynamicItems, RoundTripArbitraryValues) {
  value::ValueGenerator generate(20260102);
  int written_values = 0;
  for (int round = 0; round < 4000; ++round) {
    const Value value = generate.value();
    for (const char* name :
         {"text", "number", "binary", "flag", "nothing", "map", "list", "texts", "numbers", "binaries"}) {
      if (attribute(name).type() != value.type()) continue;
      std::string wire;
      ASSERT_TRUE(write_attribute(attribute(name), value, wire)) << to_wire_json(value);
      const auto back = read(name, wire);
      ASSERT_TRUE(back) << wire;
      ASSERT_TRUE(back->has_value()) << wire;
      // Empty sets below the top level come back as NULL; at the top level as empty sets.
      std::string again;
      ASSERT_TRUE(write_attribute(attribute(name), **back, again));
      EXPECT_EQ(again, wire);
      if (wire.find("NULL") == std::string::npos) {
        EXPECT_EQ(**back, value) << wire;
      }
      ++written_values;
    }
  }
  EXPECT_GT(written_values, 3000);
}

class JsonItems : public DynamicItems {
 protected:
  Result<Item> item(std::string_view json) const {
    return item_from_json(*model_, value::parse_json_text(json).value());
  }
};

TEST_F(JsonItems, AreReadByTheModelsTypes) {
  const auto read = item(R"({"PK":"a","number":12.50,"count":"7","binary":"AQID","texts":["x","y"],"numbers":[1,"2.0"],
    "binaries":["AQ=="],"map":{"n":1,"l":[true,null]},"jsonText":{"a":[1]},"seenAt":"2026-01-02T03:04:05Z","text":null,"price":1.50})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, (Item{{"PK", "a"},
                         {"number", Number::parse("12.5").value()},
                         {"count", 7},
                         {"binary", Bytes{1, 2, 3}},
                         {"texts", StringSet{{"x", "y"}}},
                         {"numbers", NumberSet{{1, 2}}},
                         {"binaries", BinarySet{{Bytes{1}}}},
                         {"map", Map{{"n", 1}, {"l", List{Value(true), Value()}}}},
                         {"jsonText", Map{{"a", List{Value(1)}}}},
                         {"seenAt", "2026-01-02T03:04:05Z"},
                         {"text", Value()},
                         {"price", "1.50"}}));
}

TEST_F(JsonItems, RefuseWhatDoesNotFitByName) {
  EXPECT_NE(item(R"({"text":1})").error().message().find("\"text\": type S is written as a string"), std::string::npos);
  EXPECT_NE(item(R"({"binary":"?"})").error().message().find("base64"), std::string::npos);
  EXPECT_NE(item(R"({"txet":""})").error().message().find("did you mean \"text\""), std::string::npos);
  EXPECT_FALSE(item(R"({"number":1e999})"));
  EXPECT_FALSE(item(R"({"map":[]})"));
  EXPECT_FALSE(item(R"([])"));
}

}  // namespace
}  // namespace tabletheory::model
