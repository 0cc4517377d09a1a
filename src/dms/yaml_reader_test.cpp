#include "dms/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dms/yaml_scalar.h"

namespace tabletheory::dms {
namespace {

using Kind = value::JsonNode::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> problems_of(std::string_view yaml) {
  std::vector<std::string> out;
  const auto tree = read_yaml(yaml, "f.yml");
  if (!tree)
    for (const Diagnostic& problem : tree.error()) out.push_back(problem.to_string());
  return out;
}

value::JsonNode value_of(const std::string& plain) {
  auto tree = read_yaml("k: " + plain + "\n", "f.yml");
  EXPECT_TRUE(tree.has_value()) << plain;
  return tree ? tree->members.front().value : value::JsonNode{};
}

TEST(YamlReader, ReadsNullTrueFalseAndJsonNumbersAndTakesOtherPlainScalarsAsStrings) {
  EXPECT_EQ(value_of("null").kind, Kind::kNull);
  EXPECT_TRUE(value_of("true").boolean);
  EXPECT_EQ(value_of("false").kind, Kind::kBool);
  for (const char* number : {"0", "-0", "12", "-1.50", "1e5", "2.5E-3", "123456789012345678901234567890"}) {
    EXPECT_EQ(value_of(number).kind, Kind::kNumber) << number;
    EXPECT_EQ(value_of(number).text, number);
  }
  for (const char* text :
       {"abc", "y",  "n",     "nul", "1.2.3", "12:30", "0xyz", "1a",   "+",    "+x",       "2024-13", "2024-01-31x",
        "a b", "<<", "0b101", "1e",  "_1",    ".",     "..",   "v1.0", "Nope", "infinity", "nan"}) {
    EXPECT_EQ(value_of(text).kind, Kind::kString) << text;
    EXPECT_EQ(value_of(text).text, text);
  }
}

TEST(YamlReader, TakesQuotedAndBlockScalarsAsStringsWhateverTheySay) {
  EXPECT_EQ(value_of("\"no\"").text, "no");
  EXPECT_EQ(value_of("'007'").kind, Kind::kString);
  EXPECT_EQ(value_of("\"\"").text, "");
  EXPECT_EQ(value_of("\"a\\tb\\u00e9\\0\"").text, std::string("a\tb\xC3\xA9\0", 6));
  EXPECT_EQ(value_of("|\n  1_000\n").text, "1_000\n");
}

TEST(YamlReader, GivesEveryNodeAndNameItsPlaceInBytes) {
  const auto tree = read_yaml("größe: 1\n\"ä\": { \"ö\": x }\nlist:\n  - a\r\n  - b\n", "f.yml");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->line, 1);
  EXPECT_EQ(tree->column, 1);
  EXPECT_EQ(tree->members[0].value.column, 10);  // two letters of the name take two bytes
  const auto& inner = tree->members[1].value;
  EXPECT_EQ(tree->members[1].line, 2);
  EXPECT_EQ(inner.column, 7);
  EXPECT_EQ(inner.members[0].column, 9);
  EXPECT_EQ(inner.members[0].value.column, 15);
  EXPECT_EQ(tree->members[2].value.elements[1].line, 5);
  EXPECT_EQ(tree->members[2].value.elements[1].column, 5);
}

TEST(YamlReader, SkipsAByteOrderMark) {
  const auto tree = read_yaml(
      "\xEF\xBB\xBF"
      "a: 1\n",
      "f.yml");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->members[0].name, "a");
  EXPECT_EQ(tree->members[0].column, 1);
}

struct RefusedScalar {
  const char* text;
  PlainScalar kind;
};

class RefusedScalars : public ::testing::TestWithParam<RefusedScalar> {};

TEST_P(RefusedScalars, AskToBeQuoted) {
  const auto& [text, kind] = GetParam();
  EXPECT_EQ(classify_plain_scalar(text), kind);
  const auto problems = problems_of(std::string("a: 1\nk:  ") + text + "\n");
  ASSERT_EQ(problems.size(), 1U) << text;
  EXPECT_THAT(problems[0], ::testing::StartsWith(*text == '\0' ? "f.yml:2:3: error: " : "f.yml:2:5: error: "));
  EXPECT_THAT(problems[0], HasSubstr(std::string("(") + (*text == '\0' ? "write a value; for an empty string " : "") +
                                     "quote it: \"" + text + "\")"));
}

