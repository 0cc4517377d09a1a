#include "dms/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "dms/yaml_reader.h"

namespace tabletheory::dms {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using value::JsonNode;

const std::filesystem::path kTestdata = std::filesystem::path(TABLETHEORY_SOURCE_DIR) / "src/dms/testdata";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Document load_valid(const char* name) {
  auto document = load_file((kTestdata / "valid" / name).string());
  EXPECT_TRUE(document.has_value()) << (document ? "" : document.error().to_string());
  return document ? *document : Document{};
}

TEST(LoadFile, ReadsAModelWithEverythingWritten) {
  const Document document = load_valid("user.yml");
  EXPECT_EQ(document.version, Version::k0_2);
  EXPECT_EQ(document.name_space, "contract");
  const Model* user = document.find("User");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(document.find("Order"), nullptr);
  EXPECT_EQ(user->table_name, "users_contract");
  EXPECT_EQ(user->partition, (KeyAttribute{"PK", Type::kS}));
  EXPECT_EQ(user->sort, (KeyAttribute{"SK", Type::kS}));
  EXPECT_EQ(user->place.line, 4);

  const Attribute* profile = user->find_attribute("profile");
  ASSERT_NE(profile, nullptr);
  EXPECT_EQ(profile->type, Type::kM);
  EXPECT_TRUE(profile->json && profile->omit_empty && profile->optional);
  EXPECT_FALSE(profile->required || profile->binary);
  EXPECT_EQ(profile->place.line, 16);

  const Attribute* ttl = user->find_role("ttl");
  ASSERT_NE(ttl, nullptr);
  EXPECT_EQ(ttl->attribute, "ttl");
  EXPECT_EQ(ttl->format, Format::kUnixSeconds);
  EXPECT_EQ(ttl->tags.size(), 3U);
  EXPECT_EQ(user->find_role("sk")->attribute, "SK");

  const Index* by_email = user->find_index("gsi-email");
  ASSERT_NE(by_email, nullptr);
  EXPECT_TRUE(by_email->global);
  EXPECT_THAT(by_email->partition, ElementsAre(KeyAttribute{"emailHash", Type::kS}));
  EXPECT_TRUE(by_email->sort.empty());
  EXPECT_EQ(by_email->projection, Index::Projection::kKeysOnly);
}

TEST(LoadFile, FillsInDefaults) {
  const Document document = load_valid("user.json");
  EXPECT_EQ(document.version, Version::k0_1);
  const Model& user = document.models.front();
  EXPECT_EQ(user.version, Version::k0_1);
  EXPECT_EQ(user.naming, Naming::kSnakeCase);
  EXPECT_EQ(user.write_mode, WriteMode::kMutable);
  EXPECT_FALSE(user.sort.has_value());
  EXPECT_FALSE(user.discriminator.has_value());
  EXPECT_TRUE(user.protected_attributes.empty());
  EXPECT_TRUE(user.indexes.empty());
  EXPECT_EQ(user.attributes.front().encryption, 0);
  EXPECT_EQ(user.attributes.front().format, Format::kNone);
}

TEST(LoadFile, ReadsWhatIsNewInVersion03) {
  const Document document = load_valid("every_field_0.3.yml");
  EXPECT_EQ(document.version, Version::k0_3);
  const Model* order = document.find("Order");
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->naming, Naming::kVerbatim);
  EXPECT_EQ(order->discriminator, (Discriminator{"kind", "order"}));
  EXPECT_THAT(order->protected_attributes, ElementsAre("amount", "kind"));
  EXPECT_EQ(order->find_attribute("secret")->encryption, 2);
  EXPECT_EQ(order->find_attribute("old_secret")->encryption, 1);
  const Index* by_place = order->find_index("by-place");
  EXPECT_THAT(by_place->partition, ElementsAre(KeyAttribute{"city", Type::kS}, KeyAttribute{"street", Type::kS}));
  EXPECT_THAT(by_place->sort, ElementsAre(KeyAttribute{"floor", Type::kN}, KeyAttribute{"door", Type::kS}));
  EXPECT_THAT(by_place->fields, ElementsAre("amount", "kind"));
  EXPECT_FALSE(order->find_index("by-floor")->global);
  EXPECT_EQ(order->find_index("by-floor")->projection, Index::Projection::kAll);
  EXPECT_EQ(document.find("Customer")->write_mode, WriteMode::kWriteOnce);
}

