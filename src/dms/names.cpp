#include "dms/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "dms/name_characters_table.h"
#include "dms/reserved_identifiers_table.h"
#include "dms/source_text.h"
#include "value/limits.h"

namespace tabletheory::dms {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c);
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string camel_case(std::string_view field) {
  std::string out(field);
  if (field == "PK" || field == "SK") return out;
  const auto capitals = static_cast<std::size_t>(std::ranges::find_if_not(field, is_upper) - field.begin());
  const bool is_lower_next = capitals < field.size() && is_lower(field[capitals]);
  const std::size_t lowered = capitals > 1 && is_lower_next ? capitals - 1 : capitals;
  std::transform(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(lowered), out.begin(), to_lower);
  return out;
}

std::string snake_case(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool is_lower_next = i + 1 < field.size() && is_lower(field[i + 1]);
    if (i > 0 && is_upper(field[i]) && (is_lower(field[i - 1]) || (is_upper(field[i - 1]) && is_lower_next)))
      out.push_back('_');
    out.push_back(to_lower(field[i]));
  }
  return out;
}

bool is_camel_case(std::string_view name) {
  if (name == "PK" || name == "SK") return true;
  return !name.empty() && is_lower(name.front()) && std::ranges::all_of(name, is_alphanumeric);
}

bool is_snake_case(std::string_view name) {
  const auto fits = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
  return !name.empty() && is_lower(name.front()) && name.back() != '_' && !name.contains("__") &&
         std::ranges::all_of(name, fits);
}

bool is_verbatim_character(char32_t c) {
  if (c < 0x80)
    return is_alphanumeric(static_cast<char>(c)) || std::string_view("-_.:#").contains(static_cast<char>(c));
  const auto* range = std::ranges::lower_bound(kNameCharacters, c, {}, &CharacterRange::last);
  return range != std::end(kNameCharacters) && range->first <= c;
}

bool is_verbatim(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const CodePoint point = decode_code_point(name);
    if (point.length == 0 || !is_verbatim_character(point.value)) return false;
    name.remove_prefix(point.length);
  }
  return true;
}

// Unicode's white space and line breaks beyond ASCII (property White_Space).
bool is_white_space(char32_t c) {
  return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Controls proper, and the invisible ones that change how the text around them is shown.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

std::string_view unsafe_character(char32_t c) {
  if (c == '"' || c == '\'') return "a quote";
  if (c == '`') return "a back-tick";
  if (c == '\\') return "a backslash";
  if (c == ',') return "a comma";
  if (c == 0) return "NUL";
  if (is_white_space(c)) return "white space";
  return is_control(c) ? "a control character" : std::string_view{};
}

}  // namespace

std::string attribute_name(std::string_view field, Naming naming, std::string_view role) {
  if (naming == Naming::kDynamorm && role == "pk") return "PK";
  if (naming == Naming::kDynamorm && role == "sk") return "SK";
  if (naming == Naming::kSnakeCase) return snake_case(field);
  return naming == Naming::kVerbatim ? std::string(field) : camel_case(field);
}

bool fits_convention(std::string_view name, Naming naming) {
  if (naming == Naming::kSnakeCase) return is_snake_case(name);
  return naming == Naming::kVerbatim ? is_verbatim(name) : is_camel_case(name);
}

std::string_view convention_rule(Naming naming) {
  switch (naming) {
    case Naming::kSnakeCase:
      return "lower-case words joined by _, a letter first";
    case Naming::kVerbatim:
      return "letters, digits and - _ . : #";
    default:
      return "a lower-case letter, then letters and digits; or PK, SK";
  }
}

std::string unsafe_reason(std::string_view name) {
  if (name.empty()) return "is empty";
  while (!name.empty()) {
    const CodePoint point = decode_code_point(name);
    if (point.length == 0) return "is not UTF-8";
    if (const std::string_view what = unsafe_character(point.value); !what.empty())
      return fmt::format("holds {}", what);
    name.remove_prefix(point.length);
  }
  return {};
}

bool is_identifier(std::string_view name) {
  return !name.empty() && (is_upper(name.front()) || is_lower(name.front())) && !name.contains("__") &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

std::string_view reserved_by(std::string_view name) {
  const auto* word = std::ranges::lower_bound(kReservedIdentifiers, name, {}, &ReservedIdentifier::word);
  return word != std::end(kReservedIdentifiers) && word->word == name ? word->language : std::string_view{};
}

bool is_resource_name(std::string_view name) {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return name.size() >= limits::kTableNameMin && name.size() <= limits::kTableNameMax &&
         std::ranges::all_of(name, fits);
}

}  // namespace tabletheory::dms