constexpr RefusedScalar kRefusedScalars[] = {
    {"", PlainScalar::kEmpty},
    {"yes", PlainScalar::kYesNo},
    {"No", PlainScalar::kYesNo},
    {"ON", PlainScalar::kYesNo},
    {"off", PlainScalar::kYesNo},
    {"~", PlainScalar::kSpelling},
    {"Null", PlainScalar::kSpelling},
    {"NULL", PlainScalar::kSpelling},
    {"True", PlainScalar::kSpelling},
    {"FALSE", PlainScalar::kSpelling},
    {"0x1F", PlainScalar::kRadix},
    {"-0xff", PlainScalar::kRadix},
    {"0o17", PlainScalar::kRadix},
    {"1_000", PlainScalar::kUnderscores},
    {"1_000.5", PlainScalar::kUnderscores},
    {"+1", PlainScalar::kLeadingPlus},
    {"+1.5e3", PlainScalar::kLeadingPlus},
    {"007", PlainScalar::kLeadingZeros},
    {"-01", PlainScalar::kLeadingZeros},
    {"00.5", PlainScalar::kLeadingZeros},
    {".5", PlainScalar::kBarePoint},
    {"5.", PlainScalar::kBarePoint},
    {".inf", PlainScalar::kNotFinite},
    {"-.INF", PlainScalar::kNotFinite},
    {".NaN", PlainScalar::kNotFinite},
    {"2024-01-31", PlainScalar::kDate},
    {"2024-1-3", PlainScalar::kDate},
    {"2024-01-31T10:00:00Z", PlainScalar::kDate},
    {"2024-01-31 10:00:00.5 +02:00", PlainScalar::kDate},
};
INSTANTIATE_TEST_SUITE_P(YamlReader, RefusedScalars, ::testing::ValuesIn(kRefusedScalars));

struct Refused {
  const char* name;
  std::string yaml;
  std::vector<std::string> problems;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.yaml;
}

class RefusedDocuments : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedDocuments, SayWhatAndWhere) {
  EXPECT_THAT(problems_of(GetParam().yaml), ::testing::ElementsAreArray(GetParam().problems));
}

