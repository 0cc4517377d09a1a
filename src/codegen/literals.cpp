#include "codegen/literals.h"

#include <fmt/format.h>

#include <iterator>

#include "dms/names.h"
#include "dms/source_text.h"

namespace tabletheory::codegen {
namespace {

// All of them lie in the basic plane.
std::string escaped(char32_t character, std::string_view bytes, Language language) {
  if (language != Language::kCpp) return fmt::format("\\u{:04x}", static_cast<unsigned>(character));
  // C++ refuses some characters as \u…; octal escapes end after three digits.
  std::string out;
  for (const char byte : bytes)
    fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return out;
}

// Not a rule of its own: what no name may hold, but for the signs that are harmless between quotes.
bool is_invisible(std::string_view character) {
  constexpr std::string_view kVisible = " \"'`,\\";
  return !kVisible.contains(character) && !dms::unsafe_reason(character).empty();
}

}  // namespace

std::string quoted(std::string_view text, Language language) {
  const char quote = language == Language::kTypeScript ? '\'' : '"';
  std::string out(1, quote);
  while (!text.empty()) {
    const dms::CodePoint point = dms::decode_code_point(text);
    const std::string_view character = text.substr(0, point.length == 0 ? 1 : point.length);
    if (character.front() == quote || character.front() == '\\')
      out.append("\\").append(character);
    else if (is_invisible(character))
      out += escaped(point.value, character, language);
    else
      out += character;
    text.remove_prefix(character.size());
  }
  out.push_back(quote);
  return out;
}

}  // namespace tabletheory::codegen
