#include "engine/key_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>

namespace tabletheory::engine {
namespace {

// First byte of a number: negative, zero and positive sort in this order.
constexpr char kNegative = 0x01;
constexpr char kZero = 0x02;
constexpr char kPositive = 0x03;
// Exponents of 100 lie in [-65, 62]; the bias makes them positive bytes.
constexpr int kExponentBias = 128;

void append_escaped(std::string_view bytes, std::string& out) {
  std::size_t from = 0;
  for (std::size_t zero = bytes.find('\0'); zero != std::string_view::npos; zero = bytes.find('\0', from)) {
    out.append(bytes.substr(from, zero - from));
    out.append("\x00\xff", 2);
    from = zero + 1;
  }
  out.append(bytes.substr(from));
  out.append(2, '\0');
}

// The decimal digits of a coefficient, most significant first, behind a leading 0 that a pair may begin with.
struct Digits {
  std::array<std::uint8_t, Number::kMaxDigits + 2> digit = {};
  int first = 0;  // of the significant ones
  int end = Number::kMaxDigits + 1;
};

Digits digits_of(Uint128 coefficient) {
  Digits out;
  int at = out.end;
  for (; coefficient > std::numeric_limits<std::uint64_t>::max(); coefficient /= 10) {
    out.digit[--at] = static_cast<std::uint8_t>(coefficient % 10);
  }
  for (auto rest = static_cast<std::uint64_t>(coefficient); rest != 0; rest /= 10) {
    out.digit[--at] = static_cast<std::uint8_t>(rest % 10);
  }
  out.first = at;
  return out;
}

// Sign, exponent of 100, then the digits in pairs, each plus one, and a zero byte; all but the sign complemented when
// negative. Canonical coefficients have no trailing zeros, so equal numbers have one encoding.
void append_number(const Number& number, std::string& out) {
  if (number.is_zero()) {
    out.push_back(kZero);
    return;
  }
  const Digits digits = digits_of(number.coefficient());
  const int leading = number.exponent() + (digits.end - digits.first) - 1;  // exponent of ten of the first digit
  const bool odd = (leading & 1) != 0;                                      // a full pair comes first
  const auto complement = static_cast<std::uint8_t>(number.is_negative() ? 0xff : 0x00);
  const auto put = [&](int byte) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte) ^ complement)); };

  out.push_back(number.is_negative() ? kNegative : kPositive);
  put((leading >> 1) + kExponentBias);
  for (int at = odd ? digits.first : digits.first - 1; at < digits.end; at += 2) {
    // digit[end] is zero: it fills the last pair.
    put(digits.digit[static_cast<std::size_t>(at)] * 10 + digits.digit[static_cast<std::size_t>(at) + 1] + 1);
  }
  put(0);
}

void append_big_endian(std::uint64_t word, int bytes, std::string& out) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(word >> shift));
}

void append_components(const std::vector<KeyAttribute>& attributes, const Item& item, std::string& out) {
  for (const KeyAttribute& attribute : attributes) {
    const Value* value = item.find(attribute.name);
    assert(value != nullptr);
    append_key_component(*value, out);
  }
}

// storage id | hash of what `append_partition` appends | that.
template <class AppendPartition>
std::string prefixed(std::uint32_t storage_id, AppendPartition append_partition) {
  std::string key;
  key.reserve(64);
  append_big_endian(storage_id, 4, key);
  key.append(8, '\0');
  append_partition(key);
  const std::uint64_t hash = partition_hash(std::string_view(key).substr(12));
  for (std::size_t at = 0; at < 8; ++at) key[4 + at] = static_cast<char>(hash >> (56 - 8 * at));
  return key;
}

}  // namespace

void append_key_component(const Value& value, std::string& out) {
  switch (value.type()) {
    case Type::kN:
      return append_number(value.number(), out);
    case Type::kB: {
      const Bytes& bytes = value.bytes();
      return append_escaped({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out);
    }
    default:
      assert(value.is(Type::kS));
      return append_escaped(value.text(), out);
  }
}

// FNV-1a over the bytes, then MurmurHash3's finalizer, so that the high bits (which order a Scan and bound its
// segments) depend on all bytes.
std::uint64_t partition_hash(std::string_view encoded_partition_key) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : encoded_partition_key) {
    hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

std::string storage_prefix(std::uint32_t storage_id) {
  std::string prefix;
  append_big_endian(storage_id, 4, prefix);
  return prefix;
}

std::string partition_prefix(std::uint32_t storage_id, const std::vector<const Value*>& hash_values) {
  return prefixed(storage_id, [&](std::string& key) {
    for (const Value* value : hash_values) append_key_component(*value, key);
  });
}

std::string item_key(const Table& table, const Item& item) {
  std::string key =
      prefixed(table.storage_id, [&](std::string& partition) { append_components(table.keys.hash, item, partition); });
  append_components(table.keys.range, item, key);
  return key;
}

std::string index_entry_key(const Table& table, const Index& index, const Item& item) {
  std::string key =
      prefixed(index.storage_id, [&](std::string& partition) { append_components(index.keys.hash, item, partition); });
  append_components(index.keys.range, item, key);
  append_components(table.keys.hash, item, key);
  append_components(table.keys.range, item, key);
  return key;
}

std::string prefix_end(std::string_view prefix) {
  const std::size_t last = prefix.find_last_not_of('\xff');
  if (last == std::string_view::npos) return {};
  std::string end(prefix.substr(0, last + 1));
  end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace tabletheory::engine
