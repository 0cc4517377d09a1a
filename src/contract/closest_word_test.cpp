#include "contract/closest_word.h"

#include <gtest/gtest.h>

#include <string>

namespace tabletheory::contract {
namespace {

constexpr std::string_view kWords[] = {"update", "upsert", "query", "get"};

TEST(ClosestWord, FindsTheWordThatWasMeant) {
  EXPECT_EQ(closest_word("udpate", kWords), "update");
  EXPECT_EQ(closest_word("upsrt", kWords), "upsert");
  EXPECT_EQ(closest_word("querry", kWords), "query");
  EXPECT_EQ(closest_word("gte", kWords), "get");
}

TEST(ClosestWord, IsEmptyWhenNothingIsClose) {
  EXPECT_EQ(closest_word("delete", kWords), "");
  EXPECT_EQ(closest_word("", kWords), "");
  EXPECT_EQ(closest_word(std::string(1'000, 'q'), kWords), "");
}

}  // namespace
}  // namespace tabletheory::contract
