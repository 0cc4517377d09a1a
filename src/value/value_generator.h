// ValueGenerator: arbitrary but reproducible numbers, texts, values and items, for property tests and benchmarks.
//
//     ValueGenerator generate(seed);
//     const Item item = generate.item();
//
// Leans towards the edges: escaped characters, U+2028, 38 digits, the ends of the range, empty containers. The same
// seed gives the same sequence on every machine. Not for use outside tests. One thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tabletheory/value.h"

namespace tabletheory::value {

class ValueGenerator {
 public:
  explicit ValueGenerator(std::uint64_t seed) : state_(seed) {}

  // 0 … bound-1 (SplitMix64: small, and the same everywhere, unlike the distributions of <random>).
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % bound;
  }
  int between(int low, int high) { return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1))); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  // A storable number, written in one of the many ways `Number::parse` accepts.
  std::string number_text() {
    if (one_in(20)) return one_in(2) ? "0" : "-0.00";
    const int digits = one_in(3) ? Number::kMaxDigits : between(1, 20);
    std::string text = one_in(2) ? "-" : one_in(4) ? "+" : "";
    text.push_back(static_cast<char>('0' + between(1, 9)));
    if (digits > 1) text.push_back('.');
    for (int i = 1; i < digits; ++i) text.push_back(static_cast<char>('0' + (one_in(4) ? 0 : between(0, 9))));
    const int leading = one_in(4) ? between(Number::kMinExponent, Number::kMaxExponent) : between(-5, 40);
    if (leading != 0) text += (one_in(2) ? "e" : "E") + std::to_string(leading);
    return text;
  }
  Number number() { return Number::parse(number_text()).value(); }

  std::string text(int max_characters = 24) {
    static constexpr std::array<std::string_view, 18> kCharacters = {"a",  "Z",  "0",      " ",      "/",          "\"",
                                                                     "\\", "\n", "\x01",   "\x7f",   "<",          "&",
                                                                     "é",  "€",  "\u2028", "\u2029", "\U0001F600", "'"};
    std::string out;
    for (int count = between(0, max_characters); count > 0; --count) {
      out += one_in(3) ? kCharacters[below(kCharacters.size())] : std::string_view("lorem ipsum").substr(below(11), 1);
    }
    return out;
  }

  Bytes bytes(int max_size = 12) {
    Bytes out(static_cast<std::size_t>(between(0, max_size)));
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(below(256));
    return out;
  }

  // `levels` bounds the nesting of containers.
  Value value(int levels = 3) {
    switch (between(0, levels > 0 ? 9 : 7)) {
      case 0:
        return Value(text());
      case 1:
        return Value(number());
      case 2:
        return Value(bytes());
      case 3:
        return Value(one_in(2));
      case 4:
        return Value();
      case 5:
        return Value(StringSet{distinct<std::string>([this] { return text(); })});
      case 6:
        return Value(NumberSet{distinct<Number>([this] { return number(); })});
      case 7:
        return Value(BinarySet{distinct<Bytes>([this] { return bytes(); })});
      case 8:
        return Value(item(levels - 1));
      default:
        break;
    }
    List list;
    for (int count = between(0, 4); count > 0; --count) list.push_back(value(levels - 1));
    return Value(std::move(list));
  }

  Item item(int levels = 3) {
    Item out;
    for (int count = between(0, 6); count > 0; --count) out.set(text(8), value(levels));
    return out;
  }

 private:
  template <class Element, class Make>
  std::vector<Element> distinct(Make make) {
    std::vector<Element> out{make()};
    // Now and then beyond the size up to which duplicates are sought pairwise.
    for (int count = one_in(4) ? 24 : between(0, 4); count > 0; --count) {
      if (auto element = make(); std::ranges::find(out, element) == out.end()) out.push_back(std::move(element));
    }
    return out;
  }

  std::uint64_t state_;
};

}  // namespace tabletheory::value
