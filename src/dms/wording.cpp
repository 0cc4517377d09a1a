#include "dms/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "dms/source_text.h"
#include "value/closest_word.h"

namespace tabletheory::dms {
namespace {

constexpr std::size_t kShownBytes = 60;

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    if (out.size() > kShownBytes) {
      out += "…";
      break;
    }
    const CodePoint point = decode_code_point(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (point.length == 0)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    else if (point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) || point.value == 0x2028 ||
             point.value == 0x2029)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(point.value));
    else
      out.append(text.substr(0, point.length));
    text.remove_prefix(std::max<std::size_t>(1, point.length));
  }
  out.push_back('"');
  return out;
}

std::string joined(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known, std::string otherwise) {
  const std::string_view near = value::closest_word(word, known);
  return near.empty() ? otherwise : fmt::format("did you mean {}?", in_quotes(near));
}

}  // namespace tabletheory::dms
