#include "value/closest_word.h"

#include <gtest/gtest.h>

#include <string>

namespace tabletheory::value {
namespace {

constexpr std::string_view kTypes[] = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
constexpr std::string_view kFields[] = {"attribute", "type", "required", "optional", "omit_empty", "roles"};

TEST(ClosestWord, FindsMisspeltWords) {
  EXPECT_EQ(closest_word("atribute", kFields), "attribute");
  EXPECT_EQ(closest_word("tpye", kFields), "type");
  EXPECT_EQ(closest_word("omitempty", kFields), "omit_empty");
  EXPECT_EQ(closest_word("Required", kFields), "required");
}

TEST(ClosestWord, FindsWordsThatBeginAlike) {
  EXPECT_EQ(closest_word("STRING", kTypes), "S");
  EXPECT_EQ(closest_word("boolean", kTypes), "BOOL");
  EXPECT_EQ(closest_word("role", kFields), "roles");
  EXPECT_EQ(closest_word("opt", kFields), "optional");
}

TEST(ClosestWord, IsEmptyWhenNothingIsNearOrSeveralWordsAreEquallyNear) {
  EXPECT_EQ(closest_word("zzz", kFields), "");
  EXPECT_EQ(closest_word("", kFields), "");
  EXPECT_EQ(closest_word(std::string(100, 't'), kFields), "");
  constexpr std::string_view kVersions[] = {"0.1", "0.2", "0.3"};
  EXPECT_EQ(closest_word("0.4", kVersions), "");
}

TEST(ClosestWord, FindsCommands) {
  constexpr std::string_view kWords[] = {"update", "upsert", "query", "get"};
  EXPECT_EQ(closest_word("udpate", kWords), "update");
  EXPECT_EQ(closest_word("querry", kWords), "query");
  EXPECT_EQ(closest_word("gte", kWords), "get");
  EXPECT_EQ(closest_word("delete", kWords), "");
}

}  // namespace
}  // namespace tabletheory::value
