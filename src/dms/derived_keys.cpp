#include "dms/derived_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dms/source_text.h"

namespace tabletheory::dms {
namespace {

using Transform = DerivedKey::Transform;

constexpr std::string_view kInputTypeNames[] = {"string", "number", "boolean", "scalar"};

// White space as docs/spec/byte-formats.md lists it: Unicode's, and the zero-width no-break space.
bool is_space(char32_t c) {
  constexpr std::array<char32_t, 10> kSingles = {0x20,   0x85,   0xA0,   0x1680, 0x2028,
                                                 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF};
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x2000 && c <= 0x200A) || std::ranges::find(kSingles, c) != kSingles.end();
}

std::string_view trimmed(std::string_view text) {
  std::size_t first = std::string_view::npos, last = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text.substr(at));
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.length == 0 || !is_space(point.value)) {
      if (first == std::string_view::npos) first = at;
      last = at + length;
    }
    at += length;
  }
  return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first);
}

// A value on its way to a segment. `encoded`: it stands as it is, the implicit encoding is done or does not apply.
struct Text {
  std::string text;
  bool encoded = false;
};

void transform(Text& value, Transform by) {
  switch (by) {
    case Transform::kTrim:
      value.text = std::string(trimmed(value.text));
      break;
    case Transform::kWildcardEmpty:
      if (value.text.empty()) value = {"*", true};
      break;
    case Transform::kLowercase:  // ASCII only, so that no language's own tables matter
      std::ranges::transform(value.text, value.text.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      break;
    case Transform::kUrlEncode:
      value = {percent_encoded(value.text), true};
      break;
  }
}

struct ToText {
  Result<std::string> operator()(std::monostate) const { return fail(ErrorCode::kInvalidModel, "is null"); }
  Result<std::string> operator()(const std::string& text) const { return text; }
  Result<std::string> operator()(const Number& number) const { return number.to_string(); }
  Result<std::string> operator()(bool boolean) const { return std::string(boolean ? "true" : "false"); }
  Result<std::string> operator()(double number) const {
    auto exact = Number::from_double(number);
    if (!exact) return fail(ErrorCode::kInvalidModel, "is not a finite number within range");
    return exact->to_string();
  }
};

bool fits(const DerivedKeyInput& value, DerivedKey::InputType type) {
  const bool number = std::holds_alternative<Number>(value) || std::holds_alternative<double>(value);
  switch (type) {
    case DerivedKey::InputType::kString:
      return std::holds_alternative<std::string>(value);
    case DerivedKey::InputType::kNumber:
      return number;
    case DerivedKey::InputType::kBoolean:
      return std::holds_alternative<bool>(value);
    case DerivedKey::InputType::kScalar:
      return true;
  }
  return false;
}

std::string_view type_name(DerivedKey::InputType type) {
  constexpr std::string_view kNames[] = {"a string", "a number", "a boolean", "a string, number or boolean"};
  return kNames[static_cast<std::size_t>(type)];
}

Result<void> check_inputs(const DerivedKey& key, const DerivedKeyInputs& given) {
  for (const auto& [name, value] : given) {
    const auto declared = std::ranges::find(key.inputs, name, &DerivedKey::Input::name);
    auto refuse = [&](std::string_view why) {
      return fail(ErrorCode::kInvalidModel, fmt::format("derived key '{}': input '{}' {}", key.name, name, why));
    };
    if (declared == key.inputs.end()) return refuse("is not declared; remove it, or declare it in the document");
    if (std::holds_alternative<std::monostate>(value)) return refuse("is null; leave it out, or give a value");
    if (!fits(value, declared->type))
      return refuse(fmt::format("has the wrong type; give {}", type_name(declared->type)));
    if (auto text = std::visit(ToText(), value); !text) return refuse(text.error().message());
  }
  for (const auto& input : key.inputs) {
    if (!input.optional && !given.contains(input.name)) {
      return fail(ErrorCode::kInvalidModel, fmt::format("derived key '{}': input '{}' is missing; give {}", key.name,
                                                        input.name, type_name(input.type)));
    }
  }
  return {};
}

// The segment's part of the key; nullopt when it is left out.
Result<std::optional<std::string>> part_of(const DerivedKey::Segment& segment, const DerivedKeyInputs& given) {
  Text value{segment.source, true};
  if (segment.from_input) {
    const auto found = given.find(segment.source);
    value = {};
    if (found != given.end()) {
      TT_TRY(value.text, std::visit(ToText(), found->second));
    }
  }
  for (Transform by : segment.transforms) transform(value, by);
  if (!value.encoded) value.text = percent_encoded(value.text);
  if (value.text.empty() && segment.default_text) value.text = *segment.default_text;
  const bool omitted = (value.text.empty() && (segment.optional || segment.omit_empty)) ||
                       (segment.omit_default && segment.default_text && value.text == *segment.default_text) ||
                       std::ranges::find(segment.omit_values, value.text) != segment.omit_values.end();
  if (omitted) return std::nullopt;
  return segment.prefix + value.text + segment.suffix;
}

}  // namespace

std::string_view input_type_name(DerivedKey::InputType type) {
  return kInputTypeNames[static_cast<std::size_t>(type)];
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
    if (unreserved) {
      out.push_back(c);
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

Result<std::string> derived_key_value(const DerivedKeyInput& input, const std::vector<Transform>& transforms) {
  Text value;
  TT_TRY(value.text, std::visit(ToText(), input));
  for (Transform by : transforms) transform(value, by);
  return value.encoded ? value.text : percent_encoded(value.text);
}

Result<std::string> DerivedKey::evaluate(const DerivedKeyInputs& given) const {
  TT_CHECK(check_inputs(*this, given));
  std::string key;
  bool first = true;
  for (const Segment& segment : segments) {
    TT_TRY(auto part, part_of(segment, given));
    if (!part) continue;
    if (!std::exchange(first, false)) key += join;
    key += *part;
  }
  return key;
}

const DerivedKey* DerivedKeyDocument::find(std::string_view model, std::string_view key) const {
  for (const auto& candidate : models) {
    if (candidate.name != model) continue;
    const auto found = std::ranges::find(candidate.derived_keys, key, &DerivedKey::name);
    if (found != candidate.derived_keys.end()) return &*found;
  }
  return nullptr;
}

}  // namespace tabletheory::dms
