#include <fmt/format.h>

#include <algorithm>

#include "expr/lexer.h"
#include "expr/messages.h"
#include "expr/parser.h"
#include "expr/reserved_words_table.h"
#include "value/limits.h"

namespace tabletheory::expr {
namespace {

constexpr std::string_view kNames = "ExpressionAttributeNames";
constexpr std::string_view kValues = "ExpressionAttributeValues";

template <class... Arguments>
Problem whole(fmt::format_string<Arguments...> pattern, Arguments&&... arguments) {
  return {fmt::format(pattern, std::forward<Arguments>(arguments)...), true};
}

bool is_placeholder(std::string_view key, char sigil) {
  return key.size() > 1 && key.front() == sigil && std::all_of(key.begin() + 1, key.end(), is_word_character);
}

std::optional<Problem> check_keys(std::string_view parameter, const Map& table, char sigil) {
  if (table.empty()) return whole(messages::kNoPlaceholders, parameter);
  for (const auto& [key, value] : table) {
    if (!is_placeholder(key, sigil)) return whole(messages::kPlaceholderSyntax, parameter, key);
    if (key.size() > limits::kPlaceholderBytes) return whole(messages::kPlaceholderTooLong, parameter, key.size());
  }
  return std::nullopt;
}

std::optional<Problem> check_names(const Map& names) {
  if (auto problem = check_keys(kNames, names, '#')) return problem;
  for (const auto& [key, value] : names) {
    const auto* name = value.get_if<std::string>();
    if (name == nullptr) return whole(messages::kNameNotText, key);
    if (name->empty()) return whole(messages::kNameEmpty, key);
    if (name->size() > limits::kAttributeNameBytes) return whole(messages::kNameTooLong, key);
  }
  return std::nullopt;
}

}  // namespace

Placeholders::Placeholders(const Map* names, const Map* values) : names_(names), values_(values) {}

const Value* Placeholders::Table::use(std::string_view key) {
  if (entries == nullptr) return nullptr;
  const auto found =
      std::lower_bound(entries->begin(), entries->end(), key,
                       [](const Map::Entry& entry, std::string_view wanted) { return entry.first < wanted; });
  if (found == entries->end() || found->first != key) return nullptr;
  used[static_cast<std::size_t>(found - entries->begin())] = true;
  return &found->second;
}

std::string Placeholders::Table::unused_keys() const {
  std::string keys;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    if (!keys.empty()) keys += ", ";
    keys += (entries->begin() + static_cast<std::ptrdiff_t>(i))->first;
  }
  return keys;
}

const std::string* Placeholders::name(std::string_view placeholder) {
  const Value* value = names_.use(placeholder);
  return value != nullptr ? value->get_if<std::string>() : nullptr;
}

const Value* Placeholders::value(std::string_view placeholder) {
  return values_.use(placeholder);
}

std::optional<std::string> Placeholders::unused() const {
  if (const auto keys = names_.unused_keys(); !keys.empty()) return fmt::format(messages::kUnusedNames, keys);
  if (const auto keys = values_.unused_keys(); !keys.empty()) return fmt::format(messages::kUnusedValues, keys);
  return std::nullopt;
}

std::optional<Problem> check_placeholders(const Map* names, const Map* values) {
  if (names != nullptr) {
    if (auto problem = check_names(*names)) return problem;
  }
  if (values != nullptr) {
    if (auto problem = check_keys(kValues, *values, ':')) return problem;
  }
  const std::size_t size =
      (names != nullptr ? item_size_bytes(*names) : 0) + (values != nullptr ? item_size_bytes(*values) : 0);
  if (size > limits::kSubstitutionBytes) return whole(messages::kSubstitutionTooLarge, size);
  return std::nullopt;
}

bool is_reserved_word(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return std::binary_search(std::begin(kReservedWords), std::end(kReservedWords), upper);
}

}  // namespace tabletheory::expr