TEST(LoadFile, RefusesWhatCannotBeRead) {
  for (const std::string& path : {std::string("/nowhere/at/all.yml"), kTestdata.string()}) {
    const auto document = load_file(path);
    ASSERT_FALSE(document.has_value()) << path;
    EXPECT_EQ(document.error().code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(document.error().message(), HasSubstr(path + ": error: cannot read the file: "));
  }
}

TEST(LoadText, SaysTheFirstProblemAndHowManyMore) {
  const auto document = load_text("dms_version: \"0.2\"\nmodel: []\n", "a.yml");
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(document.error().diagnostics().size(), 2U);
  EXPECT_THAT(document.error().message(), HasSubstr("a.yml:1:1: error: a document needs the field \"models\""));
  EXPECT_THAT(document.error().message(), HasSubstr("(and 1 more)"));
}

TEST(LoadText, RefusesDocumentsThatAreNoObject) {
  for (const char* text : {"[]", "\"x\"", "1", "null"})
    for (const char* file : {"a.yml", "a.json"}) {
      const auto document = load_text(text, file);
      ASSERT_FALSE(document.has_value());
      EXPECT_THAT(document.error().message(),
                  HasSubstr(std::string(file) + ":1:1: error: a document is an object, not "));
    }
}

TEST(LoadText, NamesTheFileInProblemsOfJsonText) {
  const auto document = load_text("{\"a\": 1,\n  \"a\": 2}", "a.json");
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().diagnostics().front().file, "a.json");
  EXPECT_EQ(document.error().diagnostics().front().line, 2);
}

TEST(Render, ShowsTheOffendingLine) {
  const Diagnostic problem{"a.yml", 2, 3, "wrong", "write it right"};
  EXPECT_EQ(render(problem, "a: 1\r\n  b: 2\nc: 3\n"), "a.yml:2:3: error: wrong (write it right)\n  b: 2\n");
  EXPECT_EQ(render(problem, "a: 1\n \x1B[31m\xFF"), "a.yml:2:3: error: wrong (write it right)\n ?[31m?\n");
  EXPECT_EQ(render(Diagnostic{"a.yml", 0, 0, "gone", ""}, ""), "a.yml: error: gone\n");
}

TEST(Render, CutsLongLinesAroundTheColumn) {
  const std::string line = std::string(1000, 'x') + "HERE" + std::string(1000, 'y');
  const std::string shown = render(Diagnostic{"a.json", 1, 1001, "wrong", ""}, line);
  EXPECT_THAT(shown, HasSubstr("HERE"));
  EXPECT_LT(shown.size(), 220U);
}

// Each file below testdata/invalid, and what `tabletheory validate` prints for it.
TEST(Golden, InvalidDocumentsAreRefusedWithExactlyTheseProblems) {
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kTestdata / "invalid")) {
    if (entry.path().extension() == ".expected") continue;
    const std::string text = read(entry.path());
    const auto document = load_text(text, entry.path().filename().string());
    ASSERT_FALSE(document.has_value()) << entry.path();
    std::string shown;
    for (const Diagnostic& problem : document.error().diagnostics()) shown += render(problem, text);
    EXPECT_EQ(shown, read(entry.path().string() + ".expected"));
    ++compared;
  }
  EXPECT_GE(compared, 6);
}

// Two writings of one tree.
void append_string(const std::string& text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '"';
}

void append_json(const JsonNode& node, std::string& out) {
  const auto list = [&](const auto& parts, char open, char close, auto append) {
    out += open;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) out += ", ";
      append(parts[i]);
    }
    out += close;
  };
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      out += "null";
      break;
    case JsonNode::Kind::kBool:
      out += node.boolean ? "true" : "false";
      break;
    case JsonNode::Kind::kNumber:
      out += node.text;
      break;
    case JsonNode::Kind::kString:
      append_string(node.text, out);
      break;
    case JsonNode::Kind::kArray:
      list(node.elements, '[', ']', [&](const JsonNode& element) { append_json(element, out); });
      break;
    case JsonNode::Kind::kObject:
      list(node.members, '{', '}', [&](const JsonNode::Member& member) {
        append_string(member.name, out);
        out += ": ";
        append_json(member.value, out);
      });
  }
}

