#include "value/closest_word.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tabletheory::value {
namespace {

constexpr std::size_t kLongestComparedWord = 64;  // longer words are no misspelling of a known one
constexpr std::size_t kMostComparedWords = 1000;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, last[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

std::string_view nearest_by_edits(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  bool is_tie = false;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongestComparedWord) continue;
    const std::size_t distance = edit_distance(word, lower_case(candidate));
    // A change of every letter is no likeness.
    if (distance >= std::min(word.size(), candidate.size())) continue;
    if (distance == best_distance && candidate != best) is_tie = true;
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
    is_tie = false;
  }
  return is_tie ? std::string_view{} : best;
}

// "STRING" begins with the known "S"; "created" is how the known "created_at" begins.
std::string_view nearest_by_beginning(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t kTellingBytes = 3;
  std::string_view best;
  for (const std::string_view candidate : known) {
    const std::string lower = lower_case(candidate);
    if (word.starts_with(lower) && candidate.size() > best.size()) best = candidate;
    if (word.size() >= kTellingBytes && lower.starts_with(word) && best.empty()) best = candidate;
  }
  return best;
}

}  // namespace

std::string_view closest_word(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongestComparedWord) return {};
  known = known.first(std::min(known.size(), kMostComparedWords));
  const std::string lower = lower_case(word);
  const auto same = std::ranges::find_if(known, [&](std::string_view k) { return lower_case(k) == lower; });
  if (same != known.end()) return *same;
  const std::string_view by_edits = nearest_by_edits(lower, known);
  return by_edits.empty() ? nearest_by_beginning(lower, known) : by_edits;
}

}  // namespace tabletheory::value
