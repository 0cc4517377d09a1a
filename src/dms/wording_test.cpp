#include "dms/wording.h"

#include <gtest/gtest.h>

namespace tabletheory::dms {
namespace {

TEST(Quoted, KeepsAProblemOnOneShortLine) {
  EXPECT_EQ(in_quotes("größe"), "\"größe\"");
  EXPECT_EQ(in_quotes("a\nb\xFF"), "\"a\\u000ab\\xff\"");
  EXPECT_LT(dms::in_quotes(std::string(1000, 'x')).size(), 80U);
}

}  // namespace
}  // namespace tabletheory::dms
