// Excerpts of input for error messages, cut to a length that fits a line, never within a character.
#pragma once

#include <string>
#include <string_view>

namespace tabletheory::value {

// The text, cut and marked with … when it is long.
inline std::string shortened(std::string_view text) {
  constexpr std::size_t kShownBytes = 60;
  if (text.size() <= kShownBytes) return std::string(text);
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

// The same in quotes.
inline std::string excerpt(std::string_view text) {
  return "'" + shortened(text) + "'";
}

}  // namespace tabletheory::value
