#include "value/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "value/excerpt.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto push = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | code_point >> 6);
    push(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    push(0xE0 | code_point >> 12);
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  } else {
    push(0xF0 | code_point >> 18);
    push(0x80 | (code_point >> 12 & 0x3F));
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  }
}

// Reads one document. Methods return false on the first problem and leave it in `problem`.
class JsonTextReader {
 public:
  JsonTextReader(std::string_view text, const JsonTextOptions& options) : text_(text), options_(options) {}

  Diagnostic problem;

  bool document(JsonNode& out) {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      return refuse(0, "the text begins with a byte order mark", "save it as UTF-8 without one");
    }
    if (!is_valid_utf8(text_)) {
      return refuse(first_invalid_byte(), "the text is not valid UTF-8", "save it as UTF-8");
    }
    skip_space();
    if (at_end()) return refuse(at_, "the text is empty", "write one JSON value");
    if (!value(out, 0)) return false;
    skip_space();
    return at_end() || refuse(at_, fmt::format("{} follows the end of the document", found()), "remove it");
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  int column_of(std::size_t at) const { return static_cast<int>(at - line_start_) + 1; }

  bool refuse(std::size_t at, std::string message, std::string hint = {}) {
    problem.line = line_;
    problem.column = column_of(at);
    problem.message = std::move(message);
    problem.hint = std::move(hint);
    return false;
  }