const Refused kRefusedDocuments[] = {
    {"Anchor",
     "a: &x 1\n",
     {"f.yml:1:4: error: the anchor '&x' is not supported (remove it and write the value out where it is used)"}},
    {"AnchorAndAlias",
     "a: &x 1\nb: *x\n",
     {"f.yml:1:4: error: the anchor '&x' is not supported (remove it and write the value out where it is used)",
      "f.yml:2:4: error: the alias '*x' is not supported (write the value out)"}},
    {"AnchorOfMappingAndSequence",
     "a: &m {}\nb: &s []\n",
     {"f.yml:1:4: error: the anchor '&m' is not supported (remove it and write the value out where it is used)",
      "f.yml:2:4: error: the anchor '&s' is not supported (remove it and write the value out where it is used)"}},
    {"MergeKey", "a:\n  <<: {b: 1}\n", {"f.yml:2:3: error: merge keys are not supported (write the members out)"}},
    {"CustomTag",
     "a: !mine 1\n",
     {"f.yml:1:4: error: the tag '!mine' is not supported (remove it; quote a value to make it a string)"}},
    {"CoreTag",
     "a: !!str 1\n",
     {"f.yml:1:4: error: the tag 'tag:yaml.org,2002:str' is not supported (remove it; quote a value to make it a "
      "string)"}},
    {"TagOfKey",
     "!k a: 1\n",
     {"f.yml:1:1: error: the tag '!k' is not supported (remove it; quote a value to make it a string)"}},
    {"TagDirective",
     "%TAG ! tag:x,2024:\n---\na: 1\n",
     {"f.yml:1:1: error: tags are not supported (remove the %TAG line)"}},
    {"OldVersion",
     "%YAML 1.1\n---\na: 1\n",
     {"f.yml:1:1: error: the document asks for another version of YAML than 1.2 (remove the %YAML line)"}},
    {"NumberAsKey", "1: a\n", {"f.yml:1:1: error: the key '1' is not a string (quote it: \"1\")"}},
    {"NullAsKey", "~: a\n", {"f.yml:1:1: error: the key '~' is not a string (quote it: \"~\")"}},
    {"BooleanAsKey", "true: a\n", {"f.yml:1:1: error: the key 'true' is not a string (quote it: \"true\")"}},
    {"NoKey", "?\n: a\n", {"f.yml:1:2: error: the key is missing (write `key: value`)"}},
    {"ListAsKey", "? [a]\n: b\n", {"f.yml:1:3: error: keys are strings (use a string as the key)"}},
    {"MappingAsKey", "{{a: 1}: b}\n", {"f.yml:1:2: error: keys are strings (use a string as the key)"}},
    {"DuplicateKey",
     "a: 1\nb: 2\n\"a\": 3\n",
     {"f.yml:3:1: error: the key \"a\" occurs twice (remove one; the first is in line 1)"}},
    {"SeveralDocuments",
     "a: 1\n---\nb: 2\n",
     {"f.yml:2:1: error: a file holds one document (move what follows to a file of its own)"}},
    {"NoDocument",
     "# nothing\n",
     {"f.yml:2:1: error: the document is empty (a YAML document holds one mapping of fields)"}},
    {"Nothing", "", {"f.yml:1:1: error: the document is empty (a YAML document holds one mapping of fields)"}},
    {"EmptyElement",
     "a:\n  -\n  - 1\n",
     {"f.yml:2:4: error: the value '' is empty (write a value; for an empty string quote it: \"\")"}},
    {"InvalidUtf8", "a: \xC3(\n", {"f.yml:1:4: error: this byte is not UTF-8 (save the file as UTF-8)"}},
    {"ControlCharacter",
     "a: \"\x01\"\n",
     {"f.yml:1:5: error: the character U+0001 may not stand in a YAML document (write \"\\u0001\" in double quotes)"}},
    {"LineSeparator",
     "a: \"x\xE2\x80\xA8\"\n",
     {"f.yml:1:6: error: the character U+2028 ends a line to some YAML readers (write \"\\u2028\" in double quotes)"}},
    {"OpenQuotes",
     "a: \"x\n",
     {"f.yml:2:1: error: YAML syntax: found unexpected end of stream, while scanning a quoted scalar that begins in "
      "line 1 (close the quotes)"}},
    {"TabIndentation",
     "a:\n\tb: 1\n",
     {"f.yml:2:1: error: YAML syntax: found character that cannot start any token, while scanning for the next token "
      "(indent with spaces; quote a value that begins with % @ or `)"}},
    {"ColonInValue",
     "a: b: c\n",
     {"f.yml:1:5: error: YAML syntax: mapping values are not allowed in this context (quote a value that holds \": \", "
      "or check the indentation)"}},
    {"LoneSurrogate",
     "a: \"\\ud800\"\n",
     {"f.yml:1:7: error: YAML syntax: found invalid Unicode character escape code, while parsing a quoted scalar "
      "(write the character itself, or \\U and its eight digits)"}},
};
INSTANTIATE_TEST_SUITE_P(YamlReader, RefusedDocuments, ::testing::ValuesIn(kRefusedDocuments),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(YamlReader, AllowsYesAndOnAsKeys) {
  EXPECT_THAT(problems_of("on: 1\nyes: 2\n\"<<\": 3\n\"1\": 4\n"), ElementsAre());
}

TEST(YamlReader, CollectsProblemsUpToTheFirstSyntaxError) {
  const auto problems = problems_of("a: yes\nb: &x 1\na: 2\nc: ]\nd: no\n");
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_THAT(problems[3], HasSubstr("f.yml:4:4: error: YAML syntax: did not find expected node content"));
}

TEST(YamlReader, RefusesNestingBeyondTheLimitOfJsonTexts) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + "1" + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_THAT(problems_of(nested(127)), ElementsAre());
  EXPECT_THAT(problems_of(nested(128)), ElementsAre(HasSubstr("nested more than 128 levels deep")));
  EXPECT_THAT(problems_of(nested(100000)), ElementsAre(HasSubstr("nested more than 128 levels deep")));
}

}  // namespace
}  // namespace tabletheory::dms
