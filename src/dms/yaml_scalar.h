// What a plain (unquoted) YAML scalar means here. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace tabletheory::dms {

enum class PlainScalar : std::uint8_t {
  kNull,
  kTrue,
  kFalse,
  kNumber,  // a JSON number
  kString,
  // What readers of YAML take differently, or what is no JSON: to be quoted, or written the JSON way.
  kEmpty,         // nothing at all
  kYesNo,         // yes, no, on, off
  kSpelling,      // ~, Null, TRUE, …
  kRadix,         // 0x1f, 0o17
  kUnderscores,   // 1_000
  kLeadingPlus,   // +1
  kLeadingZeros,  // 007
  kBarePoint,     // .5, 5.
  kNotFinite,     // .inf, .nan
  kDate           // 2024-01-31, with or without a time
};

PlainScalar classify_plain_scalar(std::string_view text);

// Why the scalar is refused, in words that fit after "the value yes"; empty for the accepted kinds.
std::string_view refusal(PlainScalar kind);

}  // namespace tabletheory::dms
