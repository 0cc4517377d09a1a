// Fuzzes Number::parse and the arithmetic on what it reads.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tabletheory/number.h"

using tabletheory::Number;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find(' ');
  Number a;
  if (Number::parse(input.substr(0, cut), a) != Number::ParseError::kNone) return 0;
  const std::string text = a.to_string();
  require(Number::parse(text).value() == a);
  require(a.digits() <= Number::kMaxDigits);
  require(a.is_zero() || (a.coefficient() % 10 != 0 && a.exponent() + a.digits() - 1 <= Number::kMaxExponent));
  if (const auto integer = a.to_int64()) require(Number(*integer) == a);
  if (const auto exact = a.to_double_exact()) require(Number::from_double(*exact).value() == a);

  Number b;
  if (cut == std::string_view::npos) return 0;
  if (Number::parse(input.substr(cut + 1), b) != Number::ParseError::kNone) return 0;
  require((a <=> b) == (0 <=> (b <=> a)));
  require((a == b) == ((a <=> b) == 0));
  if (const auto sum = a.plus(b)) {
    require(b.plus(a).value() == *sum);
    require((*sum <=> a) == (b <=> Number()));
    // Undoing a sum that fits always fits.
    require(sum->minus(b).value() == a);
  }
  return 0;
}
