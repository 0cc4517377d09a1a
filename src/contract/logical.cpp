#include "contract/logical.h"

#include <fmt/format.h>

#include <vector>

#include "tabletheory/timestamp.h"
#include "value/base64.h"
#include "value/wire.h"

namespace tabletheory::contract {
namespace {

using value::JsonNode;
using Kind = JsonNode::Kind;

constexpr std::size_t kShownBytes = 240;

// --- plain values to logical ones -----------------------------------------------------------------------------------

// The parsers of documents bound their depth, and so the recursion.
Result<Value> by_shape(const JsonNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return Value();
    case Kind::kBool:
      return Value(node.boolean);
    case Kind::kNumber: {
      TT_TRY(const Number number, Number::parse(node.text));
      return Value(number);
    }
    case Kind::kString:
      return Value(node.text);
    case Kind::kArray: {
      List list;
      for (const JsonNode& element : node.elements) {
        TT_TRY(auto value, by_shape(element));
        list.push_back(std::move(value));
      }
      return Value(std::move(list));
    }
    case Kind::kObject: {
      Map map;
      for (const auto& member : node.members) {
        TT_TRY(auto value, by_shape(member.value));
        map.set(member.name, std::move(value));
      }
      return Value(std::move(map));
    }
  }
  return Value();
}

bool is_text(const JsonNode& node) {
  return node.kind == Kind::kString;
}
bool is_numeric(const JsonNode& node) {
  return node.kind == Kind::kNumber || node.kind == Kind::kString;
}

// By the declared type; nullopt where the node does not fit it.
std::optional<Value> as_number(const JsonNode& node) {
  if (!is_numeric(node)) return std::nullopt;
  const auto number = Number::parse(node.text);
  if (!number) return std::nullopt;
  return Value(*number);
}

std::optional<Value> as_bytes(const JsonNode& node) {
  if (!is_text(node)) return std::nullopt;
  auto bytes = value::decode_base64(node.text);
  if (!bytes) return std::nullopt;
  return Value(std::move(*bytes));
}

std::optional<Value> as_text(const JsonNode& node) {
  if (!is_text(node)) return std::nullopt;
  return Value(node.text);
}

template <class Element, class Set>
std::optional<Value> as_set(const JsonNode& node, std::optional<Value> (*read)(const JsonNode&)) {
  if (node.kind != Kind::kArray) return std::nullopt;
  Set set;
  for (const JsonNode& element : node.elements) {
    auto value = read(element);
    if (!value) return std::nullopt;
    set.elements.push_back(*value->get_if<Element>());
  }
  return Value(std::move(set));
}

std::optional<Value> by_type(Type type, const JsonNode& node) {
  switch (type) {
    case Type::kN:
      return as_number(node);
    case Type::kB:
      return as_bytes(node);
    case Type::kSS:
      return as_set<std::string, StringSet>(node, as_text);
    case Type::kNS:
      return as_set<Number, NumberSet>(node, as_number);
    case Type::kBS:
      return as_set<Bytes, BinarySet>(node, as_bytes);
    default:
      return std::nullopt;  // its own shape is right for all others
  }
}

// A number literal given for a number that does not parse: the SDK gets its text, which it refuses with the same error.
bool is_unreadable_number(const dms::Attribute& attribute, const JsonNode& node) {
  return node.kind == Kind::kNumber && (attribute.type == Type::kN || attribute.type == Type::kS) && !attribute.json;
}

// --- comparison -----------------------------------------------------------------------------------------------------

bool same_number(const std::string& text, const Number& number) {
  const auto expected = Number::parse(text);
  return expected && *expected == number;
}

std::string base64_of(const Bytes& bytes) {
  std::string text;
  value::append_base64(bytes, text);
  return text;
}

// Every expected element finds a partner of its own; sets are small in scenarios.
template <class Element, class Same>
bool same_elements(const JsonNode& expected, const std::vector<Element>& actual, Same same) {
  if (expected.kind != Kind::kArray || expected.elements.size() != actual.size()) return false;
  std::vector<bool> used(actual.size(), false);
  for (const JsonNode& wanted : expected.elements) {
    std::size_t i = 0;
    while (i < actual.size() && (used[i] || !same(wanted, actual[i]))) ++i;
    if (i == actual.size()) return false;
    used[i] = true;
  }
  return true;
}

bool same_text(const JsonNode& wanted, const std::string& text) {
  return is_text(wanted) && wanted.text == text;
}
bool same_bytes(const JsonNode& wanted, const Bytes& bytes) {
  return is_text(wanted) && wanted.text == base64_of(bytes);
}

class Comparison {
 public:
  // `text_numbers`: a number may be expected as text.
  explicit Comparison(bool text_numbers) : text_numbers_(text_numbers) {}

  bool same(const JsonNode& expected, const Value& actual) const {
    const auto same_decimal = [](const JsonNode& wanted, const Number& number) {
      return is_numeric(wanted) && same_number(wanted.text, number);
    };
    switch (actual.type()) {
      case Type::kS:
        return same_text(expected, actual.text());
      case Type::kN:
        return (expected.kind == Kind::kNumber || (text_numbers_ && is_text(expected))) &&
               same_number(expected.text, actual.number());
      case Type::kB:
        return same_bytes(expected, actual.bytes());
      case Type::kBool:
        return expected.kind == Kind::kBool && expected.boolean == actual.boolean();
      case Type::kNull:
        return expected.kind == Kind::kNull;
      case Type::kM:
        return same_map(expected, actual.map());
      case Type::kL:
        return same_list(expected, actual.list());
      case Type::kSS:
        return same_elements(expected, actual.string_set().elements, same_text);
      case Type::kNS:
        return same_elements(expected, actual.number_set().elements, same_decimal);
      case Type::kBS:
        return same_elements(expected, actual.binary_set().elements, same_bytes);
    }
    return false;
  }

