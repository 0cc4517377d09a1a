#include <gtest/gtest.h>

#include "value/wire.h"

namespace tabletheory::value {
namespace {

using Kind = AttributeProblem::Kind;

std::expected<Value, AttributeProblem> read(std::string_view json, int depth = 0) {
  WireDocument document;
  return read_value(document.parse(json).value(), depth);
}

AttributeProblem problem(std::string_view json, int depth = 0) {
  auto value = read(json, depth);
  if (!value) return value.error();
  ADD_FAILURE() << json << " was read";
  return {};
}

// `inner` within this many lists.
std::string nested_lists(int levels, std::string inner) {
  for (int i = 0; i < levels; ++i) inner = R"({"L":[)" + inner + "]}";
  return inner;
}
std::string nested_maps(int levels, std::string inner) {
  for (int i = 0; i < levels; ++i) inner = R"({"M":{"a":)" + inner + "}}";
  return inner;
}

TEST(WireReader, ReadsAllTenTypes) {
  EXPECT_EQ(read(R"({"S":"a\u00e9\n"})").value(), Value("aé\n"));
  EXPECT_EQ(read(R"({"S":""})").value(), Value(""));
  EXPECT_EQ(read(R"({"N":"1.50"})").value(), Value(Number::parse("1.5").value()));
  EXPECT_EQ(read(R"({"B":"AQID"})").value(), Value(Bytes{1, 2, 3}));
  EXPECT_EQ(read(R"({"B":""})").value(), Value(Bytes{}));
  EXPECT_EQ(read(R"({"BOOL":false})").value(), Value(false));
  EXPECT_EQ(read(R"({"NULL":true})").value(), Value());
  EXPECT_EQ(read(R"({"M":{"b":{"N":"1"},"a":{"S":"x"}}})").value(), Value(Map{{"a", "x"}, {"b", 1}}));
  EXPECT_EQ(read(R"({"L":[{"N":"1"},{"S":"x"}]})").value(), Value(List{1, "x"}));
  EXPECT_EQ(read(R"({"SS":["a",""]})").value(), Value(StringSet{{"a", ""}}));
  EXPECT_EQ(read(R"({"NS":["1","-2"]})").value(), Value(NumberSet{{1, -2}}));
  EXPECT_EQ(read(R"({"BS":["AQ==",""]})").value(), Value(BinarySet{{{1}, {}}}));
}

TEST(WireReader, RefusesAByteOrderMark) {
  WireDocument document;
  const auto read = document.parse("\xEF\xBB\xBF{}");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("byte order mark"), std::string::npos);
}

TEST(WireReader, EmptyMapsAndListsAreValues) {
  EXPECT_EQ(read(R"({"M":{}})").value(), Value(Map{}));
  EXPECT_EQ(read(R"({"L":[]})").value(), Value(List{}));
}

TEST(WireReader, PassesOverUnknownMembersAndNullAsTheServiceDoes) {
  EXPECT_EQ(read(R"({"S":"a","X":1})").value(), Value("a"));
  EXPECT_EQ(read(R"({"S":"a","N":null})").value(), Value("a"));
  EXPECT_EQ(problem(R"({"S":null})").kind, Kind::kNoType);
}

TEST(WireReader, WantsExactlyOneType) {
  EXPECT_EQ(problem("{}").kind, Kind::kNoType);
  EXPECT_EQ(problem(R"({"s":"a"})").kind, Kind::kNoType);
  EXPECT_EQ(problem(R"({"S":"a","N":"1"})").kind, Kind::kSeveralTypes);
  EXPECT_EQ(problem(R"({"S":"a","S":"b"})").kind, Kind::kDuplicateKey);
  for (const char* json : {"1", R"("a")", "[]", "null", "true"})
    EXPECT_EQ(problem(json).kind, Kind::kNotAnObject) << json;
}

TEST(WireReader, WantsTheJsonTypeOfEachType) {
  for (const char* json :
       {R"({"S":1})", R"({"N":1})", R"({"B":[]})", R"({"BOOL":"true"})", R"({"NULL":"x"})", R"({"M":[]})",
        R"({"L":{}})", R"({"SS":"a"})", R"({"SS":[1]})", R"({"NS":[1]})", R"({"BS":[null]})"}) {
    EXPECT_EQ(problem(json).kind, Kind::kWrongJsonType) << json;
  }
  EXPECT_EQ(problem(R"({"N":1})").type, Type::kN);
  EXPECT_EQ(problem(R"({"NS":[1]})").type, Type::kNS);
}

TEST(WireReader, NumbersKeepTheirReason) {
  const auto reason = [](std::string_view text) {
    const AttributeProblem found = problem(R"({"N":")" + std::string(text) + R"("})");
    EXPECT_EQ(found.kind, Kind::kBadNumber);
    EXPECT_EQ(found.text, text);
    return found.number_error;
  };
  EXPECT_EQ(reason(""), Number::ParseError::kSyntax);
  EXPECT_EQ(reason(" 1"), Number::ParseError::kSyntax);
  EXPECT_EQ(reason("1e126"), Number::ParseError::kOverflow);
  EXPECT_EQ(reason("1e-131"), Number::ParseError::kUnderflow);
  EXPECT_EQ(reason(std::string(39, '7')), Number::ParseError::kTooManyDigits);
}

TEST(WireReader, RefusesBadBase64) {
  EXPECT_EQ(problem(R"({"B":"AQ"})").kind, Kind::kBadBase64);
  EXPECT_EQ(problem(R"({"BS":["AQ==","A-=="]})").kind, Kind::kBadBase64);
}

TEST(WireReader, RefusesEmptySets) {
  for (const char* json : {R"({"SS":[]})", R"({"NS":[]})", R"({"BS":[]})"})
    EXPECT_EQ(problem(json).kind, Kind::kEmptySet) << json;
}

TEST(WireReader, RefusesAnEmptyMemberOfNumbersOnly) {
  EXPECT_EQ(problem(R"({"NS":["1",""]})").kind, Kind::kEmptyNumberInSet);
  EXPECT_TRUE(read(R"({"SS":[""]})").has_value());
}

TEST(WireReader, SetElementsEqualAsCanonicalValuesAreDuplicates) {
  EXPECT_EQ(problem(R"({"SS":["a","b","a"]})").kind, Kind::kDuplicateInSet);
  EXPECT_EQ(problem(R"({"NS":["1","2","1.0"]})").text, "1");
  EXPECT_EQ(problem(R"({"NS":["0","-0"]})").kind, Kind::kDuplicateInSet);
  EXPECT_EQ(problem(R"({"BS":["AQ==","AQ=="]})").text, "AQ==");
}

TEST(WireReader, FindsDuplicatesInLargeSets) {
  std::string elements;
  for (int i = 0; i < 1000; ++i) elements += "\"" + std::to_string(i) + "\",";
  EXPECT_TRUE(read(R"({"NS":[)" + elements + R"("1000"]})").has_value());
  EXPECT_EQ(problem(R"({"NS":[)" + elements + R"("500"]})").text, "500");
  EXPECT_EQ(problem(R"({"SS":[)" + elements + R"("500"]})").text, "500");
}

TEST(WireReader, RefusesNullFalse) {
  EXPECT_EQ(problem(R"({"NULL":false})").kind, Kind::kNullFalse);
}

TEST(WireReader, ThirtyOneNestedContainersPassAndThirtyTwoFail) {
  const std::string leaf = R"({"S":"a"})";
  EXPECT_TRUE(read(nested_lists(31, leaf)).has_value());
  EXPECT_TRUE(read(nested_maps(31, leaf)).has_value());
  EXPECT_EQ(problem(nested_lists(32, leaf)).kind, Kind::kTooDeep);
  EXPECT_EQ(problem(nested_maps(32, leaf)).kind, Kind::kTooDeep);
  EXPECT_EQ(problem(nested_maps(32, R"({"M":{}})")).kind, Kind::kTooDeep);
}

TEST(WireReader, DepthCountsTheContainersAround) {
  EXPECT_TRUE(read(nested_lists(21, R"({"S":"a"})"), 10).has_value());
  EXPECT_EQ(problem(nested_lists(22, R"({"S":"a"})"), 10).kind, Kind::kTooDeep);
}

TEST(WireReader, AMapHoldsANameOnce) {
  const AttributeProblem found = problem(R"({"M":{"b":{"S":"1"},"a":{"S":"2"},"b":{"S":"3"}}})");
  EXPECT_EQ(found.kind, Kind::kDuplicateKey);
  EXPECT_EQ(found.text, "b");
  EXPECT_EQ(found.path, ".M");
}

TEST(WireReader, ThePathLeadsToTheOffendingPart) {
  EXPECT_EQ(problem(R"({"M":{"a":{"L":[{"S":"x"},{"N":"1"},{"N":"x"}]}}})").path, ".M.a.L[2]");
  EXPECT_EQ(problem(R"({"L":[{"NS":["1","x"]}]})").path, ".L[0].NS[1]");
  EXPECT_EQ(problem(R"({"S":1})").path, "");
}

TEST(WireReader, MessagesNamePathAndRemedy) {
  EXPECT_EQ(problem(R"({"M":{"a":{"N":"x"}}})").message(), ".M.a: 'x' is not a decimal number");
  EXPECT_EQ(problem(R"({"SS":["a","a"]})").message(), "'a' occurs twice in the SS; keep one");
  EXPECT_EQ(problem(R"({"STRING":"a"})").message(),
            "'STRING' is no type; use one of S, N, B, BOOL, NULL, M, L, SS, NS, BS");
  EXPECT_EQ(problem(R"({"BOOL":"true"})").message(), "BOOL takes true or false");
}

TEST(WireReader, MessagesStayShortWhateverTheInput) {
  const std::string name(10'000, 'x');
  EXPECT_LT(problem(R"({"M":{")" + name + R"(":{"N":")" + name + R"("}}})").message().size(), 300U);
}

TEST(WireReader, ItemsAreSortedByNameWhateverTheirOrder) {
  const Item item = item_from_wire_json(R"({"b":{"N":"2"},"a":{"N":"1"},"c":{"N":"3"}})").value();
  EXPECT_EQ(to_wire_json(item), R"({"a":{"N":"1"},"b":{"N":"2"},"c":{"N":"3"}})");
}

TEST(WireReader, ItemsAreObjectsOfTypedValues) {
  for (const char* json :
       {"[]", "1", R"("a")", R"({"a":"b"})", R"({"a":{"N":"x"}})", R"({"a":{"S":"x"},"a":{"S":"x"}})"}) {
    const auto item = item_from_wire_json(json);
    ASSERT_FALSE(item.has_value()) << json;
    EXPECT_EQ(item.error().code(), ErrorCode::kInvalidModel) << json;
  }
  EXPECT_EQ(item_from_wire_json(R"({"a":{"N":"x"}})").error().message(), ".a: 'x' is not a decimal number");
  EXPECT_TRUE(item_from_wire_json("{}").value().empty());
}

TEST(WireReader, ALargeItemIsReadWhole) {
  std::string json = "{";
  for (int i = 4000; i > 0; --i) json += "\"name" + std::to_string(i) + R"(":{"N":")" + std::to_string(i) + R"("},)";
  json.back() = '}';
  const Item item = item_from_wire_json(json).value();
  ASSERT_EQ(item.size(), 4000U);
  for (int i = 1; i <= 4000; ++i) ASSERT_EQ(*item.find("name" + std::to_string(i)), Value(i));
}

TEST(WireDocument, RefusesWhatIsNotJson) {
  WireDocument document;
  for (const std::string_view body : {"", "{", "{}}", "{'a':1}", "\"\xff\"", "\"\\ud800\"", "\"\\udc00\"",
                                      "\"\\ud800x\"", "\"a\nb\"", "nul", "{} {}"}) {
    const auto parsed = document.parse(body);
    ASSERT_FALSE(parsed.has_value()) << body;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidModel) << body;
    EXPECT_TRUE(parsed.error().message().starts_with("the body is not valid JSON: ")) << parsed.error().message();
  }
}

TEST(WireDocument, ServesOneBodyAfterTheOther) {
  WireDocument document;
  for (const char* text : {"a", "bb", "c"}) {
    const std::string body = R"({"S":")" + std::string(text) + R"("})";
    EXPECT_EQ(read_value(document.parse(body).value()).value(), Value(text));
  }
}

}  // namespace
}  // namespace tabletheory::value
