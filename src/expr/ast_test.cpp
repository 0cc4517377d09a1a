#include "expr/ast.h"

#include <gtest/gtest.h>

namespace tabletheory::expr {
namespace {

Path path(std::string_view text) {
  return Path::parse(text).value();
}

TEST(Path, IsReadAndWrittenTheSameWay) {
  for (const char* text : {"a", "a.b", "a[0]", "a.b[3].c", "a[1][2]", "user-name.first name[10]", "#x.:y"}) {
    EXPECT_EQ(path(text).to_string(), text);
  }
  EXPECT_EQ(path("a.b[3]").steps, (std::vector<Path::Step>{{"a", -1}, {"b", -1}, {"", 3}}));
}

TEST(Path, RefusesTextThatIsNoPath) {
  for (const char* text :
       {"", ".", "a.", ".a", "a..b", "[0]", "a[", "a[]", "a[x]", "a[-1]", "a[1", "a[1]b", "a.[1]", "a[99999999999]"}) {
    const auto parsed = Path::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidOperator);
  }
}

TEST(Path, IsNotDeeperThanAnItem) {
  std::string text = "a";
  for (int i = 1; i < 32; ++i) text += "[0]";
  EXPECT_TRUE(Path::parse(text));
  EXPECT_FALSE(Path::parse(text + "[0]"));
}

TEST(Path, OverlapsWithItsBeginningsAndItself) {
  EXPECT_TRUE(overlaps(path("a.b"), path("a.b")));
  EXPECT_TRUE(overlaps(path("a"), path("a[1].c")));
  EXPECT_TRUE(overlaps(path("a[1].c"), path("a[1]")));
  EXPECT_FALSE(overlaps(path("a.b"), path("a.c")));
  EXPECT_FALSE(overlaps(path("a[1]"), path("a[2]")));
}

TEST(Path, ConflictsWhenOneParentIsTakenForMapAndList) {
  EXPECT_TRUE(conflicts(path("a.b"), path("a[0]")));
  EXPECT_TRUE(conflicts(path("a.b[0].x"), path("a.b.c")));
  EXPECT_FALSE(conflicts(path("a.b"), path("a.c")));
  EXPECT_FALSE(conflicts(path("a"), path("a[0]")));
}

TEST(Condition, OfOnePartIsThatPart) {
  const Condition part = Condition::compare(Operand::of(path("a")), Comparator::kLt, Operand::of(Value(1)));
  EXPECT_EQ(Condition::all_of({part}).kind, Condition::Kind::kCompare);
  EXPECT_EQ(Condition::any_of({part}).kind, Condition::Kind::kCompare);
  EXPECT_EQ(Condition::any_of({part, part}).children.size(), 2U);
}

}  // namespace
}  // namespace tabletheory::expr
