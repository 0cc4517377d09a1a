#include "contract/json_line.h"

#include "value/wire.h"

namespace tabletheory::contract {

using value::JsonNode;

void append_json(const JsonNode& node, bool numbers_as_text, std::string& out) {
  value::WireWriter writer(out);
  const char* separator = "";
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      out += "null";
      return;
    case JsonNode::Kind::kBool:
      out += node.boolean ? "true" : "false";
      return;
    case JsonNode::Kind::kNumber:
      if (!numbers_as_text) {
        out += node.text;
        return;
      }
      [[fallthrough]];
    case JsonNode::Kind::kString:
      writer.string(node.text);
      return;
    case JsonNode::Kind::kArray:
      out += '[';
      for (const JsonNode& element : node.elements) {
        out += std::exchange(separator, ",");
        append_json(element, numbers_as_text, out);
      }
      out += ']';
      return;
    case JsonNode::Kind::kObject:
      out += '{';
      for (const auto& member : node.members) {
        out += std::exchange(separator, ",");
        writer.key(member.name);
        append_json(member.value, numbers_as_text, out);
      }
      out += '}';
      return;
  }
}

}  // namespace tabletheory::contract
