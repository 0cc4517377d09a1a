#include "crypto/envelope.h"

#include <array>
#include <charconv>

#include "value/base64.h"
#include "value/json_text.h"
#include "value/limits.h"
#include "value/wire.h"

namespace tabletheory::crypto {
namespace {

using value::JsonNode;

// The member that holds the content, in the order of Type.
constexpr std::array<std::string_view, 10> kMembers = {"s", "n", "b", "bool", "null", "m", "l", "ss", "ns", "bs"};

void append_plaintext(const Value& value, std::string& out);

struct Appender {
  std::string& out;
  value::WireWriter writer{out};

  void operator()(const std::string& text) { writer.string(text); }
  void operator()(const Number& number) { quoted(number); }
  void operator()(const Bytes& bytes) { quoted(bytes); }
  void operator()(bool boolean) { out += boolean ? "true" : "false"; }
  void operator()(Value::Null) { out += "true"; }
  void operator()(const Map& map) {
    out.push_back('{');
    bool first = true;
    for (const auto& [name, member] : map) {
      if (!std::exchange(first, false)) out.push_back(',');
      writer.key(name);
      append_plaintext(member, out);
    }
    out.push_back('}');
  }
  void operator()(const List& list) {
    elements(list, [this](const Value& element) { append_plaintext(element, out); });
  }
  void operator()(const StringSet& set) {
    elements(set.elements, [this](const std::string& element) { writer.string(element); });
  }
  void operator()(const NumberSet& set) {
    elements(set.elements, [this](const Number& element) { quoted(element); });
  }
  void operator()(const BinarySet& set) {
    elements(set.elements, [this](const Bytes& element) { quoted(element); });
  }

 private:
  template <class Range, class Each>
  void elements(const Range& range, Each each) {
    out.push_back('[');
    bool first = true;
    for (const auto& element : range) {
      if (!std::exchange(first, false)) out.push_back(',');
      each(element);
    }
    out.push_back(']');
  }
  void quoted(const Number& number) {
    out.push_back('"');
    number.append_to(out);
    out.push_back('"');
  }
  void quoted(const Bytes& bytes) {
    out.push_back('"');
    value::append_base64(bytes, out);
    out.push_back('"');
  }
};

void append_plaintext(const Value& value, std::string& out) {
  out += R"({"t":")";
  out += type_name(value.type());
  out += R"(",")";
  out += kMembers[static_cast<std::size_t>(value.type())];
  out += R"(":)";
  std::visit(Appender{out}, value.storage());
  out.push_back('}');
}

std::unexpected<Error> malformed(std::string_view attribute, std::string_view what) {
  return fail(ErrorCode::kInvalidEncryptedEnvelope,
              "the stored value of encrypted attribute '" + std::string(attribute) + "' " + std::string(what) +
                  "; it was not written by this library under this model, or was altered");
}

// Reads the tagged form. Nothing of the content appears in a message, so problems carry no detail: nullopt.
class PlaintextReader {
 public:
  std::optional<Value> read(const JsonNode& node, int depth = 0) {
    if (node.kind != JsonNode::Kind::kObject || node.members.size() != 2 || depth > value::kMaxNesting)
      return std::nullopt;
    const JsonNode* tag = node.find("t");
    Type type{};
    if (!tag || tag->kind != JsonNode::Kind::kString || !parse_type_name(tag->text, type)) return std::nullopt;
    const JsonNode* content = node.find(kMembers[static_cast<std::size_t>(type)]);
    return content ? read_as(type, *content, depth) : std::nullopt;
  }

 private:
  std::optional<Value> read_as(Type type, const JsonNode& content, int depth) {
    switch (type) {
      case Type::kBool:
        return content.kind == JsonNode::Kind::kBool ? std::optional<Value>(content.boolean) : std::nullopt;
      case Type::kNull:
        return content.kind == JsonNode::Kind::kBool && content.boolean ? std::optional<Value>(Value()) : std::nullopt;
      case Type::kM:
        return read_map(content, depth);
      case Type::kL:
        return read_list(content, depth);
      case Type::kSS:
        return read_set<StringSet, std::string>(content, &PlaintextReader::text);
      case Type::kNS:
        return read_set<NumberSet, Number>(content, &PlaintextReader::number);
      case Type::kBS:
        return read_set<BinarySet, Bytes>(content, &PlaintextReader::bytes);
      case Type::kS:
        return scalar(text(content));
      case Type::kN:
        return scalar(number(content));
      case Type::kB:
        return scalar(bytes(content));
    }
    return std::nullopt;
  }

  template <class T>
  static std::optional<Value> scalar(std::optional<T> read) {
    return read ? std::optional<Value>(std::move(*read)) : std::nullopt;
  }
  static std::optional<std::string> text(const JsonNode& node) {
    return node.kind == JsonNode::Kind::kString ? std::optional(node.text) : std::nullopt;
  }
  static std::optional<Number> number(const JsonNode& node) {
    Number number;
    if (node.kind != JsonNode::Kind::kString || Number::parse(node.text, number) != Number::ParseError::kNone) {
      return std::nullopt;
    }
    return number;
  }
  static std::optional<Bytes> bytes(const JsonNode& node) {
    return node.kind == JsonNode::Kind::kString ? value::decode_base64(node.text) : std::nullopt;
  }

