#include "value/json_text.h"

#include <gtest/gtest.h>

namespace tabletheory::value {
namespace {

using Kind = JsonNode::Kind;

JsonNode parsed(std::string_view text) {
  auto node = parse_json_text(text);
  if (node) return std::move(*node);
  ADD_FAILURE() << text << ": " << node.error().to_string();
  return {};
}

std::string problem(std::string_view text, const JsonTextOptions& options = {}) {
  const auto node = parse_json_text(text, options);
  return node ? "none" : node.error().to_string();
}

TEST(JsonText, ReadsEveryKind) {
  EXPECT_EQ(parsed("null").kind, Kind::kNull);
  EXPECT_TRUE(parsed("true").boolean);
  EXPECT_FALSE(parsed("false").boolean);
  EXPECT_EQ(parsed(R"("a")").text, "a");
  EXPECT_EQ(parsed("[1, 2]").elements.size(), 2U);
  EXPECT_EQ(parsed(R"({"a": {"b": 1}})").find("a")->find("b")->text, "1");
  EXPECT_EQ(parsed("{}").find("a"), nullptr);
  EXPECT_EQ(parsed(" [ ] ").kind, Kind::kArray);
}

TEST(JsonText, NumbersKeepTheirText) {
  for (const char* text :
       {"0", "-0", "1.50", "1E+400", "12345678901234567890123456789012345678901234567890", "0.1e-7"}) {
    EXPECT_EQ(parsed(text).kind, Kind::kNumber);
    EXPECT_EQ(parsed(text).text, text);
  }
}

TEST(JsonText, MembersKeepTheirOrder) {
  const JsonNode node = parsed(R"({"b":1,"a":2})");
  ASSERT_EQ(node.members.size(), 2U);
  EXPECT_EQ(node.members[0].name, "b");
  EXPECT_EQ(node.members[1].name, "a");
}

TEST(JsonText, NodesKnowTheirPlace) {
  const JsonNode node = parsed("\r\n {\n  \"é\": [1,\n\t\"x\"]}");
  EXPECT_EQ(node.line, 2);
  EXPECT_EQ(node.column, 2);
  const auto& member = node.members.at(0);
  EXPECT_EQ(member.line, 3);
  EXPECT_EQ(member.column, 3);
  EXPECT_EQ(member.value.column, 9);  // bytes: é is two
  EXPECT_EQ(member.value.elements.at(1).line, 4);
  EXPECT_EQ(member.value.elements.at(1).column, 2);
}

TEST(JsonText, EscapesStandForTheirCharacters) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").text, "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parsed(R"("\u0041\u00e9\u20AC\ud83d\ude00")").text, "Aé€\U0001F600");
  EXPECT_EQ(parsed(R"("\u0000")").text, std::string(1, '\0'));
}

TEST(JsonTextProblems, LoneSurrogatesAndBadEscapes) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud800x")", R"("\ud800\ud800")"}) {
    EXPECT_EQ(problem(text), "1:2: error: a surrogate stands alone (write the pair, or the character itself)") << text;
  }
  EXPECT_EQ(problem(R"("ab\x41")"), R"(1:4: error: no such escape in JSON (one of \" \\ \/ \b \f \n \r \t \uXXXX))");
  EXPECT_EQ(problem(R"("\u12g4")"), R"(1:2: error: expected four hexadecimal digits after \u)");
  EXPECT_EQ(problem(R"("\u12)"), R"(1:2: error: expected four hexadecimal digits after \u)");
}

TEST(JsonTextProblems, ValuesThatAreNone) {
  EXPECT_EQ(problem("True"), "1:1: error: expected a value, found 'True' (did you mean true?)");
  EXPECT_EQ(problem("[None]"), "1:2: error: expected a value, found 'None' (did you mean null?)");
  EXPECT_EQ(problem("NaN"), "1:1: error: expected a value, found 'NaN' (JSON has no such number)");
  EXPECT_EQ(problem("'a'"), "1:1: error: expected a value, found ''' (strings stand in double quotes)");
  EXPECT_EQ(problem("+1"), "1:1: error: expected a value, found '+' (numbers begin with a digit or '-')");
  EXPECT_EQ(problem("// x\n1"), "1:1: error: expected a value, found '/' (JSON has no comments)");
  EXPECT_EQ(problem("\x01"), "1:1: error: expected a value, found the control character U+0001");
  EXPECT_EQ(problem("é"), "1:1: error: expected a value, found 'é'");
}

