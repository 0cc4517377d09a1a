#include "dms/yaml_reader.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "dms/source_text.h"
#include "dms/wording.h"
#include "dms/yaml_scalar.h"
#include "value/excerpt.h"

namespace tabletheory::dms {
namespace {

using value::excerpt;
using value::JsonNode;

// What libyaml says, and what the writer of the file can do about it.
struct SyntaxHint {
  std::string_view problem;
  std::string_view hint;
};
constexpr SyntaxHint kSyntaxHints[] = {
    {"found character that cannot start any token", "indent with spaces; quote a value that begins with % @ or `"},
    {"mapping values are not allowed in this context", "quote a value that holds \": \", or check the indentation"},
    {"did not find expected key", "check the indentation of this line and of those above it"},
    {"could not find expected ':'", "write `key: value`"},
    {"did not find expected ',' or '}'", "close the braces, or put a comma between members"},
    {"did not find expected ',' or ']'", "close the brackets, or put a comma between elements"},
    {"found unexpected end of stream", "close the quotes"},
    {"found unknown escape character", "double the backslash, or use single quotes"},
    {"found invalid Unicode character escape code", "write the character itself, or \\U and its eight digits"},
    {"block sequence entries are not allowed in this context", "start the list on a line of its own"},
};

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

std::string quote_hint(std::string_view text) {
  constexpr std::size_t kShortBytes = 40;
  if (text.empty()) return "write a value; for an empty string quote it: \"\"";
  return text.size() > kShortBytes ? "quote it" : fmt::format("quote it: \"{}\"", text);
}

// One libyaml event, freed with its holder.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }

