// Plain JSON of values, without type descriptors (docs/spec/dms.md, "json").
#include <fmt/format.h>

#include "value/base64.h"
#include "value/json_text.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

Result<Value> value_of(JsonNode&& node) {
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      return Value();
    case JsonNode::Kind::kBool:
      return Value(node.boolean);
    case JsonNode::Kind::kString:
      return Value(std::move(node.text));
    case JsonNode::Kind::kNumber: {
      auto number = Number::parse(node.text);
      if (number) return Value(*number);
      return fail(ErrorCode::kInvalidModel,
                  fmt::format("JSON at {}:{}: {}", node.line, node.column, number.error().message()));
    }
    case JsonNode::Kind::kArray: {
      List list;
      list.reserve(node.elements.size());
      for (JsonNode& element : node.elements) {
        TT_TRY(Value value, value_of(std::move(element)));
        list.push_back(std::move(value));
      }
      return Value(std::move(list));
    }
    case JsonNode::Kind::kObject:
      break;
  }
  std::vector<Map::Entry> entries;
  entries.reserve(node.members.size());
  for (JsonNode::Member& member : node.members) {
    TT_TRY(Value value, value_of(std::move(member.value)));
    entries.emplace_back(std::move(member.name), std::move(value));
  }
  Map map;
  Map::from_entries(std::move(entries), map);
  return Value(std::move(map));
}

// One JSON array or object after the other, elements separated by commas.
class PlainWriter {
 public:
  explicit PlainWriter(std::string& out) : writer_(out) {}

  void operator()(const std::string& text) { writer_.string(text); }
  void operator()(const Number& number) { number.append_to(writer_.out()); }
  void operator()(const Bytes& bytes) {
    writer_.raw('"');
    append_base64(bytes, writer_.out());
    writer_.raw('"');
  }
  void operator()(bool boolean) { writer_.raw(boolean ? "true" : "false"); }
  void operator()(Value::Null) { writer_.raw("null"); }
  void operator()(const Value& value) { std::visit(*this, value.storage()); }
  void operator()(const List& list) { array(list); }
  void operator()(const StringSet& set) { array(set.elements); }
  void operator()(const NumberSet& set) { array(set.elements); }
  void operator()(const BinarySet& set) { array(set.elements); }
  void operator()(const Map& map) {
    writer_.raw('{');
    bool first = true;
    // Byte order of UTF-8 is code-point order.
    for (const auto& [name, value] : map) {
      if (!first) writer_.raw(',');
      first = false;
      writer_.key(name);
      (*this)(value);
    }
    writer_.raw('}');
  }

 private:
  template <class Elements>
  void array(const Elements& elements) {
    writer_.raw('[');
    bool first = true;
    for (const auto& element : elements) {
      if (!first) writer_.raw(',');
      first = false;
      (*this)(element);
    }
    writer_.raw(']');
  }

  WireWriter writer_;
};

}  // namespace

Result<Value> parse_plain_json(std::string_view json) {
  auto node = parse_json_text(json);
  if (node) return value_of(std::move(*node));
  const Diagnostic& problem = node.error();
  return fail(ErrorCode::kInvalidModel, fmt::format("JSON at {}:{}: {}{}{}", problem.line, problem.column,
                                                    problem.message, problem.hint.empty() ? "" : "; ", problem.hint));
}

void append_plain_json(const Value& value, std::string& out) {
  PlainWriter{out}(value);
}

}  // namespace tabletheory::value