TEST(JsonTextProblems, Commas) {
  EXPECT_EQ(problem("[1,]"),
            "1:4: error: expected a value, found ']' (remove the comma before it, or write the value)");
  EXPECT_EQ(problem("{\"a\":1,\n}"), "2:1: error: expected a member name, found '}' (remove the comma before it)");
  EXPECT_EQ(problem("[1 2]"), "1:4: error: expected ',' or ']' after the element, found '2'");
  EXPECT_EQ(problem(R"({"a":1 "b":2})"), R"(1:8: error: expected ',' or '}' after the member, found '"')");
}

TEST(JsonTextProblems, Names) {
  EXPECT_EQ(problem("{a:1}"), "1:2: error: expected a member name, found 'a' (names stand in double quotes)");
  EXPECT_EQ(problem(R"({"a" 1})"), "1:6: error: expected ':' after the name, found '1'");
}

TEST(JsonTextProblems, ADuplicateNameIsToldWhereItRecurs) {
  EXPECT_EQ(problem("{\"a\":1,\n \"b\":2,\n \"a\":3}"),
            "3:2: error: the name 'a' occurs twice (first at 1:2; keep one)");
  EXPECT_EQ(problem(R"({"a":1,"\u0061":2})"), "1:8: error: the name 'a' occurs twice (first at 1:2; keep one)");
}

TEST(JsonTextProblems, TextThatEndsEarly) {
  EXPECT_EQ(problem(""), "1:1: error: the text is empty (write one JSON value)");
  EXPECT_EQ(problem(" \n "), "2:2: error: the text is empty (write one JSON value)");
  EXPECT_EQ(problem("[1"), "1:3: error: the text ends within an array (write ']'; it begins at 1:1)");
  EXPECT_EQ(problem(R"({"a":1)"), "1:7: error: the text ends within an object (write '}'; it begins at 1:1)");
  EXPECT_EQ(problem("\"abc"),
            R"(1:1: error: the string is not closed on its line (write " at its end, \n for a line break))");
  EXPECT_EQ(problem("[\"abc\n\"]"),
            R"(1:2: error: the string is not closed on its line (write " at its end, \n for a line break))");
  EXPECT_EQ(problem("[1,"), "1:4: error: expected a value, found the end of the text");
  EXPECT_EQ(problem("{"), "1:2: error: expected a member name, found the end of the text");
}

TEST(JsonTextProblems, TextBehindTheDocument) {
  EXPECT_EQ(problem("{} x"), "1:4: error: 'x' follows the end of the document (remove it)");
}

TEST(JsonTextProblems, Numbers) {
  EXPECT_EQ(problem("01"), "1:1: error: a number begins with a superfluous zero (remove it, or quote the text)");
  EXPECT_EQ(problem("-"), "1:2: error: expected a digit after '-', found the end of the text");
  EXPECT_EQ(problem("1."), "1:3: error: expected a digit after the point, found the end of the text");
  EXPECT_EQ(problem("1e+x"), "1:4: error: expected a digit in the exponent, found 'x'");
  EXPECT_EQ(problem("1x"), "1:2: error: 'x' follows the end of the document (remove it)");
}

TEST(JsonTextProblems, Encoding) {
  EXPECT_EQ(problem("\xEF\xBB\xBF{}"),
            "1:1: error: the text begins with a byte order mark (save it as UTF-8 without one)");
  EXPECT_EQ(problem("{\n \"é\": \"a\xff\"}"), "2:10: error: the text is not valid UTF-8 (save it as UTF-8)");
  EXPECT_EQ(problem("\"\xed\xa0\x80\""), "1:2: error: the text is not valid UTF-8 (save it as UTF-8)");
  EXPECT_EQ(problem(std::string("\"a\0b\"", 5)),
            "1:3: error: the control character U+0000 stands in a string (escape it)");
}

TEST(JsonTextProblems, DepthIsBounded) {
  const JsonTextOptions options{.max_depth = 3};
  EXPECT_EQ(problem("[[[1]]]", options), "none");
  EXPECT_EQ(problem("[[[[1]]]]", options), "1:4: error: values are nested deeper than 3 levels (flatten them)");
  EXPECT_EQ(problem(R"({"a":{"a":{"a":{}}}})", options),
            "1:16: error: values are nested deeper than 3 levels (flatten them)");
  EXPECT_NE(problem(std::string(1'000'000, '[')), "none");
}

}  // namespace
}  // namespace tabletheory::value
