#include "value/wire_sink.h"

#include <array>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tabletheory::value {
namespace {

// No character grows more: one control byte becomes `\u00xx`.
constexpr std::size_t kMaxEscaped = 6;
// Copying may write this many bytes beyond what it keeps.
constexpr std::size_t kBlock = 16;

// Bytes at which copying stops: those escaped, and the first byte of U+2028 and U+2029 (E2 80 A8, E2 80 A9).
constexpr auto kStops = [] {
  std::array<bool, 256> stops{};
  for (std::size_t c = 0; c < 0x20; ++c) stops[c] = true;
  for (const unsigned char c : {'"', '\\', '<', '>', '&'}) stops[c] = true;
  stops[0xE2] = true;
  return stops;
}();

#ifdef __SSE2__
// One bit for each byte of the block that is a stop.
unsigned stop_mask(__m128i block) {
  const auto equals = [block](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  const __m128i quotes = _mm_or_si128(equals('"'), equals('\\'));
  const __m128i markup = _mm_or_si128(_mm_or_si128(equals('<'), equals('>')), equals('&'));
  const __m128i any =
      _mm_or_si128(_mm_or_si128(control, quotes), _mm_or_si128(markup, equals(static_cast<char>(0xE2))));
  return static_cast<unsigned>(_mm_movemask_epi8(any));
}
#endif

// Copies up to the first stop; both places advance. `to` has room for the rest of the text and a block.
void copy_plain(const char*& from, const char* end, char*& to) {
#ifdef __SSE2__
  while (end - from >= static_cast<std::ptrdiff_t>(kBlock)) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    const unsigned mask = stop_mask(block);
    const auto plain = mask != 0 ? static_cast<std::size_t>(std::countr_zero(mask)) : kBlock;
    from += plain;
    to += plain;
    if (mask != 0) return;
  }
#endif
  while (from != end && !kStops[static_cast<unsigned char>(*from)]) *to++ = *from++;
}

// Writes the character at `from` escaped, or its first byte as it is; both places advance.
void copy_stop(const char*& from, const char* end, char*& to) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
  constexpr std::string_view kShortLetters = "bfnrt\"\\";
  const char c = *from++;
  if (c == '\xE2') {
    const bool separator = end - from >= 2 && from[0] == '\x80' && (from[1] == '\xA8' || from[1] == '\xA9');
    if (!separator) {
      *to++ = c;
      return;
    }
    to = std::copy_n(from[1] == '\xA8' ? "\\u2028" : "\\u2029", kMaxEscaped, to);
    from += 2;
    return;
  }
  *to++ = '\\';
  if (const std::size_t place = kShort.find(c); place != std::string_view::npos) {
    *to++ = kShortLetters[place];
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  to = std::copy_n("u00", 3, to);
  *to++ = kHex[byte >> 4];
  *to++ = kHex[byte & 15];
}

}  // namespace

void WireSink::string(std::string_view before, std::string_view text, std::string_view after) {
  reserve(before.size() + text.size() + after.size() + 2 + kBlock);
  write(before);
  *at_++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  for (;;) {
    copy_plain(from, end, at_);
    if (from == end) break;
    reserve(kMaxEscaped + static_cast<std::size_t>(end - from) + after.size() + 1 + kBlock);
    copy_stop(from, end, at_);
  }
  *at_++ = '"';
  write(after);
}

void WireSink::open(std::size_t used, std::size_t room) {
  const std::size_t size = std::max(out_.capacity(), used + room);
  out_.resize_and_overwrite(size, [](char*, std::size_t whole) { return whole; });
  at_ = out_.data() + used;
  limit_ = out_.data() + out_.size();
}

}  // namespace tabletheory::value
