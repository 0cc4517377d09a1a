#include "dms/wording.h"

#include <gtest/gtest.h>

namespace tabletheory::dms {
namespace {

constexpr std::string_view kTypes[] = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
constexpr std::string_view kFields[] = {"attribute", "type", "required", "optional", "omit_empty", "roles"};

TEST(Nearest, FindsMisspeltWords) {
  EXPECT_EQ(nearest("atribute", kFields), "attribute");
  EXPECT_EQ(nearest("tpye", kFields), "type");
  EXPECT_EQ(nearest("omitempty", kFields), "omit_empty");
  EXPECT_EQ(nearest("Required", kFields), "required");
}

TEST(Nearest, FindsWordsThatBeginAlike) {
  EXPECT_EQ(nearest("STRING", kTypes), "S");
  EXPECT_EQ(nearest("boolean", kTypes), "BOOL");
  EXPECT_EQ(nearest("role", kFields), "roles");
  EXPECT_EQ(nearest("opt", kFields), "optional");
}

TEST(Nearest, IsEmptyWhenNothingIsNearOrSeveralWordsAreEquallyNear) {
  EXPECT_EQ(nearest("zzz", kFields), "");
  EXPECT_EQ(nearest("", kFields), "");
  EXPECT_EQ(nearest(std::string(100, 't'), kFields), "");
  constexpr std::string_view kVersions[] = {"0.1", "0.2", "0.3"};
  EXPECT_EQ(nearest("0.4", kVersions), "");
}

TEST(Quoted, KeepsAProblemOnOneShortLine) {
  EXPECT_EQ(in_quotes("größe"), "\"größe\"");
  EXPECT_EQ(in_quotes("a\nb\xFF"), "\"a\\u000ab\\xff\"");
  EXPECT_LT(dms::in_quotes(std::string(1000, 'x')).size(), 80U);
}

}  // namespace
}  // namespace tabletheory::dms
