// Structs to the wire and back: every native type, emptiness, and what does not fit.
#include <gtest/gtest.h>

#include <limits>
#include <unordered_set>

#include "sdk/record_reader.h"
#include "sdk/record_writer.h"
#include "sdk/schema_data.h"
#include "tabletheory/model_builder.h"
#include "value/value_generator.h"

namespace tabletheory::kinds {

enum class Color : std::uint8_t { kRed, kGreen };

struct Point {
  int x = 0, y = 0;
  std::optional<std::string> label = {};
  friend bool operator==(const Point&, const Point&) = default;
};
inline void describe(ModelBuilder<Point>& m) {
  m.attribute("x", &Point::x).attribute("y", &Point::y).attribute("label", &Point::label, {.omit_empty = true});
}

struct Tree {
  std::string name = {};
  std::vector<Tree> children = {};
  friend bool operator==(const Tree&, const Tree&) = default;
};
inline void describe(ModelBuilder<Tree>& m) {
  m.attribute("name", &Tree::name).attribute("children", &Tree::children);
}

struct Everything {
  std::string key = {};
  std::string text = {};
  std::int8_t tiny = 0;
  std::uint32_t medium = 0;
  std::int64_t large = 0;
  std::uint64_t huge = 0;
  double ratio = 0;
  Number number = {};
  bool flag = false;
  Bytes bytes = {};
  Timestamp seen = {};
  Color color = Color::kRed;
  std::optional<std::int64_t> maybe = {};
  Point point = {};
  std::optional<Point> maybe_point = {};
  std::vector<Point> points = {};
  std::vector<std::vector<int>> grid = {};
  std::map<std::string, Number> prices = {};
  std::set<std::string> words = {};
  std::unordered_set<std::string> bag = {};
  std::set<std::int64_t> integers = {};
  std::set<Number> numbers = {};
  std::set<Bytes> blobs = {};
  std::vector<std::string> ordered_words = {};
  StringSet string_set = {};
  NumberSet number_set = {};
  BinarySet binary_set = {};
  Map map = {};
  Value any = {};
  Value json = {};
  Point json_point = {};
  Tree tree = {};
  Timestamp expires = {};
};

}  // namespace tabletheory::kinds

template <>
struct tabletheory::Converter<tabletheory::kinds::Color> {
  using Stored = std::string;
  static Stored to_stored(kinds::Color color) { return color == kinds::Color::kRed ? "red" : "green"; }
  static Result<kinds::Color> from_stored(const Stored& text) {
    if (text == "red") return kinds::Color::kRed;
    if (text == "green") return kinds::Color::kGreen;
    return fail(ErrorCode::kInvalidModel, "\"" + text + "\" is no color");
  }
};

