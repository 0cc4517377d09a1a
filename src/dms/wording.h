// How diagnostics word things: quoted names and "did you mean". Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tabletheory::dms {

// `"text"` on one line: control characters and bytes that are not UTF-8 escaped, long texts cut.
std::string in_quotes(std::string_view text);

// "a, b, c".
std::string joined(std::span<const std::string_view> words);

// `did you mean "x"?` when a known word is near, else `otherwise`.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known, std::string otherwise);

}  // namespace tabletheory::dms
