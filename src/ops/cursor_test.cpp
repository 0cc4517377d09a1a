#include "ops/cursor.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "value/base64.h"
#include "value/json_text.h"

namespace tabletheory::ops {
namespace {

using value::JsonNode;

JsonNode read_vectors() {
  std::ifstream file(TABLETHEORY_SOURCE_DIR "/vectors/cursors.json");
  std::stringstream text;
  text << file.rdbuf();
  auto node = value::parse_json_text(text.str());
  EXPECT_TRUE(node);
  return node ? std::move(*node) : JsonNode();
}

Item last_key_of(const JsonNode& node) {
  Item key;
  for (const auto& member : node.members) {
    const auto& typed = member.value.members.front();
    if (typed.name == "S") key.set(member.name, Value(typed.value.text));
    if (typed.name == "N") key.set(member.name, Value(*Number::parse(typed.value.text)));
    if (typed.name == "B") key.set(member.name, Value(*value::decode_base64(typed.value.text)));
  }
  return key;
}

std::string text_of(const JsonNode* node) {
  return node == nullptr ? std::string() : node->text;
}

TEST(CursorTest, EncodesEveryGoldenVectorByteForByte) {
  const JsonNode root = read_vectors();
  const auto& vectors = root.find("vectors")->elements;
  ASSERT_GE(vectors.size(), 8U);
  for (const JsonNode& vector : vectors) {
    const Cursor cursor{last_key_of(*vector.find("last_key")), text_of(vector.find("index")),
                        text_of(vector.find("sort"))};
    EXPECT_EQ(cursor.encode(), vector.find("cursor")->text) << vector.find("name")->text;
  }
}

TEST(CursorTest, DecodesEveryGoldenVector) {
  const JsonNode root = read_vectors();
  for (const JsonNode& vector : root.find("vectors")->elements) {
    const auto cursor = Cursor::decode(vector.find("cursor")->text);
    ASSERT_TRUE(cursor) << vector.find("name")->text << ": " << cursor.error().to_string();
    EXPECT_EQ(cursor->last_key, last_key_of(*vector.find("last_key")));
    EXPECT_EQ(cursor->index, text_of(vector.find("index")));
    EXPECT_EQ(cursor->sort, text_of(vector.find("sort")));
  }
}

TEST(CursorTest, DecodingTakesAnyValidEscaping) {
  const auto cursor = Cursor::decode(value::base64url(R"({ "sort" : "ASC", "lastKey" : {"PK":{"S":"\u0041/\/"}} })"));
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->last_key.find("PK")->text(), "A//");
}

TEST(CursorTest, RefusesWhatIsNoCursor) {
  const auto refuses = [](const std::string& text) {
    const auto cursor = Cursor::decode(text);
    return !cursor && cursor.error().code() == ErrorCode::kInvalidModel;
  };
  EXPECT_TRUE(refuses("not base64!"));
  EXPECT_TRUE(refuses("e30"));  // no padding
  EXPECT_TRUE(refuses(std::string(200'000, 'A')));
  for (const char* json :
       {"", "[]", "{}", R"({"lastKey":{}})", R"({"lastKey":[]})", R"({"lastKey":{"a":{"S":1}}})",
        R"({"lastKey":{"a":{"L":[]}}})", R"({"lastKey":{"a":{"S":"x","N":"1"}}})", R"({"lastKey":{"a":{"N":"x"}}})",
        R"({"lastKey":{"a":{"B":"x"}}})", R"({"lastKey":{"a":{"S":"x"}},"sort":"UP"})",
        R"({"lastKey":{"a":{"S":"x"}},"index":""})", R"({"lastKey":{"a":{"S":"x"}},"more":1})", R"({"sort":"ASC"})"}) {
    EXPECT_TRUE(refuses(value::base64url(json))) << json;
  }
}

TEST(SignedCursorTest, IsTheCursorADotAndItsHmac) {
  // HMAC-SHA256("key", "abc"), RFC 4648 §5: checked with an independent implementation.
  EXPECT_EQ(sign_cursor("abc", "key"), "abc.nBluMtwBdfhvSxy4konWYZ3mvuaZ5MN45oMJ7Zehpqs=");
  EXPECT_EQ(open_signed_cursor(sign_cursor("abc", "key"), "key").value(), "abc");
}

TEST(SignedCursorTest, ABadSignatureIsUndecodable) {
  const std::string good = sign_cursor("abc", "key");
  for (const std::string& text :
       {std::string("abc"), "abd" + good.substr(3), good.substr(0, good.size() - 1), sign_cursor("abc", "other")}) {
    const auto opened = open_signed_cursor(text, "key");
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().code(), ErrorCode::kInvalidModel);
  }
}

class ResumeTest : public testing::Test {
 protected:
  ErrorCode resume(std::string_view index, std::string_view sort) const {
    const auto result = cursor.check_resumes(index, sort, keys);
    return result ? ErrorCode{} : result.error().code();
  }
  Cursor cursor{Item{{"PK", "a"}, {"SK", 5}}, "by-x", "ASC"};
  std::vector<dms::KeyAttribute> keys{{"PK", Type::kS}, {"SK", Type::kN}};
};

TEST_F(ResumeTest, FitsItsOwnQuery) {
  EXPECT_EQ(resume("by-x", "ASC"), ErrorCode{});
}

TEST_F(ResumeTest, AnotherIndexOrDirectionIsAMismatch) {
  EXPECT_EQ(resume("by-y", "ASC"), ErrorCode::kInvalidOperator);
  EXPECT_EQ(resume("", "ASC"), ErrorCode::kInvalidOperator);
  EXPECT_EQ(resume("by-x", "DESC"), ErrorCode::kInvalidOperator);
  EXPECT_EQ(resume("by-x", ""), ErrorCode::kInvalidOperator);
}

TEST_F(ResumeTest, MissingFurtherAndMistypedKeysAreAMismatch) {
  keys.push_back({"email", Type::kS});
  EXPECT_EQ(resume("by-x", "ASC"), ErrorCode::kInvalidOperator);
  keys = {{"PK", Type::kS}};
  EXPECT_EQ(resume("by-x", "ASC"), ErrorCode::kInvalidOperator);
  keys = {{"PK", Type::kS}, {"SK", Type::kS}};
  EXPECT_EQ(resume("by-x", "ASC"), ErrorCode::kInvalidOperator);
}

TEST(CursorPropertyTest, DecodingAnEncodedCursorGivesItBack) {
  std::mt19937_64 random(42);  // NOLINT(cert-msc51-cpp): the same cases each run
  for (int round = 0; round < 5'000; ++round) {
    Bytes bytes(random() % 20);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    std::string text;
    for (std::size_t i = random() % 20; i > 0; --i) text += static_cast<char>(random() % 128);
    const auto number = static_cast<std::int64_t>(random());
    const Cursor cursor{Item{{"b", Value(bytes)}, {"n", Value(Number(number))}, {"s" + text, Value(text)}},
                        round % 3 == 0 ? "" : "index" + text, round % 2 == 0 ? "DESC" : "ASC"};
    const auto decoded = Cursor::decode(cursor.encode());
    ASSERT_TRUE(decoded) << decoded.error().to_string();
    EXPECT_EQ(decoded->last_key, cursor.last_key);
    EXPECT_EQ(decoded->index, cursor.index);
    EXPECT_EQ(decoded->sort, cursor.sort);
  }
}

}  // namespace
}  // namespace tabletheory::ops