namespace tabletheory::kinds {

inline void describe(ModelBuilder<Everything>& m) {
  m.name("Everything").table("everything");
  m.partition_key("key", &Everything::key);
  m.attribute("text", &Everything::text);
  m.attribute("tiny", &Everything::tiny);
  m.attribute("medium", &Everything::medium);
  m.attribute("large", &Everything::large);
  m.attribute("huge", &Everything::huge);
  m.attribute("ratio", &Everything::ratio);
  m.attribute("number", &Everything::number);
  m.attribute("flag", &Everything::flag);
  m.attribute("bytes", &Everything::bytes);
  m.attribute("seen", &Everything::seen);
  m.attribute("color", &Everything::color);
  m.attribute("maybe", &Everything::maybe);
  m.attribute("point", &Everything::point);
  m.attribute("maybePoint", &Everything::maybe_point);
  m.attribute("points", &Everything::points);
  m.attribute("grid", &Everything::grid);
  m.attribute("prices", &Everything::prices);
  m.attribute("words", &Everything::words);
  m.attribute("bag", &Everything::bag);
  m.attribute("integers", &Everything::integers);
  m.attribute("numbers", &Everything::numbers);
  m.attribute("blobs", &Everything::blobs);
  m.attribute("orderedWords", &Everything::ordered_words, {.type = Type::kSS});
  m.attribute("stringSet", &Everything::string_set);
  m.attribute("numberSet", &Everything::number_set);
  m.attribute("binarySet", &Everything::binary_set);
  m.attribute("map", &Everything::map);
  m.attribute("any", &Everything::any, {.type = Type::kL});
  m.attribute("json", &Everything::json, {.json = true, .type = Type::kS});
  m.attribute("jsonPoint", &Everything::json_point, {.json = true, .type = Type::kS});
  m.attribute("tree", &Everything::tree);
  m.ttl("expires", &Everything::expires);
}

namespace {

using detail::RecordItem;
using detail::RecordPlan;
using detail::RecordReader;
using model::Presence;

class Records : public testing::Test {
 protected:
  // The stored item, every slot that is not absent.
  static std::string write(const Everything& item) {
    const RecordItem source(plan(), &item);
    std::string wire = "{";
    for (std::size_t slot = 0; slot < plan().model().attributes().size(); ++slot) {
      if (source.presence(slot) == Presence::kAbsent) continue;
      if (wire.size() > 1) wire += ',';
      wire += plan().model().attribute(slot).json_key;
      if (auto written = source.write(slot, wire); !written) return "error: " + written.error().message();
    }
    return wire + "}";
  }
  static std::string write(std::string_view attribute, const Everything& item) {
    std::string wire;
    const RecordItem source(plan(), &item);
    const auto written = source.write(plan().model().slot_of(attribute), wire);
    return written ? wire : "error: " + written.error().message();
  }
  static Presence presence(std::string_view attribute, const Everything& item) {
    return RecordItem(plan(), &item).presence(plan().model().slot_of(attribute));
  }
  static Result<Everything> read(const std::string& wire) {
    value::WireDocument document;
    Everything item;
    TT_CHECK(RecordReader(plan()).read_item(document.parse(wire).value(), &item));
    return item;
  }
  static const RecordPlan& plan() {
    static const RecordPlan plan = [] {
      auto definition = detail::model_from_record(detail::record_info<Everything>());
      EXPECT_TRUE(definition) << definition.error().to_string();
      return RecordPlan(model::Model::compile(*definition), detail::record_info<Everything>());
    }();
    return plan;
  }
};

TEST_F(Records, WriteEveryNativeType) {
  Everything item;
  item.text = "a\"b";
  EXPECT_EQ(write("text", item), R"({"S":"a\"b"})");
  item.tiny = -128;
  EXPECT_EQ(write("tiny", item), R"({"N":"-128"})");
  item.huge = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(write("huge", item), R"({"N":"18446744073709551615"})");
  item.ratio = 0.1;
  EXPECT_EQ(write("ratio", item), R"({"N":"0.1"})");
  item.color = Color::kGreen;
  EXPECT_EQ(write("color", item), R"({"S":"green"})");
  item.seen = Timestamp(1'767'355'200, 5);
  EXPECT_EQ(write("seen", item), R"({"S":"2026-01-02T12:00:00.000000005Z"})");
  item.expires = item.seen;
  EXPECT_EQ(write("expires", item), R"({"N":"1767355200"})");
  item.points = {{1, 2, "a"}, {}};
  EXPECT_EQ(write("points", item),
            R"({"L":[{"M":{"label":{"S":"a"},"x":{"N":"1"},"y":{"N":"2"}}},{"M":{"x":{"N":"0"},"y":{"N":"0"}}}]})");
  item.grid = {{1}, {}};
  EXPECT_EQ(write("grid", item), R"({"L":[{"L":[{"N":"1"}]},{"L":[]}]})");
  item.prices = {{"b", 2}, {"a", 1}};
  EXPECT_EQ(write("prices", item), R"({"M":{"a":{"N":"1"},"b":{"N":"2"}}})");
  item.words = {"b", "a"};
  EXPECT_EQ(write("words", item), R"({"SS":["a","b"]})");
  item.integers = {3, -1};
  EXPECT_EQ(write("integers", item), R"({"NS":["-1","3"]})");
  item.blobs = {Bytes{1}};
  EXPECT_EQ(write("blobs", item), R"({"BS":["AQ=="]})");
  item.ordered_words = {"b", "a"};
  EXPECT_EQ(write("orderedWords", item), R"({"SS":["b","a"]})");
  item.json = Value(Map{{"b", 1}, {"a", Value()}});
  EXPECT_EQ(write("json", item), R"({"S":"{\"a\":null,\"b\":1}"})");
  item.json_point = {1, 2, {}};
  EXPECT_EQ(write("jsonPoint", item), R"({"S":"{\"x\":1,\"y\":2}"})");
}

TEST_F(Records, RoundTripEverything) {
  Everything item;
  item.key = "k";
  item.text = "text with \" and \u2028";
  item.tiny = 127;
  item.medium = std::numeric_limits<std::uint32_t>::max();
  item.large = std::numeric_limits<std::int64_t>::min();
  item.huge = std::numeric_limits<std::uint64_t>::max();
  item.ratio = 1.0 / 3;
  item.number = Number::parse("12345678901234567890123456789012345678e-60").value();
  item.flag = true;
  item.bytes = {0, 255, 7};
  item.seen = Timestamp(1, 2);
  item.color = Color::kGreen;
  item.maybe = 0;
  item.point = {1, -2, "p"};
  item.maybe_point = Point{};
  item.points = {{1, 2, {}}, {3, 4, ""}};
  item.grid = {{1, 2}, {}, {3}};
  item.prices = {{"a", 1}, {"é\n", Number::parse("0.5").value()}};
  item.words = {"", "x"};
  item.bag = {"y", "z"};
  item.integers = {1, 2};
  item.numbers = {1, Number::parse("0.1").value()};
  item.blobs = {Bytes{}, Bytes{1}};
  item.ordered_words = {"q", "p"};
  item.string_set = {{"s"}};
  item.number_set = {{5}};
  item.binary_set = {{Bytes{9}}};
  item.map = {{"m", List{Value(1), Value()}}};
  item.any = List{Value("l")};
  item.json = Value(List{Value(1), Value(Map{{"a", true}})});
  item.json_point = {5, 6, "j"};
  item.tree = {"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}};
  item.expires = Timestamp(1'767'355'200, 0);
  const std::string wire = write(item);
  const auto back = read(wire);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(write(*back), wire);
  EXPECT_EQ(back->text, item.text);
  EXPECT_EQ(back->large, item.large);
  EXPECT_EQ(back->huge, item.huge);
  EXPECT_EQ(back->ratio, item.ratio);
  EXPECT_EQ(back->number, item.number);
  EXPECT_EQ(back->maybe, item.maybe);
  EXPECT_EQ(back->maybe_point, item.maybe_point);
  EXPECT_EQ(back->points, item.points);
  EXPECT_EQ(back->prices, item.prices);
  EXPECT_EQ(back->bag, item.bag);
  EXPECT_EQ(back->numbers, item.numbers);
  EXPECT_EQ(back->ordered_words, item.ordered_words);
  EXPECT_EQ(back->tree, item.tree);
  EXPECT_EQ(back->json, item.json);
  EXPECT_EQ(back->json_point, item.json_point);
  EXPECT_EQ(back->any, item.any);
}

TEST_F(Records, RoundTripArbitraryContent) {
  value::ValueGenerator generate(42);
  for (int round = 0; round < 1000; ++round) {
    Everything item;
    item.key = "k";
    item.text = generate.text();
    item.number = generate.number();
    item.large = static_cast<std::int64_t>(generate.below(~0ULL));
    item.bytes = generate.bytes();
    for (int i = generate.between(0, 4); i > 0; --i) item.words.insert(generate.text());
    for (int i = generate.between(0, 4); i > 0; --i) item.numbers.insert(generate.number());
    for (int i = generate.between(0, 3); i > 0; --i) item.prices[generate.text()] = generate.number();
    for (int i = generate.between(0, 3); i > 0; --i)
      item.points.push_back({generate.between(-9, 9), i, generate.text()});
    item.any = List{generate.value(2)};
    const std::string wire = write(item);
    const auto back = read(wire);
    ASSERT_TRUE(back) << back.error().message() << '\n' << wire;
    EXPECT_EQ(write(*back), wire);
    EXPECT_EQ(back->words, item.words);
    EXPECT_EQ(back->number, item.number);
    EXPECT_EQ(back->points, item.points);
  }
}

TEST_F(Records, AreEmptyByTheTable) {
  Everything item;
  for (const char* name : {"text", "tiny", "ratio", "number", "flag", "bytes", "seen", "points", "grid", "prices",
                           "words", "orderedWords", "stringSet", "map"}) {
    EXPECT_EQ(presence(name, item), Presence::kEmpty) << name;
  }
  EXPECT_EQ(presence("maybe", item), Presence::kAbsent);
  EXPECT_EQ(presence("any", item), Presence::kAbsent);
  EXPECT_EQ(presence("json", item), Presence::kPresent);  // null is a value of a json attribute
  EXPECT_EQ(presence("point", item), Presence::kBlankRecord);
  EXPECT_EQ(presence("color", item), Presence::kPresent);  // "red"
  item.maybe = 0;
  EXPECT_EQ(presence("maybe", item), Presence::kPresent);  // a present optional of zero is a value
  item.maybe_point = Point{};
  EXPECT_EQ(presence("maybePoint", item), Presence::kPresent);
  item.point.label = "";
  EXPECT_EQ(presence("point", item), Presence::kPresent);
}

TEST_F(Records, SkipUnknownAttributesAndLeaveMissingOnesAlone) {
  const auto item = read(R"({"zzz":{"M":{"deep":{"L":[]}}},"aaa":{"S":"x"},"text":{"S":"t"}})");
  ASSERT_TRUE(item);
  EXPECT_EQ(item->text, "t");
  EXPECT_EQ(item->maybe, std::nullopt);
}

TEST_F(Records, ReadNullAsAbsentAndForSetsAsEmpty) {
  const auto item = read(R"({"text":{"NULL":true},"maybe":{"NULL":true},"words":{"NULL":true},"stringSet":{"NULL":true},
    "point":{"NULL":true},"maybePoint":{"NULL":true},"color":{"NULL":true},"points":{"NULL":true}})");
  ASSERT_TRUE(item) << item.error().message();
  EXPECT_EQ(write(*item), write(Everything{}));
}

TEST_F(Records, ReadNumbersExactlyOrNotAtAll) {
  EXPECT_EQ(read(R"({"tiny":{"N":"128"}})").error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(read(R"({"large":{"N":"0.5"}})").error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(read(R"({"medium":{"N":"-1"}})").error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(read(R"({"ratio":{"N":"0.1000000000000000000000001"}})").error().code(), ErrorCode::kNumberPrecisionLoss);
  EXPECT_EQ(read(R"({"large":{"N":"1e3"}})")->large, 1000);
  EXPECT_EQ(read(R"({"large":{"N":"many"}})").error().code(), ErrorCode::kInvalidModel);
}

TEST_F(Records, NameThePlaceOfWhatDoesNotFit) {
  EXPECT_EQ(read(R"({"text":{"N":"1"}})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_NE(read(R"({"flag":{"S":"yes"}})").error().message().find("attribute \"flag\""), std::string::npos);
  EXPECT_NE(read(R"({"points":{"L":[{"M":{}},{"M":{"x":{"S":"1"}}}]}})").error().message().find("\"points[1].x\""),
            std::string::npos);
  EXPECT_NE(read(R"({"prices":{"M":{"a":{"BOOL":true}}}})").error().message().find("\"prices.a\""), std::string::npos);
  EXPECT_NE(read(R"({"color":{"S":"blue"}})").error().message().find("no color"), std::string::npos);
  EXPECT_EQ(read(R"({"point":{"L":[]}})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read(R"({"point":5})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read(R"({"point":{}})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read(R"({"bytes":{"B":"?"}})").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(read(R"([])").error().code(), ErrorCode::kInvalidModel);
}

TEST_F(Records, RefuseToWriteWhatTheServiceCannotHold) {
  Everything item;
  item.ratio = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(write("ratio", item).find("error: attribute \"ratio\""), std::string::npos);
  item.text = "\xff";
  EXPECT_NE(write("text", item).find("UTF-8"), std::string::npos);
  item.ordered_words = {"a", "a"};
  EXPECT_NE(write("orderedWords", item).find("twice"), std::string::npos);
  item.number_set = {{1, 1}};
  EXPECT_NE(write("numberSet", item).find("twice"), std::string::npos);
  Tree* at = &item.tree;
  for (int i = 0; i < 40; ++i) at = &at->children.emplace_back();
  EXPECT_NE(write("tree", item).find("deeper"), std::string::npos);
}

struct Palette {
  std::string key = {};
  std::set<Color> colors = {};
};
void describe(ModelBuilder<Palette>& m) {
  m.name("Palette").table("palettes").partition_key("key", &Palette::key).attribute("colors", &Palette::colors);
}

TEST(RecordSets, RefuseElementsThatAConverterStoresAlike) {
  const auto definition = detail::model_from_record(detail::record_info<Palette>());
  ASSERT_TRUE(definition) << definition.error().to_string();
  const RecordPlan plan(model::Model::compile(*definition), detail::record_info<Palette>());
  const auto write_colors = [&](const Palette& palette) {
    std::string wire;
    const auto written = RecordItem(plan, &palette).write(plan.model().slot_of("colors"), wire);
    return written ? wire : written.error().message();
  };
  EXPECT_EQ(write_colors({.colors = {Color::kRed, Color::kGreen}}), R"({"SS":["red","green"]})");
  EXPECT_NE(write_colors({.colors = {Color::kGreen, Color(2)}}).find("an element twice"), std::string::npos);
}

TEST_F(Records, WriteEmptySetsAsNull) {
  Everything item;
  for (const char* name : {"words", "integers", "blobs", "orderedWords", "stringSet", "numberSet", "binarySet"}) {
    EXPECT_EQ(write(name, item), R"({"NULL":true})") << name;
  }
}

struct Mistaken {
  std::string key = {};
  int number = 0;
};
void describe(ModelBuilder<Mistaken>& m) {
  m.name("Mistaken").table("mistaken");
  m.partition_key("key", &Mistaken::key, {.type = Type::kL});
  m.global_index("by-number", &Mistaken::number);
  m.attribute("number", &Mistaken::number);
  m.attribute("again", &Mistaken::number);
}

TEST(Declarations, TellEveryMistakeAtOnce) {
  const auto model = Model::of<Mistaken>();
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::kInvalidModel);
  const std::string& message = model.error().message();
  EXPECT_NE(message.find("cannot hold type L"), std::string::npos) << message;
  EXPECT_NE(message.find("before it declares"), std::string::npos) << message;
  EXPECT_NE(message.find("second time"), std::string::npos) << message;
}

struct BadRules {
  std::string key = {};
  std::string version = {};
};
void describe(ModelBuilder<BadRules>& m) {
  m.name("BadRules").table("x");
  m.partition_key("key", &BadRules::key);
  m.version("version", &BadRules::version);
}

TEST(Declarations, AreHeldToTheRulesOfDocuments) {
  const auto model = Model::of<BadRules>();
  ASSERT_FALSE(model);
  EXPECT_GE(model.error().diagnostics().size(), 2U);  // the table's name, and a version of type S
}

}  // namespace
}  // namespace tabletheory::kinds
