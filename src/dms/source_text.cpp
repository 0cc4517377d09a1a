#include "dms/source_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

namespace tabletheory::dms {
namespace {

constexpr std::size_t kMostCharacterProblems = 20;

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool is_overlong_or_surrogate(char32_t value, std::size_t length) {
  return (length == 3 && value < 0x800) || (length == 4 && value < 0x10000) || (value >= 0xD800 && value < 0xE000) ||
         value > 0x10FFFF;
}

// Why the character may not stand in a YAML document; empty when it may.
std::string character_problem(CodePoint point) {
  if (point.length == 0) return "this byte is not UTF-8";
  const char32_t c = point.value;
  const bool is_control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0 && c != 0x85);
  const auto code = static_cast<unsigned>(c);
  if (is_control || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF)
    return fmt::format("the character U+{:04X} may not stand in a YAML document", code);
  if (c == 0x85 || c == 0x2028 || c == 0x2029)
    return fmt::format("the character U+{:04X} ends a line to some YAML readers", code);
  return {};
}

std::string character_hint(CodePoint point) {
  if (point.length == 0) return "save the file as UTF-8";
  return fmt::format("write \"\\u{:04X}\" in double quotes", static_cast<unsigned>(point.value));
}

}  // namespace

CodePoint decode_code_point(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || text.size() < length) return {};
  if (length == 1) return {lead, 1};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3F);
  }
  return is_overlong_or_surrogate(value, length) ? CodePoint{} : CodePoint{value, length};
}

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string_view text_from_line(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return {};
    text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  return text;
}

void PlaceFinder::rewind() {
  character_ = byte_ = line_start_ = 0;
  line_ = 1;
}

Place PlaceFinder::at_character(std::size_t character) {
  if (character < character_) rewind();
  while (character_ < character && byte_ < text_.size()) {
    const char c = text_[byte_];
    byte_ += std::max<std::size_t>(1, decode_code_point(text_.substr(byte_)).length);
    ++character_;
    const bool is_half_of_break = c == '\r' && byte_ < text_.size() && text_[byte_] == '\n';
    if ((c == '\n' || c == '\r') && !is_half_of_break) {
      ++line_;
      line_start_ = byte_;
    }
  }
  return {line_, static_cast<int>(byte_ - line_start_) + 1};
}

std::vector<Diagnostic> check_yaml_characters(std::string_view text, std::string_view file) {
  std::vector<Diagnostic> problems;
  PlaceFinder places(text);
  std::size_t character = 0;
  for (std::size_t byte = 0; byte < text.size() && problems.size() < kMostCharacterProblems; ++character) {
    const CodePoint point = decode_code_point(text.substr(byte));
    if (std::string problem = character_problem(point); !problem.empty()) {
      const Place place = places.at_character(character);
      problems.push_back({std::string(file), place.line, place.column, std::move(problem), character_hint(point)});
    }
    byte += std::max<std::size_t>(1, point.length);
  }
  return problems;
}

std::vector<Diagnostic> ordered_by_place(std::vector<Diagnostic> problems) {
  std::vector<std::size_t> order(problems.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::tuple(problems[i].line, problems[i].column, i); });
  std::vector<Diagnostic> out;
  out.reserve(problems.size());
  for (const std::size_t i : order) out.push_back(std::move(problems[i]));
  return out;
}

}  // namespace tabletheory::dms
