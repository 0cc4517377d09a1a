#include "ops/unsealed.h"

#include <fmt/format.h>

#include <charconv>

#include "model/attribute_rules.h"
#include "ops/item_writer.h"

namespace tabletheory::ops {
namespace {

constexpr std::string_view kMark = "\xFF";  // a byte that UTF-8 never has
// What a value looks like before its envelope: {"S":"\xFF<number>"}
constexpr std::string_view kBegin = "{\"S\":\"\xFF";
constexpr std::string_view kEnd = "\"}";
constexpr std::string_view kEmptyEnvelope = R"({"M":{"ct":{"B":""},"edk":{"B":""},"nonce":{"B":""},"v":{"N":"0"}}})";

}  // namespace

std::string UnsealedValues::add(std::size_t slot, std::string wire) {
  values_.push_back({slot, std::move(wire), {}});
  return fmt::format("{}{}{}", kBegin, values_.size() - 1, kEnd);
}

Value UnsealedValues::add_literal(std::size_t slot, std::string wire) {
  values_.push_back({slot, std::move(wire), {}});
  return Value(fmt::format("{}{}", kMark, values_.size() - 1));
}

template <class Write>
std::string UnsealedValues::replaced(std::string_view text, Write write) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const std::size_t begin = text.find(kBegin);
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin + kBegin.size());
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    write(number, out);
    text.remove_prefix(text.find(kEnd) + kEnd.size());
  }
}

std::string UnsealedValues::sealed(std::string_view text) const {
  return replaced(text, [this](std::size_t number, std::string& out) {
    const std::string& envelope = values_[number].envelope;
    out += envelope.empty() ? kEmptyEnvelope : std::string_view(envelope);
  });
}

std::string UnsealedValues::in_the_clear(std::string_view text) const {
  return replaced(text, [this](std::size_t number, std::string& out) { out += values_[number].wire; });
}

Result<std::string> write_in_the_clear(const model::Attribute& attribute, const model::ItemSource& source,
                                       std::size_t slot, model::Presence presence) {
  std::string wire;
  if (auto written = write_value(attribute, source, slot, presence, wire); !written) {
    return std::unexpected(model::concealed(attribute, std::move(written).error()));
  }
  return wire;
}

}  // namespace tabletheory::ops