 private:
  bool same_map(const JsonNode& expected, const Map& actual) const {
    if (expected.kind != Kind::kObject || expected.members.size() != actual.size()) return false;
    for (const auto& member : expected.members) {
      const Value* value = actual.find(member.name);
      if (value == nullptr || !same(member.value, *value)) return false;
    }
    return true;
  }

  bool same_list(const JsonNode& expected, const List& actual) const {
    if (expected.kind != Kind::kArray || expected.elements.size() != actual.size()) return false;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (!same(expected.elements[i], actual[i])) return false;
    }
    return true;
  }

  bool text_numbers_;
};

bool is_timestamp(const dms::Attribute& attribute) {
  return attribute.has_role("created_at") || attribute.has_role("updated_at") ||
         attribute.format == dms::Format::kRfc3339Nano;
}

// The same instant, however its fraction and offset are written.
bool same_instant(const std::string& expected, const std::string& actual) {
  const auto a = Timestamp::parse(expected);
  const auto b = Timestamp::parse(actual);
  return a && b && *a == *b;
}

std::string cut(std::string text) {
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

void append_node(const JsonNode& node, std::string& out) {
  value::WireWriter writer(out);
  bool first = true;
  const auto separate = [&] {
    if (!first) writer.raw(',');
    first = false;
  };
  switch (node.kind) {
    case Kind::kNull:
      return writer.raw("null");
    case Kind::kBool:
      return writer.raw(node.boolean ? "true" : "false");
    case Kind::kNumber:
      return writer.raw(node.text);
    case Kind::kString:
      return writer.string(node.text);
    case Kind::kArray:
      writer.raw('[');
      for (const JsonNode& element : node.elements) {
        separate();
        append_node(element, out);
      }
      return writer.raw(']');
    case Kind::kObject:
      writer.raw('{');
      for (const auto& member : node.members) {
        separate();
        writer.key(member.name);
        append_node(member.value, out);
      }
      return writer.raw('}');
  }
}

}  // namespace

Result<Value> logical_value(const dms::Attribute* attribute, const JsonNode& node) {
  if (attribute == nullptr || attribute->json) return by_shape(node);
  if (auto value = by_type(attribute->type, node)) return std::move(*value);
  auto value = by_shape(node);
  if (!value && is_unreadable_number(*attribute, node)) return Value(node.text);
  return value;
}

Result<Item> logical_item(const dms::Model& model, const JsonNode& object) {
  Item item;
  for (const auto& member : object.members) {
    TT_TRY(auto value, logical_value(model.find_attribute(member.name), member.value));
    item.set(member.name, std::move(value));
  }
  return item;
}

Result<Value> expression_value(const JsonNode& node) {
  Type type{};
  const bool typed =
      node.kind == Kind::kObject && node.members.size() == 1 && parse_type_name(node.members[0].name, type);
  if (!typed) return by_shape(node);
  const JsonNode& content = node.members[0].value;
  if (type == Type::kNull) return Value();
  if (auto value = by_type(type, content)) return std::move(*value);
  if (type != Type::kM && type != Type::kL) return by_shape(content);
  // {M: {a: {S: x}}} and {L: [{S: x}]}: typed all the way down.
  List list;
  for (const JsonNode& element : content.elements) {
    TT_TRY(auto value, expression_value(element));
    list.push_back(std::move(value));
  }
  Map map;
  for (const auto& member : content.members) {
    TT_TRY(auto value, expression_value(member.value));
    map.set(member.name, std::move(value));
  }
  return type == Type::kL ? Value(std::move(list)) : Value(std::move(map));
}

bool matches(const dms::Attribute* attribute, const JsonNode& expected, const Value* actual) {
  const bool null_is_value = attribute != nullptr && (attribute->type == Type::kNull || attribute->json);
  if (actual == nullptr) return expected.kind == Kind::kNull && !null_is_value;
  const bool declared = attribute != nullptr && !attribute->json;
  if (declared && is_text(expected) && actual->is(Type::kS) && is_timestamp(*attribute)) {
    return expected.text == actual->text() || same_instant(expected.text, actual->text());
  }
  if (declared && attribute->format == dms::Format::kDecimalString && actual->is(Type::kS)) {
    const auto number = Number::parse(actual->text());
    return is_numeric(expected) && number && same_number(expected.text, *number);
  }
  // A string expected of a declared number is the number: the model's type decides how it is read.
  const bool text_numbers = declared && attribute->type == Type::kN;
  return Comparison(text_numbers).same(expected, *actual);
}

bool matches_stored(const JsonNode& expected, const Value* stored) {
  return stored != nullptr && Comparison(true).same(expected, *stored);
}

std::string show(const JsonNode& node) {
  std::string out;
  append_node(node, out);
  return cut(std::move(out));
}

std::string show(const Value& value) {
  std::string out;
  value::append_plain_json(value, out);
  return cut(std::move(out));
}

std::string show(const Value* value) {
  return value == nullptr ? "nothing" : show(*value);
}

}  // namespace tabletheory::contract
