#include "engine/key_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <compare>
#include <set>

#include "value/value_generator.h"

namespace tabletheory::engine {
namespace {

using value::ValueGenerator;

std::string encoded(const Value& value) {
  std::string out;
  append_key_component(value, out);
  return out;
}

Number number(std::string_view text) {
  return *Number::parse(text);
}

constexpr int kRounds = 20'000;

// Short strings over few bytes, 0x00 and 0xff among them, so that prefixes and escapes meet often.
std::string any_bytes(ValueGenerator& generate) {
  std::string out;
  for (int count = generate.between(0, 5); count > 0; --count) {
    out += std::string_view(
        "\x00\x01"
        "ab\x7f\x80\xff",
        7)[generate.below(7)];
  }
  return out;
}

TEST(KeyCodec, NumbersSortByValue) {
  ValueGenerator generate(1);
  for (int round = 0; round < kRounds; ++round) {
    const Number a = generate.number();
    const Number b = generate.number();
    ASSERT_EQ(encoded(a) <=> encoded(b), a <=> b) << a.to_string() << " " << b.to_string();
  }
}

TEST(KeyCodec, NeighbouringNumbersSortByValue) {
  ValueGenerator generate(2);
  int compared = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Number a = generate.number();
    const auto b = a.plus(number("1E" + std::to_string(generate.between(-20, 20))));
    if (!b) continue;
    ++compared;
    ASSERT_LT(encoded(a), encoded(*b)) << a.to_string() << " " << b->to_string();
  }
  EXPECT_GT(compared, kRounds / 4);
}

TEST(KeyCodec, StringsAndBinariesSortByUnsignedBytes) {
  ValueGenerator generate(3);
  for (int round = 0; round < kRounds; ++round) {
    const std::string a = any_bytes(generate);
    const std::string b = any_bytes(generate);
    ASSERT_EQ(encoded(a) <=> encoded(b), a <=> b);
    ASSERT_EQ(encoded(a), encoded(Bytes(a.begin(), a.end())));
  }
}

// No encoding is the beginning of another, so components can stand one after another without separators.
TEST(KeyCodec, ComponentsDelimitThemselves) {
  ValueGenerator generate(4);
  for (int round = 0; round < kRounds; ++round) {
    const bool numbers = generate.one_in(2);
    const std::string a = numbers ? encoded(generate.number()) : encoded(any_bytes(generate));
    const std::string b = numbers ? encoded(generate.number()) : encoded(any_bytes(generate));
    ASSERT_TRUE(a == b || !b.starts_with(a));
  }
}

TEST(KeyCodec, PairsSortByTheFirstComponentThenTheSecond) {
  ValueGenerator generate(5);
  for (int round = 0; round < kRounds; ++round) {
    const auto a = std::pair(any_bytes(generate), generate.number());
    const auto b = std::pair(any_bytes(generate), generate.number());
    ASSERT_EQ(encoded(a.first) + encoded(a.second) <=> encoded(b.first) + encoded(b.second), a <=> b);
  }
}

TEST(KeyCodec, NumbersAcrossTheWholeRangeSortByValue) {
  const char* ascending[] = {"-9.9999999999999999999999999999999999999E+125",
                             "-1E+125",
                             "-1000",
                             "-999",
                             "-100.5",
                             "-100",
                             "-10",
                             "-9.9",
                             "-1",
                             "-0.1",
                             "-1E-130",
                             "0",
                             "1E-130",
                             "1.1E-130",
                             "1E-129",
                             "0.1",
                             "0.11",
                             "1",
                             "1.0000000000000000000000000000000000001",
                             "9.9",
                             "10",
                             "99",
                             "100",
                             "100.5",
                             "101",
                             "999",
                             "1000",
                             "1E+125",
                             "9.9999999999999999999999999999999999999E+125"};
  for (std::size_t i = 1; i < std::size(ascending); ++i) {
    const Number lower = number(ascending[i - 1]);
    const Number upper = number(ascending[i]);
    EXPECT_LT(encoded(lower), encoded(upper)) << ascending[i - 1] << " " << ascending[i];
  }
}

// The bytes are a format that files will hold: they must not change.
TEST(KeyCodec, BytesAreAsSpecified) {
  using namespace std::string_literals;
  EXPECT_EQ(encoded("a\0b"s),
            "a\x00\xff"
            "b\x00\x00"s);
  EXPECT_EQ(encoded(Number(0)), "\x02"s);
  EXPECT_EQ(encoded(Number(1)), "\x03\x80\x02\x00"s);
  EXPECT_EQ(encoded(Number(1234)), "\x03\x81\x0d\x23\x00"s);
  EXPECT_EQ(encoded(number("0.5")), "\x03\x7f\x33\x00"s);
  EXPECT_EQ(encoded(Number(-1)), "\x01\x7f\xfd\xff"s);
}

Table notes_table() {
  Table table;
  table.storage_id = 7;
  table.keys.hash = {{"pk", Type::kS}};
  table.keys.range = {{"sk", Type::kN}};
  return table;
}

TEST(KeyCodec, AnItemsKeyIsItsPartitionThenItsSortKey) {
  const Table table = notes_table();
  const Value pk("p");
  const std::string partition = partition_prefix(7, {&pk});
  EXPECT_EQ(partition.substr(0, 4), std::string("\0\0\0\x07", 4));
  EXPECT_TRUE(partition.starts_with(storage_prefix(7)));
  EXPECT_EQ(partition.size(), 4 + 8 + encoded(pk).size());
  EXPECT_EQ(item_key(table, Item{{"pk", "p"}, {"sk", 5}, {"other", 1}}), partition + encoded(Number(5)));
}

TEST(KeyCodec, AnIndexEntrysKeyEndsWithTheTablesKey) {
  const Table table = notes_table();
  Index index;
  index.storage_id = 9;
  index.keys.hash = {{"a", Type::kS}, {"b", Type::kN}};
  index.keys.range = {{"c", Type::kS}};
  const Item item{{"pk", "p"}, {"sk", 5}, {"a", "x"}, {"b", 1}, {"c", "y"}};
  const Value a("x");
  const Value b(1);
  EXPECT_EQ(index_entry_key(table, index, item),
            partition_prefix(9, {&a, &b}) + encoded("y") + encoded("p") + encoded(Number(5)));
}

TEST(KeyCodec, ThePartitionHashIsStableAndSpread) {
  EXPECT_EQ(partition_hash(""), 0xefd01f60ba992926U);
  EXPECT_EQ(partition_hash("a"), 0x82a2a958a9bece5bU);
  std::set<std::uint64_t> top_bytes;
  for (int i = 0; i < 2000; ++i) top_bytes.insert(partition_hash("user" + std::to_string(i)) >> 56);
  EXPECT_EQ(top_bytes.size(), 256U);
}

TEST(KeyCodec, ThePrefixEndIsTheFirstStringAfterAllWithThePrefix) {
  EXPECT_EQ(prefix_end("a"), "b");
  EXPECT_EQ(prefix_end("a\xff"), "b");
  EXPECT_EQ(prefix_end("\xff\xff"), "");
  EXPECT_EQ(prefix_end(""), "");
}

}  // namespace
}  // namespace tabletheory::engine
