#include "dms/build.h"

#include <algorithm>
#include <array>

namespace tabletheory::dms {
namespace {

using value::JsonNode;
using Kind = JsonNode::Kind;

const JsonNode* member_of(const JsonNode& node, std::string_view name, Kind kind) {
  if (node.kind != Kind::kObject) return nullptr;
  const JsonNode* found = node.find(name);
  return found != nullptr && found->kind == kind ? found : nullptr;
}

std::string string_of(const JsonNode& node, std::string_view name) {
  const JsonNode* found = member_of(node, name, Kind::kString);
  return found == nullptr ? std::string() : found->text;
}

bool flag_of(const JsonNode& node, std::string_view name) {
  const JsonNode* found = member_of(node, name, Kind::kBool);
  return found != nullptr && found->boolean;
}

std::vector<std::string> strings_of(const JsonNode& node, std::string_view name) {
  std::vector<std::string> out;
  if (const JsonNode* list = member_of(node, name, Kind::kArray))
    for (const JsonNode& element : list->elements)
      out.push_back(element.kind == Kind::kString ? element.text : std::string());
  return out;
}

// The enumerator whose name is written; else the one given.
template <class Enum, std::size_t N, class Name>
Enum enum_of(const JsonNode& node, std::string_view field, const std::array<Enum, N>& all, Name name, Enum otherwise) {
  const std::string text = string_of(node, field);
  const auto found = std::ranges::find_if(all, [&](Enum e) { return name(e) == text; });
  return text.empty() || found == all.end() ? otherwise : *found;
}

constexpr std::array kNamings{Naming::kCamelCase, Naming::kSnakeCase, Naming::kDynamorm, Naming::kVerbatim};
constexpr std::array kWriteModes{WriteMode::kMutable, WriteMode::kWriteOnce};
constexpr std::array kFormats{Format::kRfc3339Nano, Format::kUnixSeconds, Format::kInt, Format::kDecimalString};
constexpr std::array kProjections{Index::Projection::kAll, Index::Projection::kKeysOnly, Index::Projection::kInclude};

KeyAttribute key_of(const JsonNode& node) {
  KeyAttribute key{string_of(node, "attribute"), Type::kS};
  parse_type_name(string_of(node, "type"), key.type);
  return key;
}

// One key attribute or a list of them; empty when the field is missing.
std::vector<KeyAttribute> keys_of(const JsonNode& node, std::string_view name) {
  std::vector<KeyAttribute> keys;
  if (const JsonNode* one = member_of(node, name, Kind::kObject)) keys.push_back(key_of(*one));
  if (const JsonNode* several = member_of(node, name, Kind::kArray))
    for (const JsonNode& element : several->elements) keys.push_back(key_of(element));
  return keys;
}

int encryption_of(const JsonNode& node) {
  const JsonNode* encryption = member_of(node, "encryption", Kind::kObject);
  const JsonNode* version = encryption == nullptr ? nullptr : member_of(*encryption, "v", Kind::kNumber);
  if (version == nullptr) return 0;
  return version->text == "2" ? 2 : 1;
}

Attribute attribute_of(const JsonNode& node) {
  Attribute out;
  out.place = {node.line, node.column};
  out.attribute = string_of(node, "attribute");
  parse_type_name(string_of(node, "type"), out.type);
  out.required = flag_of(node, "required");
  out.optional = flag_of(node, "optional");
  out.omit_empty = flag_of(node, "omit_empty");
  out.json = flag_of(node, "json");
  out.binary = flag_of(node, "binary");
  out.roles = strings_of(node, "roles");
  out.format = enum_of(node, "format", kFormats, format_name, Format::kNone);
  out.encryption = encryption_of(node);
  if (const JsonNode* tags = member_of(node, "tags", Kind::kObject)) out.tags = tags->members;
  return out;
}

Index index_of(const JsonNode& node) {
  Index out;
  out.place = {node.line, node.column};
  out.name = string_of(node, "name");
  out.global = string_of(node, "type") != "LSI";
  out.partition = keys_of(node, "partition");
  out.sort = keys_of(node, "sort");
  if (const JsonNode* projection = member_of(node, "projection", Kind::kObject)) {
    out.projection = enum_of(*projection, "type", kProjections, projection_name, Index::Projection::kAll);
    out.fields = strings_of(*projection, "fields");
  }
  return out;
}

Model model_of(const JsonNode& node, Version version) {
  Model out;
  out.place = {node.line, node.column};
  out.version = version;
  out.name = string_of(node, "name");
  if (const JsonNode* table = member_of(node, "table", Kind::kObject)) out.table_name = string_of(*table, "name");
  if (const JsonNode* naming = member_of(node, "naming", Kind::kObject))
    out.naming = enum_of(*naming, "convention", kNamings, naming_name, Naming::kCamelCase);
  if (const JsonNode* keys = member_of(node, "keys", Kind::kObject)) {
    if (const JsonNode* partition = member_of(*keys, "partition", Kind::kObject)) out.partition = key_of(*partition);
    if (const JsonNode* sort = member_of(*keys, "sort", Kind::kObject)) out.sort = key_of(*sort);
  }
  if (const JsonNode* policy = member_of(node, "write_policy", Kind::kObject)) {
    out.write_mode = enum_of(*policy, "mode", kWriteModes, write_mode_name, WriteMode::kMutable);
    out.protected_attributes = strings_of(*policy, "protected_attributes");
  }
  if (const JsonNode* attributes = member_of(node, "attributes", Kind::kArray))
    for (const JsonNode& element : attributes->elements) out.attributes.push_back(attribute_of(element));
  if (const JsonNode* indexes = member_of(node, "indexes", Kind::kArray))
    for (const JsonNode& element : indexes->elements) out.indexes.push_back(index_of(element));
  if (const JsonNode* discriminator = member_of(node, "discriminator", Kind::kObject))
    out.discriminator = Discriminator{string_of(*discriminator, "attribute"), string_of(*discriminator, "value")};
  return out;
}

}  // namespace

Document build_document(const JsonNode& root, Version version) {
  Document out;
  out.version = version;
  out.name_space = string_of(root, "namespace");
  if (const JsonNode* models = member_of(root, "models", Kind::kArray))
    for (const JsonNode& element : models->elements) out.models.push_back(model_of(element, version));
  return out;
}

}  // namespace tabletheory::dms
