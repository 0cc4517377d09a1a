// Sizes of values and items as the service counts them (docs/spec/engine.md, "Sizes").
#include <algorithm>

#include "tabletheory/value.h"

namespace tabletheory {
namespace {

// Lists and maps: three bytes, and one for each element.
constexpr std::size_t kContainerBytes = 3;
constexpr std::size_t kElementBytes = 1;

// Two digits a byte on each side of the point, outer zeros trimmed, one byte over all and one for the sign.
std::size_t number_size(const Number& number) {
  const int digits = number.digits();
  const int exponent = number.exponent();
  const int integer_digits = exponent >= 0 ? digits : std::max(0, digits + exponent);
  // Zeros between the point and the first digit count in 1.0001 and are outer ones in 0.0001.
  const int fraction_digits = exponent >= 0 ? 0 : integer_digits > 0 ? -exponent : digits;
  const int size = 1 + (integer_digits + 1) / 2 + (fraction_digits + 1) / 2 + (number.is_negative() ? 1 : 0);
  return static_cast<std::size_t>(size);
}

struct Sizer {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Number& number) const { return number_size(number); }
  std::size_t operator()(const Bytes& bytes) const { return bytes.size(); }
  std::size_t operator()(bool) const { return 1; }
  std::size_t operator()(Value::Null) const { return 1; }
  std::size_t operator()(const Map& map) const {
    return kContainerBytes + kElementBytes * map.size() + item_size_bytes(map);
  }
  std::size_t operator()(const List& list) const {
    std::size_t size = kContainerBytes + kElementBytes * list.size();
    for (const Value& element : list) size += value_size_bytes(element);
    return size;
  }
  std::size_t operator()(const StringSet& set) const { return sum(set.elements); }
  std::size_t operator()(const NumberSet& set) const { return sum(set.elements); }
  std::size_t operator()(const BinarySet& set) const { return sum(set.elements); }

 private:
  template <class Elements>
  std::size_t sum(const Elements& elements) const {
    std::size_t size = 0;
    for (const auto& element : elements) size += (*this)(element);
    return size;
  }
};

}  // namespace

std::size_t item_size_bytes(const Item& item) {
  std::size_t size = 0;
  for (const auto& [name, value] : item) size += name.size() + value_size_bytes(value);
  return size;
}

std::size_t value_size_bytes(const Value& value) {
  return std::visit(Sizer(), value.storage());
}

}  // namespace tabletheory