  std::optional<Value> read_map(const JsonNode& content, int depth) {
    if (content.kind != JsonNode::Kind::kObject) return std::nullopt;
    std::vector<Map::Entry> entries;
    for (const auto& member : content.members) {
      auto value = read(member.value, depth + 1);
      if (!value) return std::nullopt;
      entries.emplace_back(member.name, std::move(*value));
    }
    Map map;
    return Map::from_entries(std::move(entries), map) ? std::optional<Value>(std::move(map)) : std::nullopt;
  }

  std::optional<Value> read_list(const JsonNode& content, int depth) {
    if (content.kind != JsonNode::Kind::kArray) return std::nullopt;
    List list;
    for (const auto& element : content.elements) {
      auto value = read(element, depth + 1);
      if (!value) return std::nullopt;
      list.push_back(std::move(*value));
    }
    return Value(std::move(list));
  }

  template <class Set, class Element>
  static std::optional<Value> read_set(const JsonNode& content, std::optional<Element> (*read)(const JsonNode&)) {
    if (content.kind != JsonNode::Kind::kArray) return std::nullopt;
    Set set;
    for (const auto& node : content.elements) {
      auto element = read(node);
      if (!element) return std::nullopt;
      set.elements.push_back(std::move(*element));
    }
    return Value(std::move(set));
  }
};

const Bytes* non_empty_bytes(const Map& map, std::string_view name) {
  const Value* value = map.find(name);
  const Bytes* bytes = value ? value->get_if<Bytes>() : nullptr;
  return bytes && !bytes->empty() ? bytes : nullptr;
}

}  // namespace

Value Envelope::to_value() const {
  return Map{{"v", version}, {"edk", encrypted_data_key}, {"nonce", nonce}, {"ct", ciphertext}};
}

Result<Envelope> Envelope::from_value(const Value& stored, std::string_view attribute) {
  const Map* map = stored.get_if<Map>();
  if (!map) return malformed(attribute, "is not an envelope");
  const Value* version = map->find("v");
  const Number* number = version ? version->get_if<Number>() : nullptr;
  if (!number || (*number != Number(1) && *number != Number(2))) return malformed(attribute, "has an unknown version");
  const Bytes* key = non_empty_bytes(*map, "edk");
  const Bytes* nonce = non_empty_bytes(*map, "nonce");
  const Bytes* ciphertext = non_empty_bytes(*map, "ct");
  if (!key || !nonce || !ciphertext || map->size() != 4)
    return malformed(attribute, "lacks a part or has a foreign one");
  if (nonce->size() != kGcmNonceBytes || ciphertext->size() < kGcmTagBytes) {
    return malformed(attribute, "has a part of the wrong length");
  }
  return Envelope{*number == Number(1) ? 1 : 2, *key, *nonce, *ciphertext};
}

std::string associated_data(const Binding& binding) {
  if (binding.version == 1) return "theorydb:encrypted:v1|attr=" + std::string(binding.attribute);
  return "tabletheory:encrypted:v2|table=" + std::string(binding.table) + "|attr=" + std::string(binding.attribute) +
         "|key=" + std::string(binding.key_json);
}

std::string plaintext_json(const Value& value) {
  std::string json;
  append_plaintext(value, json);
  return json;
}

Result<Value> value_from_plaintext(std::string_view json, std::string_view attribute) {
  auto node = value::parse_json_text(json);
  if (!node) return malformed(attribute, "holds no value");
  auto value = PlaintextReader().read(*node);
  if (!value) return malformed(attribute, "holds no value");
  return std::move(*value);
}

Result<Envelope> seal(const Value& value, const Binding& binding, const Secret& data_key, Bytes encrypted_data_key,
                      Bytes nonce) {
  TT_CHECK(value::check_value(value));
  std::string json = plaintext_json(value);
  auto sealed = seal_aes_256_gcm(data_key.bytes(), nonce, as_bytes(associated_data(binding)), as_bytes(json));
  OPENSSL_cleanse(json.data(), json.size());
  if (!sealed) return std::unexpected(sealed.error());
  return Envelope{binding.version, std::move(encrypted_data_key), std::move(nonce), std::move(*sealed)};
}

Result<Value> open(const Envelope& envelope, const Binding& binding, const Secret& data_key) {
  TT_TRY(auto plaintext,
         open_aes_256_gcm(data_key.bytes(), envelope.nonce, as_bytes(associated_data(binding)), envelope.ciphertext));
  if (!plaintext) {
    return malformed(binding.attribute,
                     "does not authenticate: it was altered, moved from elsewhere, or sealed with another key");
  }
  auto bytes = plaintext->bytes();
  return value_from_plaintext({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, binding.attribute);
}

}  // namespace tabletheory::crypto
