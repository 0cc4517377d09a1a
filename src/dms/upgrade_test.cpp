#include "dms/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tabletheory::dms {
namespace {

using testing::HasSubstr;

constexpr std::string_view kFirst =
    "\xEF\xBB\xBF# ours: \"0.1\" is old\r\n"
    "dms_version:   '0.1'   # raise it\r\n"
    "models:\r\n"
    "  - name: Note\r\n"
    "    table: { name: notes }\r\n"
    "    keys: { partition: { attribute: id, type: S } }\r\n"
    "    attributes:\r\n"
    "      - { attribute: id, type: S, omit_empty: true }   # the key\r\n"
    "      - { attribute: words, type: S, omit_empty: true }\r\n";

TEST(Upgrade, ChangesTheVersionAndNothingElse) {
  const auto upgraded = upgrade(kFirst, "notes.yml", Version::k0_2);
  ASSERT_TRUE(upgraded) << upgraded.error().to_string();
  std::string expected(kFirst);
  expected.replace(expected.find("'0.1'"), 5, "'0.2'");
  EXPECT_EQ(upgraded->text, expected);
  EXPECT_EQ(upgraded->from, Version::k0_1);
}

TEST(Upgrade, SaysWhichAttributesMeanSomethingElse) {
  const auto upgraded = upgrade(kFirst, "notes.yml", Version::k0_3);
  ASSERT_TRUE(upgraded);
  ASSERT_EQ(upgraded->changes.size(), 2U);
  EXPECT_EQ(upgraded->changes[0].path, "models.Note.attributes.words.omit_empty");
  EXPECT_EQ(upgraded->changes[0].after, "removed");
  EXPECT_EQ(upgraded->changes[0].place.line, 9);
  EXPECT_EQ(upgraded->changes[1].kind, ChangeKind::kVersionChanged);
}

TEST(Upgrade, ReadsJson) {
  const auto upgraded =
      upgrade(R"({"models":[{"name":"N","table":{"name":"nnn"},"keys":{"partition":{"attribute":"id","type":"S"}},)"
              "\n"
              R"("attributes":[{"attribute":"id","type":"S"}]}], "dms_version" : "0.2"})",
              "notes.json", Version::k0_3);
  ASSERT_TRUE(upgraded) << upgraded.error().to_string();
  EXPECT_THAT(upgraded->text, HasSubstr(R"("dms_version" : "0.3"})"));
}

TEST(Upgrade, LeavesADocumentOfTheVersionAlone) {
  const auto upgraded = upgrade(kFirst, "notes.yml", Version::k0_1);
  ASSERT_TRUE(upgraded);
  EXPECT_EQ(upgraded->text, kFirst);
  EXPECT_TRUE(upgraded->changes.empty());
}

TEST(Upgrade, RefusesToLowerAVersion) {
  std::string third(kFirst);
  third.replace(third.find("'0.1'"), 5, "'0.3'");
  const auto upgraded = upgrade(third, "notes.yml", Version::k0_2);
  ASSERT_FALSE(upgraded);
  EXPECT_EQ(upgraded.error().diagnostics()[0].to_string(),
            "notes.yml:2:16: error: the document is of version 0.3 already; a version is never lowered (ask for 0.3)");
}

TEST(Upgrade, RefusesAVersionItCannotReplaceInPlace) {
  std::string escaped(kFirst);
  escaped.replace(escaped.find("'0.1'"), 5, R"("\u0030.1")");
  const auto upgraded = upgrade(escaped, "notes.yml", Version::k0_2);
  ASSERT_FALSE(upgraded);
  EXPECT_THAT(upgraded.error().message(),
              HasSubstr("notes.yml:2:16: error: the version is not written in plain quotes"));
}

TEST(Upgrade, RefusesADocumentWithProblemsAndShowsThem) {
  std::string wrong(kFirst);
  wrong.replace(wrong.find("words, type: S"), 14, "words, type: X");
  const auto upgraded = upgrade(wrong, "notes.yml", Version::k0_2);
  ASSERT_FALSE(upgraded);
  EXPECT_EQ(upgraded.error().diagnostics()[0].line, 9);
}

}  // namespace
}  // namespace tabletheory::dms
