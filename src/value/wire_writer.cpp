#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "value/base64.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

// Bytes at which copying stops: those escaped, and the first byte of U+2028 and U+2029 (E2 80 A8, E2 80 A9).
constexpr auto kStops = [] {
  std::array<bool, 256> stops{};
  for (std::size_t c = 0; c < 0x20; ++c) stops[c] = true;
  for (const unsigned char c : {'"', '\\', '<', '>', '&'}) stops[c] = true;
  stops[0xE2] = true;
  return stops;
}();

// The first byte at or after `at` that may need escaping, or `end`.
const char* find_stop(const char* at, const char* end) {
#ifdef __SSE2__
  const auto equals = [](__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    const __m128i quotes = _mm_or_si128(equals(block, '"'), equals(block, '\\'));
    const __m128i markup = _mm_or_si128(_mm_or_si128(equals(block, '<'), equals(block, '>')), equals(block, '&'));
    const __m128i line = equals(block, static_cast<char>(0xE2));
    const __m128i any = _mm_or_si128(_mm_or_si128(control, quotes), _mm_or_si128(markup, line));
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(any)); mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && !kStops[static_cast<unsigned char>(*at)]) ++at;
  return at;
}

// Appends the character at `at` escaped, or its first byte as it is; returns the place behind what was consumed.
const char* append_stop(const char* at, const char* end, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto c = static_cast<unsigned char>(*at);
  switch (c) {
    case '"':
      out += "\\\"";
      return at + 1;
    case '\\':
      out += "\\\\";
      return at + 1;
    case '\b':
      out += "\\b";
      return at + 1;
    case '\f':
      out += "\\f";
      return at + 1;
    case '\n':
      out += "\\n";
      return at + 1;
    case '\r':
      out += "\\r";
      return at + 1;
    case '\t':
      out += "\\t";
      return at + 1;
    case 0xE2:
      if (end - at >= 3 && at[1] == '\x80' && (at[2] == '\xA8' || at[2] == '\xA9')) {
        out += at[2] == '\xA8' ? "\\u2028" : "\\u2029";
        return at + 3;
      }
      out.push_back(*at);
      return at + 1;
    default:
      out += "\\u00";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
      return at + 1;
  }
}

}  // namespace

void WireWriter::string(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out_.push_back('"');
  for (;;) {
    const char* const stop = find_stop(at, end);
    out_.append(at, static_cast<std::size_t>(stop - at));
    if (stop == end) break;
    at = append_stop(stop, end, out_);
  }
  out_.push_back('"');
}

void WireWriter::integer(std::int64_t number) {
  std::array<char, 24> buffer;
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out_.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void WireWriter::attribute_string(std::string_view text) {
  raw(R"({"S":)");
  string(text);
  raw('}');
}

void WireWriter::attribute_number(const Number& number) {
  raw(R"({"N":")");
  number.append_to(out_);
  raw(R"("})");
}

void WireWriter::attribute_integer(std::int64_t number) {
  raw(R"({"N":")");
  integer(number);
  raw(R"("})");
}

void WireWriter::attribute_bool(bool boolean) {
  raw(boolean ? R"({"BOOL":true})" : R"({"BOOL":false})");
}

void WireWriter::attribute_null() {
  raw(R"({"NULL":true})");
}

void WireWriter::attribute_binary(std::span<const std::uint8_t> bytes) {
  raw(R"({"B":")");
  append_base64(bytes, out_);
  raw(R"("})");
}

namespace {

// {"SS":[…]} and its like; `element` writes one of them.
template <class Elements, class Write>
void write_set(WireWriter& writer, std::string_view head, const Elements& elements, Write element) {
  writer.raw(head);
  bool first = true;
  for (const auto& each : elements) {
    if (!first) writer.raw(',');
    first = false;
    element(each);
  }
  writer.raw("]}");
}

}  // namespace

void WireWriter::attribute(const Value& value) {
  switch (value.type()) {
    case Type::kS:
      return attribute_string(value.text());
    case Type::kN:
      return attribute_number(value.number());
    case Type::kB:
      return attribute_binary(value.bytes());
    case Type::kBool:
      return attribute_bool(value.boolean());
    case Type::kNull:
      return attribute_null();
    case Type::kM:
      raw(R"({"M":)");
      item(value.map());
      return raw('}');
    case Type::kL:
      return write_set(*this, R"({"L":[)", value.list(), [this](const Value& element) { attribute(element); });
    case Type::kSS:
      return write_set(*this, R"({"SS":[)", value.string_set().elements,
                       [this](const std::string& element) { string(element); });
    case Type::kNS:
      return write_set(*this, R"({"NS":[)", value.number_set().elements, [this](const Number& element) {
        raw('"');
        element.append_to(out_);
        raw('"');
      });
    case Type::kBS:
      return write_set(*this, R"({"BS":[)", value.binary_set().elements, [this](const Bytes& element) {
        raw('"');
        append_base64(element, out_);
        raw('"');
      });
  }
}

void WireWriter::item(const Item& item) {
  char separator = '{';
  for (const auto& [name, value] : item) {
    raw(separator);
    separator = ',';
    key(name);
    attribute(value);
  }
  if (item.empty()) raw('{');
  raw('}');
}

}  // namespace tabletheory::value

namespace tabletheory {

std::string to_wire_json(const Value& value) {
  std::string out;
  value::WireWriter(out).attribute(value);
  return out;
}

std::string to_wire_json(const Item& item) {
  std::string out;
  value::WireWriter(out).item(item);
  return out;
}

}  // namespace tabletheory
