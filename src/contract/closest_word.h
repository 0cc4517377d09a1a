// "did you mean": the candidate a mistyped word is closest to. Pure.
//
//     closest_word("udpate", {"update", "upsert"}) == "update"
#pragma once

#include <span>
#include <string_view>

namespace tabletheory::contract {

// Empty when no candidate is within a third of the word's length (at least one edit; a swap of neighbours is one).
std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace tabletheory::contract
