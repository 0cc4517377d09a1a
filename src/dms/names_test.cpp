#include "dms/names.h"

#include <gtest/gtest.h>

#include <string>

namespace tabletheory::dms {
namespace {

TEST(AttributeName, CamelCaseLowersTheLeadingCapitals) {
  const std::pair<const char*, const char*> kCases[] = {{"URLValue", "urlValue"},
                                                        {"ID", "id"},
                                                        {"UserID", "userID"},
                                                        {"PK", "PK"},
                                                        {"SK", "SK"},
                                                        {"X", "x"},
                                                        {"Name", "name"},
                                                        {"name", "name"},
                                                        {"ID2", "id2"},
                                                        {"HTTP2Go", "http2Go"},
                                                        {"ABc", "aBc"},
                                                        {"PKey", "pKey"}};
  for (const auto& [field, name] : kCases) {
    EXPECT_EQ(attribute_name(field, Naming::kCamelCase), name);
    EXPECT_EQ(attribute_name(field, Naming::kDynamorm), name);
  }
}

TEST(AttributeName, SnakeCasePutsUnderscoresBetweenWords) {
  const std::pair<const char*, const char*> kCases[] = {{"URLValue", "url_value"},
                                                        {"UserID", "user_id"},
                                                        {"ID", "id"},
                                                        {"PK", "pk"},
                                                        {"userName", "user_name"},
                                                        {"User2Name", "user2name"},
                                                        {"HTTPServer", "http_server"},
                                                        {"X", "x"},
                                                        {"already_snake", "already_snake"}};
  for (const auto& [field, name] : kCases) EXPECT_EQ(attribute_name(field, Naming::kSnakeCase), name);
}

TEST(AttributeName, DynamormStoresKeysAsPkAndSk) {
  EXPECT_EQ(attribute_name("AccountID", Naming::kDynamorm, "pk"), "PK");
  EXPECT_EQ(attribute_name("CreatedAt", Naming::kDynamorm, "sk"), "SK");
  EXPECT_EQ(attribute_name("CreatedAt", Naming::kDynamorm, "created_at"), "createdAt");
  EXPECT_EQ(attribute_name("AccountID", Naming::kCamelCase, "pk"), "accountID");
}

TEST(AttributeName, VerbatimKeepsTheField) {
  EXPECT_EQ(attribute_name("GSI1-PK", Naming::kVerbatim), "GSI1-PK");
}

TEST(Convention, CamelCaseTakesLettersAndDigitsAndTheLiteralsPkAndSk) {
  for (const Naming naming : {Naming::kCamelCase, Naming::kDynamorm}) {
    for (const char* name : {"a", "aB9", "userID", "PK", "SK"}) EXPECT_TRUE(fits_convention(name, naming)) << name;
    for (const char* name : {"", "A", "Pk", "GSI", "a_b", "9a", "a-b", "ä", "PK1"})
      EXPECT_FALSE(fits_convention(name, naming)) << name;
  }
}

TEST(Convention, SnakeCaseHasNoExceptions) {
  for (const char* name : {"a", "a_b", "a1_2b", "user_id"})
    EXPECT_TRUE(fits_convention(name, Naming::kSnakeCase)) << name;
  for (const char* name : {"", "PK", "SK", "_a", "a_", "a__b", "aB", "1a", "a-b"})
    EXPECT_FALSE(fits_convention(name, Naming::kSnakeCase)) << name;
}

TEST(Convention, VerbatimTakesUnicodeLettersDigitsAndFiveSigns) {
  for (const char* name : {"GSI1-PK", "a.b:c#d_e", "größe", "名前", "9", "Ω٣"})
    EXPECT_TRUE(fits_convention(name, Naming::kVerbatim)) << name;
  for (const char* name : {"", "a b", "a/b", "a$", "a\xCC\x81", "€", "😀", "a\xFF"})
    EXPECT_FALSE(fits_convention(name, Naming::kVerbatim)) << name;
}

TEST(UnsafeReason, RefusesWhatCouldEscapeAStringOrIdentifier) {
  const std::pair<std::string, std::string> kCases[] = {{"", "is empty"},
                                                        {"a\"b", "holds a quote"},
                                                        {"a'b", "holds a quote"},
                                                        {"a`b", "holds a back-tick"},
                                                        {"a\\b", "holds a backslash"},
                                                        {"a,b", "holds a comma"},
                                                        {"a b", "holds white space"},
                                                        {"a\nb", "holds white space"},
                                                        {"a\xC2\xA0"
                                                         "b",
                                                         "holds white space"},
                                                        {"a\xE2\x80\xA8", "holds white space"},
                                                        {"a\x01", "holds a control character"},
                                                        {"a\x7F", "holds a control character"},
                                                        {"a\xC2\x81", "holds a control character"},
                                                        {"a\xE2\x80\xAE", "holds a control character"},
                                                        {std::string("a\0b", 3), "holds NUL"},
                                                        {"a\xFF", "is not UTF-8"},
                                                        {"\xED\xA0\x80", "is not UTF-8"},
                                                        {"\xC0\x80", "is not UTF-8"}};
  for (const auto& [name, reason] : kCases) EXPECT_EQ(unsafe_reason(name), reason);
  for (const char* name : {"a", "größe", "a.b-c:d#e", "PK"}) EXPECT_EQ(unsafe_reason(name), "");
}

TEST(Identifier, TakesAsciiWordsWithSingleUnderscores) {
  for (const char* name : {"Order", "order_line", "A1", "Order_"}) EXPECT_TRUE(is_identifier(name)) << name;
  for (const char* name : {"", "1A", "_A", "a__b", "a-b", "a b", "Größe", "a.b"})
    EXPECT_FALSE(is_identifier(name)) << name;
}

TEST(Identifier, KnowsTheKeywordsOfEveryLanguage) {
  EXPECT_EQ(reserved_by("class"), "C++");
  EXPECT_EQ(reserved_by("co_await"), "C++");
  EXPECT_EQ(reserved_by("func"), "Go");
  EXPECT_EQ(reserved_by("chan"), "Go");
  EXPECT_EQ(reserved_by("instanceof"), "TypeScript");
  EXPECT_EQ(reserved_by("string"), "TypeScript");
  EXPECT_EQ(reserved_by("lambda"), "Python");
  EXPECT_EQ(reserved_by("None"), "Python");
  EXPECT_EQ(reserved_by("Class"), "");
  EXPECT_EQ(reserved_by("Order"), "");
}

TEST(ResourceName, Takes3To255OfTheServicesCharacters) {
  EXPECT_TRUE(is_resource_name("a-B_9."));
  EXPECT_TRUE(is_resource_name("abc"));
  EXPECT_TRUE(is_resource_name(std::string(255, 'x')));
  for (const std::string& name :
       {std::string("ab"), std::string(256, 'x'), std::string("a b c"), std::string("a/bc"), std::string("tablé")})
    EXPECT_FALSE(is_resource_name(name)) << name;
}

}  // namespace
}  // namespace tabletheory::dms
