// JSON text with positions and exact number texts, for documents people write (DMS files, scenarios, `json` attributes,
// cursors), where simdjson's doubles and missing positions do not do. Strict RFC 8259; depth-limited; valid UTF-8 only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::value {

// One node of a JSON-model document (also the target of the YAML reader). Line and column count from 1, columns in
// bytes; they point at the first byte of the node.
struct JsonNode {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Member;

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;  // the string, or the number as written
  std::vector<JsonNode> elements;
  std::vector<Member> members;  // in the order written; names are distinct
  int line = 0;
  int column = 0;

  const JsonNode* find(std::string_view name) const;
};
struct JsonNode::Member {
  std::string name;
  JsonNode value;
  int line = 0;  // of the name
  int column = 0;
};

struct JsonTextOptions {
  int max_depth = 128;
};

// Parses one document. On failure: the one problem, with file left empty. A duplicate member name is a problem.
std::expected<JsonNode, Diagnostic> parse_json_text(std::string_view text, const JsonTextOptions& options = {});

}  // namespace tabletheory::value
