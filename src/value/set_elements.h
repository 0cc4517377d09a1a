// Elements of sets: the search for equal ones, and their text for messages. Shared by reading and checking of sets.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tabletheory/value.h"
#include "value/base64.h"

namespace tabletheory::value {

// Up to this many elements, comparing each with each beats sorting.
inline constexpr std::size_t kPairwise = 16;

// Two equal elements of a set, or nullptr: the later one.
template <class Element>
const Element* find_duplicate(const std::vector<Element>& elements) {
  if (elements.size() <= kPairwise) {
    for (std::size_t i = 1; i < elements.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (elements[i] == elements[j]) return &elements[i];
    return nullptr;
  }
  std::vector<const Element*> sorted;
  sorted.reserve(elements.size());
  for (const Element& element : elements) sorted.push_back(&element);
  std::ranges::sort(sorted, [](const Element* a, const Element* b) { return *a < *b; });
  const auto equal = [](const Element* a, const Element* b) { return *a == *b; };
  const auto found = std::ranges::adjacent_find(sorted, equal);
  return found == sorted.end() ? nullptr : *found;
}

inline std::string element_text(const std::string& text) {
  return text;
}
inline std::string element_text(const Number& number) {
  return number.to_string();
}
inline std::string element_text(const Bytes& bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

}  // namespace tabletheory::value