  // What stands at the place, for messages.
  std::string found() const {
    if (at_end()) return "the end of the text";
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == at_) {
      do ++end;
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80);
    }
    if (end == at_ + 1 && static_cast<unsigned char>(text_[at_]) < 0x20) {
      return fmt::format("the control character U+{:04X}", static_cast<unsigned>(text_[at_]));
    }
    return excerpt(text_.substr(at_, end - at_));
  }

  // Line breaks occur in white space only, so this is the one place that counts them.
  void skip_space() {
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  // Leaves line_ and line_start_ at the line of the byte.
  std::size_t first_invalid_byte() {
    std::size_t at = 0;
    while (at < text_.size()) {
      std::size_t next = at + 1;
      while (next < text_.size() && (static_cast<unsigned char>(text_[next]) & 0xC0) == 0x80) ++next;
      const bool ascii = next == at + 1 && static_cast<unsigned char>(text_[at]) < 0x80;
      if (!ascii && !is_valid_utf8(text_.substr(at, next - at))) break;
      if (text_[at] == '\n') {
        ++line_;
        line_start_ = next;
      }
      at = next;
    }
    return at;
  }

  bool value(JsonNode& out, int depth) {
    out.line = line_;
    out.column = column_of(at_);
    switch (peek()) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        out.kind = JsonNode::Kind::kString;
        return string(out.text);
      default:
        break;
    }
    if (peek() == '-' || is_digit(peek())) return number(out);
    return word(out);
  }

  bool word(JsonNode& out) {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word == "null") {
      out.kind = JsonNode::Kind::kNull;
    } else if (word == "true" || word == "false") {
      out.kind = JsonNode::Kind::kBool;
      out.boolean = word == "true";
    } else {
      return refuse(at_, fmt::format("expected a value, found {}", found()), value_hint(word));
    }
    at_ = end;
    return true;
  }

  std::string value_hint(std::string_view word) const {
    std::string lower(word);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "true" || lower == "false" || lower == "null") return fmt::format("did you mean {}?", lower);
    if (lower == "none" || lower == "nil" || lower == "undefined") return "did you mean null?";
    if (lower == "nan" || lower == "infinity") return "JSON has no such number";
    if (!word.empty()) return "strings stand in double quotes";
    switch (peek()) {
      case '\'':
        return "strings stand in double quotes";
      case '+':
      case '.':
        return "numbers begin with a digit or '-'";
      case '/':
      case '#':
        return "JSON has no comments";
      case ']':
      case '}':
      case ',':
        return "remove the comma before it, or write the value";
      default:
        return {};
    }
  }

  bool number(JsonNode& out) {
    out.kind = JsonNode::Kind::kNumber;
    const std::size_t start = at_;
    const auto digits = [this] {
      const std::size_t first = at_;
      while (is_digit(peek())) ++at_;
      return at_ != first;
    };
    if (peek() == '-') ++at_;
    if (peek() == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      return refuse(start, "a number begins with a superfluous zero", "remove it, or quote the text");
    }
    if (!digits()) return refuse(at_, fmt::format("expected a digit after '-', found {}", found()));
    if (peek() == '.') {
      ++at_;
      if (!digits()) return refuse(at_, fmt::format("expected a digit after the point, found {}", found()));
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return refuse(at_, fmt::format("expected a digit in the exponent, found {}", found()));
    }
    out.text = text_.substr(start, at_ - start);
    return true;
  }

  // At the opening quote; leaves at_ behind the closing one.
  bool string(std::string& out) {
    const std::size_t start = at_++;
    for (;;) {
      const std::size_t run = at_;
      while (!at_end() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      out.append(text_, run, at_ - run);
      if (at_end() || text_[at_] == '\n')
        return refuse(start, "the string is not closed on its line", "write \" at its end, \\n for a line break");
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\') return refuse(at_, fmt::format("{} stands in a string", found()), "escape it");
      if (!escape(out)) return false;
    }
    ++at_;
    return true;
  }

  bool escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const char letter = peek();
    if (letter == 'u') return unicode_escape(start, out);
    const std::size_t index = at_end() ? std::string_view::npos : kLetters.find(letter);
    if (index == std::string_view::npos) {
      return refuse(start, "no such escape in JSON", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    }
    out.push_back(kMeanings[index]);
    ++at_;
    return true;
  }

  bool unicode_escape(std::size_t start, std::string& out) {
    std::uint32_t unit = 0;
    if (!hex_unit(unit)) return refuse(start, "expected four hexadecimal digits after \\u");
    if (unit >= 0xD800 && unit < 0xE000 && !join_surrogates(unit)) {
      return refuse(start, "a surrogate stands alone", "write the pair, or the character itself");
    }
    append_utf8(unit, out);
    return true;
  }

  // Behind the escape of a surrogate: reads the escape of its other half, and makes the code point of the two.
  bool join_surrogates(std::uint32_t& unit) {
    if (unit >= 0xDC00 || !text_.substr(at_).starts_with("\\u")) return false;
    ++at_;
    std::uint32_t low = 0;
    if (!hex_unit(low) || low < 0xDC00 || low >= 0xE000) return false;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    return true;
  }

  // At the 'u'; leaves at_ behind the four digits.
  bool hex_unit(std::uint32_t& unit) {
    if (text_.size() - at_ < 5) return false;
    for (std::size_t i = 1; i <= 4; ++i) {
      const char c = text_[at_ + i];
      std::uint32_t digit;
      if (is_digit(c)) {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      } else {
        return false;
      }
      unit = unit << 4 | digit;
    }
    at_ += 5;
    return true;
  }

  bool enter(int depth) {
    if (depth < options_.max_depth) return true;
    return refuse(at_, fmt::format("values are nested deeper than {} levels", options_.max_depth), "flatten them");
  }

  bool array(JsonNode& out, int depth) {
    out.kind = JsonNode::Kind::kArray;
    if (!enter(depth)) return false;
    ++at_;
    skip_space();
    if (peek() == ']') return ++at_, true;
    for (;;) {
      if (!value(out.elements.emplace_back(), depth + 1)) return false;
      bool closed = false;
      if (!separator(']', "element", out, closed)) return false;
      if (closed) return true;
    }
  }

  bool object(JsonNode& out, int depth) {
    out.kind = JsonNode::Kind::kObject;
    if (!enter(depth)) return false;
    ++at_;
    skip_space();
    if (peek() == '}') return ++at_, true;
    for (;;) {
      if (!member(out.members.emplace_back(), depth)) return false;
      bool closed = false;
      if (!separator('}', "member", out, closed)) return false;
      if (closed) return distinct(out.members);
    }
  }

  bool member(JsonNode::Member& out, int depth) {
    out.line = line_;
    out.column = column_of(at_);
    if (peek() != '"') {
      const std::string hint = peek() == '}' ? "remove the comma before it" : "names stand in double quotes";
      return refuse(at_, fmt::format("expected a member name, found {}", found()), at_end() ? "" : hint);
    }
    if (!string(out.name)) return false;
    skip_space();
    if (peek() != ':') return refuse(at_, fmt::format("expected ':' after the name, found {}", found()));
    ++at_;
    skip_space();
    return value(out.value, depth + 1);
  }

  // After an element or member: a comma and more, or the end.
  bool separator(char close, std::string_view what, const JsonNode& container, bool& closed) {
    skip_space();
    if (peek() == close) {
      ++at_;
      closed = true;
      return true;
    }
    if (peek() == ',') {
      ++at_;
      skip_space();
      return true;
    }
    if (at_end()) {
      return refuse(at_, fmt::format("the text ends within {}", close == ']' ? "an array" : "an object"),
                    fmt::format("write '{}'; it begins at {}:{}", close, container.line, container.column));
    }
    return refuse(at_, fmt::format("expected ',' or '{}' after the {}, found {}", close, what, found()));
  }

  bool distinct(const std::vector<JsonNode::Member>& members) {
    std::vector<const JsonNode::Member*> sorted;
    sorted.reserve(members.size());
    for (const auto& member : members) sorted.push_back(&member);
    // Of equal names the earlier member comes first.
    std::ranges::sort(sorted, [](const auto* a, const auto* b) {
      const auto order = a->name <=> b->name;
      return order != 0 ? order < 0 : a < b;
    });
    const auto twice =
        std::ranges::adjacent_find(sorted, [](const auto* a, const auto* b) { return a->name == b->name; });
    if (twice == sorted.end()) return true;
    const JsonNode::Member& first = **twice;
    const JsonNode::Member& second = **(twice + 1);
    problem.line = second.line;
    problem.column = second.column;
    problem.message = fmt::format("the name {} occurs twice", excerpt(second.name));
    problem.hint = fmt::format("first at {}:{}; keep one", first.line, first.column);
    return false;
  }

  std::string_view text_;
  JsonTextOptions options_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

const JsonNode* JsonNode::find(std::string_view name) const {
  const auto found = std::ranges::find(members, name, &Member::name);
  return found == members.end() ? nullptr : &found->value;
}

std::expected<JsonNode, Diagnostic> parse_json_text(std::string_view text, const JsonTextOptions& options) {
  JsonTextReader reader(text, options);
  JsonNode node;
  if (!reader.document(node)) return std::unexpected(std::move(reader.problem));
  return node;
}

}  // namespace tabletheory::value
