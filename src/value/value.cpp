#include "tabletheory/value.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

#include "value/type_names.h"

namespace tabletheory {
namespace {

constexpr std::array<std::string_view, 10> kTypeNames = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
static_assert(std::variant_size_v<Value::Storage> == kTypeNames.size());

// Below this many entries a walk through them beats a binary search.
constexpr std::size_t kLinearSearch = 8;

// Byte order, as unsigned bytes: what std::string's comparison does (char_traits<char> compares as unsigned char).
bool before(const Map::Entry& a, const Map::Entry& b) {
  return a.first < b.first;
}

bool is_strictly_ascending(const std::vector<Map::Entry>& entries) {
  const auto not_before = [](const Map::Entry& a, const Map::Entry& b) { return !before(a, b); };
  return std::ranges::adjacent_find(entries, not_before) == entries.end();
}

template <class Entries>
auto lower_bound(Entries& entries, std::string_view name) {
  return std::lower_bound(entries.begin(), entries.end(), name,
                          [](const Map::Entry& entry, std::string_view key) { return entry.first < key; });
}

template <class Entries>
auto find_entry(Entries& entries, std::string_view name) -> decltype(&entries.front().second) {
  if (entries.size() <= kLinearSearch) {
    for (auto& entry : entries)
      if (entry.first == name) return &entry.second;
    return nullptr;
  }
  const auto found = lower_bound(entries, name);
  return found != entries.end() && found->first == name ? &found->second : nullptr;
}

// Equal as multisets. Sets are distinct as a rule; those built by hand may not be, and still compare by content.
template <class Element>
bool equal_unordered(const std::vector<Element>& a, const std::vector<Element>& b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  const auto sorted = [](const std::vector<Element>& elements) {
    std::vector<const Element*> pointers;
    pointers.reserve(elements.size());
    for (const Element& element : elements) pointers.push_back(&element);
    std::ranges::sort(pointers, [](const Element* x, const Element* y) { return *x < *y; });
    return pointers;
  };
  return std::ranges::equal(sorted(a), sorted(b), [](const Element* x, const Element* y) { return *x == *y; });
}

struct SameContent {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }
  bool operator()(const StringSet& a, const StringSet& b) const { return equal_unordered(a.elements, b.elements); }
  bool operator()(const NumberSet& a, const NumberSet& b) const { return equal_unordered(a.elements, b.elements); }
  bool operator()(const BinarySet& a, const BinarySet& b) const { return equal_unordered(a.elements, b.elements); }
};

}  // namespace

std::string_view type_name(Type type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

bool parse_type_name(std::string_view name, Type& out) {
  return value::read_type_name(name, out);
}

Map::Map() = default;
Map::Map(const Map&) = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(const Map&) = default;
Map& Map::operator=(Map&&) noexcept = default;
Map::~Map() = default;

Map::Map(std::initializer_list<Entry> entries) {
  from_entries(entries, *this);
}

bool Map::from_entries(std::vector<Entry> entries, Map& out) {
  out.entries_ = std::move(entries);
  auto& all = out.entries_;
  if (is_strictly_ascending(all)) return true;
  // Sorting places rather than entries moves each entry once.
  std::vector<std::size_t> places(all.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, [&all](std::size_t a, std::size_t b) {
    const int order = all[a].first.compare(all[b].first);
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<Entry> sorted;
  sorted.reserve(all.size());
  for (const std::size_t place : places) {
    // Of equal names the last stays.
    if (!sorted.empty() && sorted.back().first == all[place].first) sorted.pop_back();
    sorted.push_back(std::move(all[place]));
  }
  all = std::move(sorted);
  return all.size() == places.size();
}

Map Map::from_sorted(std::vector<Entry> entries) {
  Map out;
  out.entries_ = std::move(entries);
  assert(is_strictly_ascending(out.entries_));
  return out;
}

const Value* Map::find(std::string_view name) const {
  return find_entry(entries_, name);
}
Value* Map::find(std::string_view name) {
  return find_entry(entries_, name);
}

Value& Map::set(std::string name, Value value) {
  if (entries_.empty() || entries_.back().first < name) {
    return entries_.emplace_back(std::move(name), std::move(value)).second;
  }
  const auto at = lower_bound(entries_, name);
  if (at->first == name) return at->second = std::move(value);
  return entries_.emplace(at, std::move(name), std::move(value))->second;
}

Value& Map::operator[](std::string_view name) {
  if (Value* found = find(name)) return *found;
  return set(std::string(name), Value());
}

bool Map::erase(std::string_view name) {
  const auto at = lower_bound(entries_, name);
  if (at == entries_.end() || at->first != name) return false;
  entries_.erase(at);
  return true;
}

bool operator==(const Map& a, const Map& b) {
  return a.entries_ == b.entries_;
}

bool operator==(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  return std::visit(
      [&b](const auto& content) {
        using T = std::remove_cvref_t<decltype(content)>;
        return SameContent()(content, std::get<T>(b.storage_));
      },
      a.storage_);
}

}  // namespace tabletheory