  bool next(yaml_parser_t& parser) {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser, &event_) != 0;
  }
  yaml_event_type_t type() const { return event_.type; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : file_(file), places_(text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { yaml_parser_delete(&parser_); }

  std::expected<JsonNode, std::vector<Diagnostic>> read() {
    JsonNode root;
    // Anchors, duplicate keys and the like are collected; a syntax error or too deep nesting ends the reading.
    if (read_document(root)) refuse_further_documents();
    if (problems_.empty()) return root;
    return std::unexpected(ordered_by_place(std::move(problems_)));
  }

 private:
  // The functions that return bool return false when reading cannot go on; the problem is noted then.
  bool next() {
    if (event_.next(parser_)) return true;
    note_syntax_error();
    return false;
  }

  void note(const yaml_mark_t& mark, std::string message, std::string hint) {
    const Place place = places_.at_character(mark.index);
    problems_.push_back({file_, place.line, place.column, std::move(message), std::move(hint)});
  }

  void note_syntax_error() {
    const std::string_view problem = parser_.problem == nullptr ? "cannot be read as YAML" : parser_.problem;
    const auto* known = std::ranges::find(kSyntaxHints, problem, &SyntaxHint::problem);
    std::string hint(known == std::end(kSyntaxHints) ? "" : known->hint);
    std::string message = fmt::format("YAML syntax: {}", problem);
    if (parser_.context != nullptr) {
      message += fmt::format(", {}", parser_.context);
      if (parser_.context_mark.line != parser_.problem_mark.line)
        message += fmt::format(" that begins in line {}", parser_.context_mark.line + 1);
    }
    note(parser_.problem_mark, std::move(message), std::move(hint));
  }

  bool read_document(JsonNode& root) {
    if (!next() || !next()) return false;  // the start of the stream, then of the document
    if (event_.type() == YAML_STREAM_END_EVENT) {
      note(event_->start_mark, "the document is empty", "a YAML document holds one mapping of fields");
      return false;
    }
    refuse_directives();
    return next() && read_node(root, 0) && next();
  }

  void refuse_directives() {
    const auto& start = event_->data.document_start;
    if (start.version_directive != nullptr && start.version_directive->minor != 2)
      note(event_->start_mark, "the document asks for another version of YAML than 1.2", "remove the %YAML line");
    if (start.tag_directives.start != start.tag_directives.end)
      note(event_->start_mark, "tags are not supported", "remove the %TAG line");
  }

  void refuse_further_documents() {
    if (!next() || event_.type() == YAML_STREAM_END_EVENT) return;
    note(event_->start_mark, "a file holds one document", "move what follows to a file of its own");
  }

  bool read_node(JsonNode& out, int depth) {
    if (depth >= value::JsonTextOptions{}.max_depth) {
      note(event_->start_mark, fmt::format("nested more than {} levels deep", value::JsonTextOptions{}.max_depth),
           "flatten the document");
      return false;
    }
    const Place place = places_.at_character(event_->start_mark.index);
    out.line = place.line;
    out.column = place.column;
    switch (event_.type()) {
      case YAML_ALIAS_EVENT:
        note(event_->start_mark,
             fmt::format("the alias {} is not supported",
                         excerpt(fmt::format("*{}", text_of(event_->data.alias.anchor)))),
             "write the value out");
        return true;
      case YAML_SCALAR_EVENT:
        refuse_properties(event_->data.scalar.anchor, event_->data.scalar.tag);
        read_scalar(out);
        return true;
      case YAML_SEQUENCE_START_EVENT:
        refuse_properties(event_->data.sequence_start.anchor, event_->data.sequence_start.tag);
        return read_sequence(out, depth);
      default:
        refuse_properties(event_->data.mapping_start.anchor, event_->data.mapping_start.tag);
        return read_mapping(out, depth);
    }
  }

  void refuse_properties(const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr)
      note(event_->start_mark,
           fmt::format("the anchor {} is not supported", excerpt(fmt::format("&{}", text_of(anchor)))),
           "remove it and write the value out where it is used");
    if (tag != nullptr)
      note(event_->start_mark, fmt::format("the tag {} is not supported", excerpt(text_of(tag))),
           "remove it; quote a value to make it a string");
  }

  std::string_view scalar_text() const {
    return {reinterpret_cast<const char*>(event_->data.scalar.value), event_->data.scalar.length};
  }
  bool is_plain() const { return event_->data.scalar.style == YAML_PLAIN_SCALAR_STYLE; }

  void read_scalar(JsonNode& out) {
    const std::string_view text = scalar_text();
    const PlainScalar kind = is_plain() ? classify_plain_scalar(text) : PlainScalar::kString;
    switch (kind) {
      case PlainScalar::kNull:
        return;
      case PlainScalar::kTrue:
      case PlainScalar::kFalse:
        out.kind = JsonNode::Kind::kBool;
        out.boolean = kind == PlainScalar::kTrue;
        return;
      case PlainScalar::kNumber:
        out.kind = JsonNode::Kind::kNumber;
        out.text = text;
        return;
      case PlainScalar::kString:
        out.kind = JsonNode::Kind::kString;
        out.text = text;
        return;
      default:
        note(event_->start_mark, fmt::format("the value {} {}", excerpt(text), refusal(kind)), quote_hint(text));
    }
  }

  bool read_sequence(JsonNode& out, int depth) {
    out.kind = JsonNode::Kind::kArray;
    while (next()) {
      if (event_.type() == YAML_SEQUENCE_END_EVENT) return true;
      if (!read_node(out.elements.emplace_back(), depth + 1)) return false;
    }
    return false;
  }

  bool read_mapping(JsonNode& out, int depth) {
    out.kind = JsonNode::Kind::kObject;
    std::unordered_map<std::string, int> lines;  // of the names met
    while (next()) {
      if (event_.type() == YAML_MAPPING_END_EVENT) return true;
      JsonNode::Member member;
      if (!read_key(member, depth)) return false;
      const auto [first, is_new] = lines.try_emplace(member.name, member.line);
      if (!is_new)
        problems_.push_back({file_, member.line, member.column,
                             fmt::format("the key {} occurs twice", in_quotes(member.name)),
                             fmt::format("remove one; the first is in line {}", first->second)});
      if (!next() || !read_node(member.value, depth + 1)) return false;
      if (is_new) out.members.push_back(std::move(member));
    }
    return false;
  }

  bool read_key(JsonNode::Member& member, int depth) {
    const Place place = places_.at_character(event_->start_mark.index);
    member.line = place.line;
    member.column = place.column;
    if (event_.type() != YAML_SCALAR_EVENT) {
      note(event_->start_mark, "keys are strings", "use a string as the key");
      member.name = fmt::format("\n{}:{}", place.line, place.column);  // no duplicate of anything
      JsonNode ignored;
      return read_node(ignored, depth + 1);
    }
    refuse_properties(event_->data.scalar.anchor, event_->data.scalar.tag);
    member.name = scalar_text();
    if (is_plain()) check_plain_key(member.name);
    return true;
  }

  void check_plain_key(std::string_view name) {
    if (name == "<<") return note(event_->start_mark, "merge keys are not supported", "write the members out");
    if (name.empty()) return note(event_->start_mark, "the key is missing", "write `key: value`");
    const PlainScalar kind = classify_plain_scalar(name);
    // YAML 1.2 has no yes and no; as a key, `on` is a string.
    if (kind == PlainScalar::kString || kind == PlainScalar::kYesNo) return;
    note(event_->start_mark, fmt::format("the key {} is not a string", excerpt(name)), quote_hint(name));
  }

  std::string file_;
  PlaceFinder places_;
  yaml_parser_t parser_{};
  Event event_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

std::expected<JsonNode, std::vector<Diagnostic>> read_yaml(std::string_view text, std::string_view file) {
  text = without_byte_order_mark(text);
  if (auto problems = check_yaml_characters(text, file); !problems.empty()) return std::unexpected(std::move(problems));
  return Reader(text, file).read();
}

}  // namespace tabletheory::dms
