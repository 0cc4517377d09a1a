// JSON documents to logical values, by the model's types: for data files, scenarios and the command line.
#include <fmt/format.h>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "value/base64.h"

namespace tabletheory::model {
namespace {

using value::JsonNode;

std::string_view kind_name(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::kNull:
      return "null";
    case JsonNode::Kind::kBool:
      return "a boolean";
    case JsonNode::Kind::kNumber:
      return "a number";
    case JsonNode::Kind::kString:
      return "a string";
    case JsonNode::Kind::kArray:
      return "an array";
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "something else";
}

std::unexpected<Error> unexpected_kind(const Attribute& attribute, const JsonNode& node, std::string_view expected) {
  return misfit(attribute, fmt::format("type {} is written as {} in JSON, not as {}", type_name(attribute.type()),
                                       expected, kind_name(node.kind)));
}

Result<Number> number_from(const Attribute& attribute, const JsonNode& node) {
  if (node.kind != JsonNode::Kind::kNumber && node.kind != JsonNode::Kind::kString) {
    return unexpected_kind(attribute, node, "a number");
  }
  auto number = Number::parse(node.text);
  if (!number) return misfit(attribute, number.error().message());
  return *number;
}

Result<std::string> text_from(const Attribute& attribute, const JsonNode& node) {
  if (node.kind == JsonNode::Kind::kNumber && is_decimal_text(attribute)) return node.text;
  if (node.kind != JsonNode::Kind::kString) return unexpected_kind(attribute, node, "a string");
  return node.text;
}

Result<Bytes> bytes_from(const Attribute& attribute, const JsonNode& node) {
  if (node.kind != JsonNode::Kind::kString) return unexpected_kind(attribute, node, "a base64 string");
  auto bytes = value::decode_base64(node.text);
  if (!bytes) return misfit(attribute, "the string is not padded base64");
  return std::move(*bytes);
}

template <class Set, class Read>
Result<Value> set_from(const Attribute& attribute, const JsonNode& node, Read read) {
  if (node.kind != JsonNode::Kind::kArray) return unexpected_kind(attribute, node, "an array");
  Set set;
  set.elements.reserve(node.elements.size());
  for (const JsonNode& element : node.elements) {
    TT_TRY(auto one, read(attribute, element));
    set.elements.push_back(std::move(one));
  }
  return Value(std::move(set));
}

// parse_json_text and the YAML reader bound the depth of their trees, and so the recursion here.
Result<Value> map_from(const JsonNode& node) {
  std::vector<Map::Entry> entries;
  entries.reserve(node.members.size());
  for (const JsonNode::Member& member : node.members) {
    TT_TRY(auto value, value_from_json(member.value));
    entries.emplace_back(member.name, std::move(value));
  }
  Map map;
  if (!Map::from_entries(std::move(entries), map))
    return fail(ErrorCode::kInvalidModel, "a JSON object names a member twice");
  return Value(std::move(map));
}

Result<Value> list_from(const JsonNode& node) {
  List list;
  list.reserve(node.elements.size());
  for (const JsonNode& element : node.elements) {
    TT_TRY(auto value, value_from_json(element));
    list.push_back(std::move(value));
  }
  return Value(std::move(list));
}

Result<Value> logical_from(const Attribute& attribute, const JsonNode& node) {
  if (node.kind == JsonNode::Kind::kNull) return Value();
  if (attribute.definition.json) return value_from_json(node);
  switch (attribute.type()) {
    case Type::kS: {
      TT_TRY(auto text, text_from(attribute, node));
      return Value(std::move(text));
    }
    case Type::kN: {
      TT_TRY(const Number number, number_from(attribute, node));
      return Value(number);
    }
    case Type::kB: {
      TT_TRY(auto bytes, bytes_from(attribute, node));
      return Value(std::move(bytes));
    }
    case Type::kBool:
      if (node.kind != JsonNode::Kind::kBool) return unexpected_kind(attribute, node, "true or false");
      return Value(node.boolean);
    case Type::kNull:
      return unexpected_kind(attribute, node, "null");
    case Type::kM:
      if (node.kind != JsonNode::Kind::kObject) return unexpected_kind(attribute, node, "an object");
      return map_from(node);
    case Type::kL:
      if (node.kind != JsonNode::Kind::kArray) return unexpected_kind(attribute, node, "an array");
      return list_from(node);
    case Type::kSS:
      return set_from<StringSet>(attribute, node, text_from);
    case Type::kNS:
      return set_from<NumberSet>(attribute, node, number_from);
    case Type::kBS:
      return set_from<BinarySet>(attribute, node, bytes_from);
  }
  return fail(ErrorCode::kInternal, "an attribute of no type; please report this");
}

}  // namespace

Result<Value> value_from_json(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      return Value();
    case JsonNode::Kind::kBool:
      return Value(node.boolean);
    case JsonNode::Kind::kNumber: {
      TT_TRY(const Number number, Number::parse(node.text));
      return Value(number);
    }
    case JsonNode::Kind::kString:
      return Value(node.text);
    case JsonNode::Kind::kArray:
      return list_from(node);
    case JsonNode::Kind::kObject:
      return map_from(node);
  }
  return fail(ErrorCode::kInternal, "a JSON node of no kind; please report this");
}

Result<Value> value_from_json(const Attribute& attribute, const JsonNode& node) {
  auto value = logical_from(attribute, node);
  if (!value) return std::unexpected(concealed(attribute, std::move(value).error()));
  return value;
}

Result<Item> item_from_json(const Model& model, const JsonNode& object) {
  if (object.kind != JsonNode::Kind::kObject) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("an item is written as a JSON object, not as {}", kind_name(object.kind)));
  }
  std::vector<Map::Entry> entries;
  entries.reserve(object.members.size());
  for (const JsonNode::Member& member : object.members) {
    const std::size_t slot = model.slot_of(member.name);
    if (slot == kNoSlot) return std::unexpected(unknown_attribute(model, member.name));
    TT_TRY(auto value, value_from_json(model.attribute(slot), member.value));
    entries.emplace_back(member.name, std::move(value));
  }
  Item item;
  if (!Map::from_entries(std::move(entries), item)) {
    return fail(ErrorCode::kInvalidModel, "a JSON object names an attribute twice");
  }
  return item;
}

}  // namespace tabletheory::model
