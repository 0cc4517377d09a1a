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

// The keys of `table` not in `used`, `, ` between them; empty when there are none.
std::string unused_keys(const Map* table, const std::set<std::string, std::less<>>& used) {
  std::string keys;
  if (table == nullptr) return keys;
  for (const auto& [key, value] : *table) {
    if (used.contains(key)) continue;
    if (!keys.empty()) keys += ", ";
    keys += key;
  }
  return keys;
}

}  // namespace

const std::string* Placeholders::name(std::string_view placeholder) {
  const Value* value = names_ == nullptr ? nullptr : names_->find(placeholder);
  if (value == nullptr || !value->is(Type::kS)) return nullptr;
  used_.emplace(placeholder);
  return &value->text();
}

const Value* Placeholders::value(std::string_view placeholder) {
  const Value* value = values_ == nullptr ? nullptr : values_->find(placeholder);
  if (value != nullptr) used_.emplace(placeholder);
  return value;
}

std::optional<std::string> Placeholders::unused() const {
  if (const auto keys = unused_keys(names_, used_); !keys.empty()) return fmt::format(messages::kUnusedNames, keys);
  if (const auto keys = unused_keys(values_, used_); !keys.empty()) return fmt::format(messages::kUnusedValues, keys);
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