void append_block_yaml(const JsonNode& node, int indentation, std::string& out) {
  const std::string margin(static_cast<std::size_t>(indentation), ' ');
  if (node.kind == JsonNode::Kind::kArray && !node.elements.empty()) {
    for (const JsonNode& element : node.elements) {
      out += "\n" + margin + "- ";
      append_block_yaml(element, indentation + 2, out);
    }
  } else if (node.kind == JsonNode::Kind::kObject && !node.members.empty()) {
    for (const JsonNode::Member& member : node.members) {
      out += "\n" + margin;
      append_string(member.name, out);
      out += ": ";
      append_block_yaml(member.value, indentation + 2, out);
    }
  } else {
    append_json(node, out);
  }
}

JsonNode random_tree(std::mt19937& random, int depth) {
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  constexpr const char* kTexts[] = {"",    "a",   "no",   "~",   "1_000",      "ü\n\"\\",
                                    " b ", "# c", "x: y", "- z", "2024-01-31", "名"};
  constexpr const char* kNumbers[] = {"0", "-0", "12.50", "1e9", "-3.25E-7", "99999999999999999999"};
  JsonNode node;
  node.kind = static_cast<JsonNode::Kind>(below(depth > 0 ? 6 : 4));
  node.boolean = node.kind == JsonNode::Kind::kBool && below(2) == 0;
  if (node.kind == JsonNode::Kind::kNumber) node.text = kNumbers[below(std::size(kNumbers))];
  if (node.kind == JsonNode::Kind::kString) node.text = kTexts[below(std::size(kTexts))];
  for (unsigned i = below(4); node.kind == JsonNode::Kind::kArray && i > 0; --i)
    node.elements.push_back(random_tree(random, depth - 1));
  for (unsigned i = below(4); node.kind == JsonNode::Kind::kObject && i > 0; --i)
    node.members.push_back({kTexts[below(std::size(kTexts))] + std::to_string(i), random_tree(random, depth - 1)});
  return node;
}

std::string json_of(const JsonNode& node) {
  std::string out;
  append_json(node, out);
  return out;
}

TEST(Property, JsonAndYamlFormsOfOneTreeAreReadAlike) {
  std::mt19937 random(20240131);  // a fixed seed: every run checks the same trees
  for (int round = 0; round < 2000; ++round) {
    const JsonNode tree = random_tree(random, 4);
    const std::string json = json_of(tree);
    std::string yaml = "---";
    append_block_yaml(tree, 0, yaml.append(" "));
    const auto from_json = value::parse_json_text(json);
    const auto from_yaml = read_yaml(yaml + "\n", "t.yml");
    const auto from_flow = read_yaml(json, "t.yml");
    ASSERT_TRUE(from_json && from_yaml && from_flow) << yaml;
    ASSERT_EQ(json_of(*from_json), json);
    ASSERT_EQ(json_of(*from_yaml), json) << yaml;
    ASSERT_EQ(json_of(*from_flow), json);
  }
}

TEST(Validate, HoldsModelsBuiltInCodeToTheSameRules) {
  Model model;
  model.name = "Order";
  model.version = Version::k0_2;
  model.table_name = "orders";
  model.partition = {"PK", Type::kS};
  model.attributes = {{.attribute = "PK", .type = Type::kS, .roles = {"pk"}},
                      {.attribute = "total", .type = Type::kN, .roles = {"version"}}};
  EXPECT_TRUE(validate(model).has_value());

  model.naming = Naming::kVerbatim;
  model.sort = KeyAttribute{"SK", Type::kM};
  model.attributes[1].roles = {"versoin"};
  model.attributes.push_back({.attribute = "SK", .type = Type::kM, .encryption = 2});
  model.indexes.push_back({.name = "by-none"});
  const auto result = validate(model);
  ASSERT_FALSE(result.has_value());
  std::vector<std::string> messages;
  for (const Diagnostic& problem : result.error().diagnostics()) messages.push_back(problem.to_string());
  EXPECT_THAT(
      messages,
      ::testing::UnorderedElementsAre(
          HasSubstr("error: model Order: the naming convention verbatim exists from version 0.3 on"),
          HasSubstr("envelope version 2 exists from version 0.3 on"), HasSubstr("the sort key \"SK\" is of type M"),
          HasSubstr("unknown role \"versoin\" (did you mean \"version\"?)"),
          HasSubstr("the index \"by-none\" has no partition key"), HasSubstr("\"SK\" is the sort key and encrypted")));
}

}  // namespace
}  // namespace tabletheory::dms
