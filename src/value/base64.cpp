#include "value/base64.h"

#include <array>

namespace tabletheory::value {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using DecodeTable = std::array<std::int8_t, 256>;

constexpr DecodeTable decode_table(std::string_view alphabet) {
  DecodeTable table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr DecodeTable kStandardTable = decode_table(kStandard);
constexpr DecodeTable kUrlTable = decode_table(kUrl);

// Returns the end of what was written to `to`.
template <class Byte>
char* encode(std::span<const Byte> bytes, std::string_view alphabet, char* to) {
  const std::size_t size = bytes.size();
  const auto byte = [bytes](std::size_t i) { return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])); };
  std::size_t i = 0;
  for (; i + 3 <= size; i += 3, to += 4) {
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    to[0] = alphabet[group >> 18];
    to[1] = alphabet[group >> 12 & 63];
    to[2] = alphabet[group >> 6 & 63];
    to[3] = alphabet[group & 63];
  }
  if (i == size) return to;
  const bool two = i + 2 == size;
  const std::uint32_t group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
  to[0] = alphabet[group >> 18];
  to[1] = alphabet[group >> 12 & 63];
  to[2] = two ? alphabet[group >> 6 & 63] : '=';
  to[3] = '=';
  return to + 4;
}

template <class Container>
bool decode(std::string_view text, const DecodeTable& table, Container& out) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(text.size() / 4 * 3 - padding);
  const auto sextet = [&](std::size_t i) {
    return static_cast<std::int32_t>(table[static_cast<unsigned char>(text[i])]);
  };
  auto* to = out.data();
  using Byte = typename Container::value_type;
  const std::size_t whole = text.size() - (padding != 0 ? 4 : 0);
  for (std::size_t i = 0; i < whole; i += 4) {
    const std::int32_t a = sextet(i), b = sextet(i + 1), c = sextet(i + 2), d = sextet(i + 3);
    if ((a | b | c | d) < 0) return false;
    *to++ = static_cast<Byte>(a << 2 | b >> 4);
    *to++ = static_cast<Byte>((b & 15) << 4 | c >> 2);
    *to++ = static_cast<Byte>((c & 3) << 6 | d);
  }
  if (padding == 0) return true;
  const std::int32_t a = sextet(whole), b = sextet(whole + 1), c = padding == 1 ? sextet(whole + 2) : 0;
  if ((a | b | c) < 0) return false;
  // Pad bits must be zero, so that one byte string has one text.
  if (padding == 2 ? (b & 15) != 0 : (c & 3) != 0) return false;
  *to++ = static_cast<Byte>(a << 2 | b >> 4);
  if (padding == 1) *to = static_cast<Byte>((b & 15) << 4 | c >> 2);
  return true;
}

}  // namespace

void append_base64(std::span<const std::uint8_t> bytes, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + base64_size(bytes.size()));
  write_base64(bytes, out.data() + start);
}

char* write_base64(std::span<const std::uint8_t> bytes, char* out) {
  return encode(bytes, kStandard, out);
}

std::optional<Bytes> decode_base64(std::string_view text) {
  Bytes out;
  if (!decode(text, kStandardTable, out)) return std::nullopt;
  return out;
}

std::string base64url(std::string_view bytes) {
  std::string out(base64_size(bytes.size()), '\0');
  encode(std::span(bytes.data(), bytes.size()), kUrl, out.data());
  return out;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string out;
  if (!decode(text, kUrlTable, out)) return std::nullopt;
  return out;
}

}  // namespace tabletheory::value
