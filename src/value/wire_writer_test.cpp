#include <gtest/gtest.h>

#include <limits>

#include "value/value_generator.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

std::string written(std::string_view text) {
  std::string out;
  WireWriter(out).string(text);
  return out;
}

// The rule of docs/spec/byte-formats.md, byte by byte: what the fast scan must agree with.
std::string written_plainly(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i, 3);
    if (rest == "\u2028" || rest == "\u2029") {
      out += rest == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (byte == '"' || byte == '\\') {
      out += {'\\', text[i]};
    } else if (const auto at = std::string_view("\b\f\n\r\t").find(text[i]); at != std::string_view::npos) {
      out += {'\\', "bfnrt"[at]};
    } else if (byte < 0x20 || byte == '<' || byte == '>' || byte == '&') {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += text[i];
    }
  }
  return out + '"';
}

TEST(WireWriterStrings, QuotesAndBackslashesAreEscapedByBackslash) {
  EXPECT_EQ(written(R"(a"b\c)"), R"("a\"b\\c")");
}

TEST(WireWriterStrings, ControlsHaveTheirShortFormOrLowerCaseHex) {
  EXPECT_EQ(written("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(written(std::string_view("\0\x01\x0b\x1f", 4)), R"("\u0000\u0001\u000b\u001f")");
}

TEST(WireWriterStrings, MarkupAndLineSeparatorsAreEscapedByHex) {
  EXPECT_EQ(written("<a>&"), R"("\u003ca\u003e\u0026")");
  EXPECT_EQ(written("\u2028\u2029"), R"("\u2028\u2029")");
}

TEST(WireWriterStrings, AllElseStandsRaw) {
  EXPECT_EQ(written("/\x7f'é€\u2027\u202A\U0001F600"), "\"/\x7f'é€\u2027\u202A\U0001F600\"");
}

TEST(WireWriterStrings, AgreeWithTheRuleAtEveryOffset) {
  const std::string_view specials[] = {"\"",     "\\",     "\n",     "\x1f", " ",        "<",    ">",    "&",
                                       "\u2028", "\u2029", "\u2027", "\xE2", "\xE2\x80", "\x7f", "\x80", "\xff"};
  for (const std::string_view special : specials) {
    for (std::size_t before = 0; before < 40; ++before) {
      for (const std::size_t after : {0, 1, 2, 15, 16, 17}) {
        const std::string text = std::string(before, 'a') + std::string(special) + std::string(after, 'b');
        ASSERT_EQ(written(text), written_plainly(text)) << "offset " << before;
      }
    }
  }
}

TEST(WireWriter, WritesEveryIntegerExactly) {
  for (const std::int64_t integer : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::int64_t>::max()}) {
    std::string out;
    WireWriter(out).integer(integer);
    EXPECT_EQ(out, std::to_string(integer));
    out.clear();
    WireWriter(out).attribute_integer(integer);
    EXPECT_EQ(out, R"({"N":")" + std::to_string(integer) + R"("})");
  }
}

TEST(WireWriter, WritesTypedAttributesCompactly) {
  EXPECT_EQ(to_wire_json(Value("a")), R"({"S":"a"})");
  EXPECT_EQ(to_wire_json(Value(Number::parse("1.50e1").value())), R"({"N":"15"})");
  EXPECT_EQ(to_wire_json(Value(Bytes{1})), R"({"B":"AQ=="})");
  EXPECT_EQ(to_wire_json(Value(true)), R"({"BOOL":true})");
  EXPECT_EQ(to_wire_json(Value(false)), R"({"BOOL":false})");
  EXPECT_EQ(to_wire_json(Value()), R"({"NULL":true})");
  EXPECT_EQ(to_wire_json(Value(List{})), R"({"L":[]})");
  EXPECT_EQ(to_wire_json(Value(List{1, List{"a"}})), R"({"L":[{"N":"1"},{"L":[{"S":"a"}]}]})");
  EXPECT_EQ(to_wire_json(Value(StringSet{{"b", "a"}})), R"({"SS":["b","a"]})");
  EXPECT_EQ(to_wire_json(Value(NumberSet{{2, 1}})), R"({"NS":["2","1"]})");
  EXPECT_EQ(to_wire_json(Value(BinarySet{{{1}, {}}})), R"({"BS":["AQ==",""]})");
}

TEST(WireWriter, WritesMapsInByteOrderOfNames) {
  EXPECT_EQ(to_wire_json(Item{{"b", 1}, {"a", Map{{"é", 2}, {"z", 3}}}, {"<", 4}}),
            R"({"\u003c":{"N":"4"},"a":{"M":{"z":{"N":"3"},"é":{"N":"2"}}},"b":{"N":"1"}})");
  EXPECT_EQ(to_wire_json(Item{}), "{}");
  EXPECT_EQ(to_wire_json(Value(Map{})), R"({"M":{}})");
}

TEST(WireProperties, ReadingUndoesWriting) {
  ValueGenerator generate(11);
  for (int round = 0; round < 5000; ++round) {
    const Item item = generate.item();
    const std::string json = to_wire_json(item);
    const auto back = item_from_wire_json(json);
    ASSERT_TRUE(back.has_value()) << json << ": " << back.error().message();
    ASSERT_EQ(*back, item) << json;
    ASSERT_EQ(to_wire_json(*back), json);
  }
}

}  // namespace
}  // namespace tabletheory::value
