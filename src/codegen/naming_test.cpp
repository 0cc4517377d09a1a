#include "codegen/naming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/keywords_table.h"
#include "codegen/literals.h"

namespace tabletheory::codegen {
namespace {

using testing::ElementsAre;

TEST(Naming, SeesTheWordsThatTheConventionsSee) {
  EXPECT_THAT(words_of("createdAt"), ElementsAre("created", "At"));
  EXPECT_THAT(words_of("URLValue"), ElementsAre("URL", "Value"));
  EXPECT_THAT(words_of("line2Total"), ElementsAre("line2Total"));
  EXPECT_THAT(words_of("street_name"), ElementsAre("street", "name"));
  EXPECT_THAT(words_of("Street-Name"), ElementsAre("Street", "Name"));
  EXPECT_THAT(words_of("place:id"), ElementsAre("place", "id"));
}

TEST(Naming, MakesIdentifiersOfAnyName) {
  EXPECT_EQ(snake_identifier("2fa"), "n2fa");
  EXPECT_EQ(snake_identifier("größe"), "gr_u00f6_u00df_e");
  EXPECT_EQ(snake_identifier("日本"), "u65e5_u672c");
  EXPECT_EQ(snake_identifier("#"), "hash");
  EXPECT_EQ(snake_identifier("-:."), "dash_colon_dot");
  EXPECT_EQ(snake_identifier("_"), "underscore");
  EXPECT_EQ(snake_identifier("__a__b"), "a_b");
}

TEST(Naming, SpellsWordsAsEachLanguageDoes) {
  EXPECT_EQ(snake_identifier("userID"), "user_id");
  EXPECT_EQ(go_identifier("userId"), "UserID");
  EXPECT_EQ(go_identifier("created_at"), "CreatedAt");
  EXPECT_EQ(go_identifier("pk"), "PK");
  EXPECT_EQ(go_identifier("line2Total"), "Line2Total");
  EXPECT_EQ(go_identifier("2fa"), "N2fa");
}

TEST(Naming, KeepsApartFromWordsOfTheLanguage) {
  EXPECT_EQ(apart_from("class", kCppKeywords), "class_");
  EXPECT_EQ(apart_from("class", kPythonKeywords), "class_");
  EXPECT_EQ(apart_from("type", kPythonKeywords), "type");
  EXPECT_EQ(apart_from("type", kGoKeywords), "type_");
}

TEST(Naming, TheFirstOfEqualNamesKeepsIt) {
  EXPECT_THAT(distinct({"name", "name", "name"}, "_"), ElementsAre("name", "name_2", "name_3"));
}

TEST(Naming, NumbersGiveWayToNamesThatAreWanted) {
  EXPECT_THAT(distinct({"name", "name", "name_2"}, "_"), ElementsAre("name", "name_3", "name_2"));
  EXPECT_THAT(distinct({"Name2", "Name", "Name"}, ""), ElementsAre("Name2", "Name", "Name3"));
}

TEST(Naming, ANameMayBeTakenForOneElementOnly) {
  const auto taken = [](std::size_t i, const std::string& name) { return i == 0 && name == "pk"; };
  EXPECT_THAT(distinct({"pk", "pk"}, "_", taken), ElementsAre("pk_2", "pk"));
}

TEST(Naming, ANamespaceIsItsParts) {
  EXPECT_THAT(namespace_parts("acme.webShop"), ElementsAre("acme", "web_shop"));
  EXPECT_THAT(namespace_parts("..a::b/"), ElementsAre("a", "b"));
  EXPECT_THAT(namespace_parts(""), ElementsAre("models"));
}

TEST(Literals, EscapeWhatWouldEndThem) {
  EXPECT_EQ(quoted(R"(a"b\c'd)", Language::kGo), R"("a\"b\\c'd")");
  EXPECT_EQ(quoted(R"(a"b\c'd)", Language::kTypeScript), R"('a"b\\c\'d')");
  EXPECT_EQ(quoted("größe, `1`", Language::kPython), "\"größe, `1`\"");
}

TEST(Literals, ShowWhatCannotBeSeen) {
  EXPECT_EQ(quoted("a\nb\x7f", Language::kPython), R"("a\u000ab\u007f")");
  EXPECT_EQ(quoted("\u202e1", Language::kTypeScript), R"('\u202e1')");
  EXPECT_EQ(quoted("\n\u202e1", Language::kCpp), R"("\012\342\200\2561")");
}

}  // namespace
}  // namespace tabletheory::codegen
