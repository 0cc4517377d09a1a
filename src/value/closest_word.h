// "did you mean": the known word that a mistyped one was probably meant to be. Pure.
//
//     closest_word("udpate", {{"update", "upsert"}}) == "update"
#pragma once

#include <span>
#include <string_view>

namespace tabletheory::value {

// The same but for case, else within a third of the word's length (at least one edit; a swap of neighbours is one),
// else a word that begins with the other. Empty when none is near, or several are equally.
std::string_view closest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace tabletheory::value
