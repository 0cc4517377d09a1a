// The tape against its golden vectors (vectors/tape.json, "Golden tapes" in docs/tape.md), and by property.
#include "capi/tape.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <bit>
#include <charconv>
#include <fstream>
#include <random>
#include <sstream>

namespace tabletheory::capi {
namespace {

using Json = simdjson::dom::element;

std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

std::string times(std::string_view unit, std::int64_t count) {
  std::string text;
  text.reserve(unit.size() * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) text += unit;
  return text;
}

std::string to_tape(Json notation) {
  if (notation.is_string()) return unhex(std::string_view(notation));
  std::string bytes;
  for (const Json piece : notation.get_array()) {
    bytes += times(unhex(std::string_view(piece["hex"])), std::int64_t(piece["times"]));
  }
  return bytes;
}

std::int64_t digits(Json text) {
  const std::string_view view = text;
  std::int64_t value = 0;
  std::from_chars(view.data(), view.data() + view.size(), value);
  return value;
}

std::string repeated(Json content) {
  if (content.is_string()) return std::string(std::string_view(content));
  return times(std::string_view(content["repeat"]), std::int64_t(content["times"]));
}

// Whether a node is the value that the notation describes.
testing::AssertionResult is(const Node& node, Json notation);

testing::AssertionResult has_entries(const Node& node, simdjson::dom::array entries) {
  if (node.count != entries.size()) return testing::AssertionFailure() << "another number of entries";
  auto child = node.children().begin();
  for (const Json entry : entries) {
    const Json name = entry.at(0);
    if (name.is_string() ? child->slot != Node::kNoSlot || child->name != std::string_view(name)
                         : child->slot != std::uint64_t(name)) {
      return testing::AssertionFailure() << "another name than " << simdjson::minify(name);
    }
    if (auto same = is(*child, entry.at(1)); !same) return same;
    ++child;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult has_elements(const Node& node, Json content) {
  if (content.is_object()) {
    if (node.count != std::uint64_t(content["times"])) return testing::AssertionFailure() << "another count";
    for (const Node& child : node.children()) {
      if (auto same = is(child, content["repeat"]); !same) return same;
    }
    return testing::AssertionSuccess();
  }
  const simdjson::dom::array elements = content;
  if (node.count != elements.size()) return testing::AssertionFailure() << "another count";
  auto child = node.children().begin();
  for (const Json element : elements) {
    if (auto same = is(*child, element); !same) return same;
    ++child;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult is(const Node& node, Json notation) {
  const simdjson::dom::object object = notation;
  const auto member = *object.begin();
  const auto said = [&](bool same) {
    return (same ? testing::AssertionSuccess() : testing::AssertionFailure()) << "not " << simdjson::minify(notation);
  };
  if (tag_name(node.tag) != member.key) return said(false);
  const Json content = member.value;
  switch (node.tag) {
    case Tag::kAbsent:
    case Tag::kNull:
    case Tag::kFalse:
    case Tag::kTrue:
      return said(content.is_null());
    case Tag::kInt32:
    case Tag::kInt64:
      return said(node.integer == digits(content));
    case Tag::kDouble: {
      const std::string bits = unhex(std::string_view(content));
      std::uint64_t value = 0;
      for (const char byte : bits) value = value << 8 | static_cast<unsigned char>(byte);
      return said(std::bit_cast<std::uint64_t>(node.real) == value);
    }
    case Tag::kTime:
      return said(node.integer == digits(content.at(0)) && node.nanoseconds == std::uint64_t(content.at(1)));
    case Tag::kNumber:
    case Tag::kString:
    case Tag::kPathText:
      return said(node.text == repeated(content));
    case Tag::kBytes:
      return said(node.text == unhex(std::string_view(content)));
    case Tag::kMap:
      return has_entries(node, content);
    case Tag::kItem:
      return has_entries(node, content["entries"]);
    case Tag::kSize:
      return is(*node.children().begin(), content);
    case Tag::kList:
    case Tag::kStringSet:
    case Tag::kNumberSet:
    case Tag::kBytesSet:
    case Tag::kPath:
      return has_elements(node, content);
  }
  return said(false);
}

// The core writes a node as results are written. `table`: of an item, which nodes do not keep.
void rewrite(const Node& node, std::size_t table, TapeWriter& out) {
  const auto children = [&] {
    for (const Node& child : node.children()) {
      if (node.is_map()) child.slot == Node::kNoSlot ? out.name(child.name) : out.slot(child.slot);
      rewrite(child, table, out);
    }
  };
  switch (node.tag) {
    case Tag::kAbsent:
      return out.absent();
    case Tag::kNull:
      return out.null();
    case Tag::kFalse:
    case Tag::kTrue:
      return out.boolean(node.tag == Tag::kTrue);
    case Tag::kInt32:
    case Tag::kInt64:
      return out.integer(node.integer);
    case Tag::kNumber:
      return out.number_text(node.text);
    case Tag::kString:
      return out.string(node.text);
    case Tag::kBytes:
      return out.bytes({reinterpret_cast<const std::uint8_t*>(node.text.data()), node.text.size()});
    case Tag::kTime:
      return out.time(node.time());
    case Tag::kList:
      out.list(node.count);
      return children();
    case Tag::kMap:
      out.map(node.count);
      return children();
    case Tag::kItem: {
      const auto open = out.open_item(table);
      children();
      return out.close_item(open, node.count);
    }
    default:
      out.set(node.tag, node.count);
      return children();
  }
}

class GoldenTape : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(TABLETHEORY_SOURCE_DIR "/vectors/tape.json");
    std::stringstream text;
    text << file.rdbuf();
    text_ = simdjson::padded_string(text.str());
    document_ = parser_.parse(text_);
  }
  simdjson::padded_string text_;
  simdjson::dom::parser parser_;
  Json document_;
};

TEST_F(GoldenTape, IsReadAsTheValueItStandsFor) {
  std::size_t count = 0;
  for (const Json vector : document_["tapes"].get_array()) {
    const std::string bytes = to_tape(vector["tape"]);
    const auto tape = Tape::read(bytes);
    ASSERT_TRUE(tape) << std::string_view(vector["name"]) << ": " << tape.error().message();
    EXPECT_TRUE(is(tape->root(), vector["value"])) << std::string_view(vector["name"]);
    ++count;
  }
  EXPECT_GT(count, 60U);
}

TEST_F(GoldenTape, IsWhatTheCoreWrites) {
  std::size_t count = 0;
  for (const Json vector : document_["tapes"].get_array()) {
    if (!bool(vector["written"]) || std::string_view(vector["direction"]) == "request") continue;
    // Items of several tables are written one by one, each with its own; here all get the same.
    if (std::string_view(vector["name"]) == "items of several tables") continue;
    std::int64_t table = 0;
    if (vector["value"]["ITEM"]["table"].get(table) != simdjson::SUCCESS) table = 0;
    const std::string bytes = to_tape(vector["tape"]);
    const auto tape = Tape::read(bytes);
    ASSERT_TRUE(tape) << std::string_view(vector["name"]);
    TapeWriter out;
    rewrite(tape->root(), static_cast<std::size_t>(table), out);
    EXPECT_TRUE(out.finish() == bytes) << std::string_view(vector["name"]);
    ++count;
  }
  EXPECT_GT(count, 50U);
}

TEST_F(GoldenTape, IsRefusedWhenMalformed) {
  std::size_t count = 0;
  for (const Json vector : document_["malformed"].get_array()) {
    const auto tape = Tape::read(to_tape(vector["tape"]));
    ASSERT_FALSE(tape) << std::string_view(vector["name"]);
    EXPECT_EQ(tape.error().code(), ErrorCode::kInvalidModel);
    ++count;
  }
  EXPECT_GT(count, 30U);
}

// A value at random, as results may hold it.
void write_random(std::mt19937& random, int depth, TapeWriter& out) {
  const auto text = [&] {
    std::string bytes;
    for (auto i = random() % 12; i > 0; --i) bytes += random() % 4 == 0 ? "é" : "x";
    return bytes;
  };
  const auto count = random() % 5;
  switch (random() % (depth > 4 ? 7 : 10)) {
    case 0:
      return out.null();
    case 1:
      return out.boolean(random() % 2 == 0);
    case 2:
      return out.integer(static_cast<std::int64_t>(std::uint64_t{random()} << 32 | random()) >> (random() % 64));
    case 3:
      return out.number_text(std::to_string(random() % 1000) + ".5");
    case 4:
      return out.string(text());
    case 5: {
      const std::string bytes = text();
      return out.bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }
    case 6:
      return out.time(Timestamp(static_cast<std::int64_t>(random()) - (1LL << 31),
                                static_cast<std::uint32_t>(random() % 1'000'000'000)));
    case 7:
      out.list(count);
      for (auto i = count; i > 0; --i) write_random(random, depth + 1, out);
      return;
    case 8:
      out.map(count);
      for (auto i = count; i > 0; --i) {
        out.name(text());
        write_random(random, depth + 1, out);
      }
      return;
    default: {
      const auto open = out.open_item(0);
      for (auto i = count; i > 0; --i) {
        if (random() % 2 == 0) {
          out.slot(random() % 100);
        } else {
          out.name(text());
        }
        write_random(random, depth + 1, out);
      }
      return out.close_item(open, count);
    }
  }
}

TEST(TapeProperty, ReadingAndWritingAgainGivesTheSameBytes) {
  std::mt19937 random(20261125);
  for (int i = 0; i < 2000; ++i) {
    TapeWriter out;
    write_random(random, 0, out);
    const std::string bytes = out.finish();
    const auto tape = Tape::read(bytes);
    ASSERT_TRUE(tape) << i << ": " << tape.error().message();
    TapeWriter again;
    rewrite(tape->root(), 0, again);
    ASSERT_TRUE(again.finish() == bytes) << i;
  }
}

TEST(TapeProperty, EveryPrefixOfATapeIsRefused) {
  std::mt19937 random(7);
  for (int i = 0; i < 100; ++i) {
    TapeWriter out;
    write_random(random, 0, out);
    const std::string bytes = out.finish();
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(Tape::read(std::string_view(bytes).substr(0, size)));
  }
}

TEST(TapeWriter, GivesBackWhatIsRewound) {
  TapeWriter out;
  out.list(1);
  const auto mark = out.mark();
  out.string("not after all");
  out.rewind(mark);
  out.integer(1);
  TapeWriter straight;
  straight.list(1);
  straight.integer(1);
  EXPECT_EQ(out.finish(), straight.finish());
}

TEST(TapeWriter, WritesDoublesAsTheShortestDecimal) {
  TapeWriter out;
  out.list(2);
  out.number(0.1);
  out.number(3.0);
  const std::string bytes = out.finish();
  const auto tape = Tape::read(bytes);
  ASSERT_TRUE(tape);
  auto node = tape->root().children().begin();
  EXPECT_EQ(node->text, "0.1");
  ++node;
  EXPECT_EQ(node->tag, Tag::kInt32);
  EXPECT_EQ(node->integer, 3);
}

}  // namespace
}  // namespace tabletheory::capi
