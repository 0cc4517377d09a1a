// Parser of DynamoDB expressions, with the service's checks and messages.
//
//     Placeholders placeholders{names, values};
//     auto condition = parse_condition("#s = :v AND attribute_exists(pk)", placeholders);
//     …parse the request's other expressions with the same placeholders…
//     if (auto unused = placeholders.unused()) …
//
// One Placeholders object serves all expressions of one request, so that unused names and values can be reported.
// Not thread-safe; the trees do not refer to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"

namespace tabletheory::expr {

// What is wrong, in the service's words, without the prefix that names the parameter ("Invalid UpdateExpression: ").
// E.g. `Syntax error; token: "=", near: "a = ="`, `An expression attribute value used in expression is not defined;
// attribute value: :v`, `Attribute name is a reserved keyword; reserved keyword: status`.
struct Problem {
  std::string message;
  bool whole = false;  // the message is complete as it stands: no prefix is put before it
};
template <class T>
using Parsed = std::expected<T, Problem>;

class Placeholders {
 public:
  Placeholders() = default;
  // `names` maps "#n" to attribute names (S values), `values` maps ":v" to values. Both are borrowed and must outlive
  // this object; either may be null.
  Placeholders(const Map* names, const Map* values);

  const std::string* name(std::string_view placeholder);  // marks it used; nullptr when not defined
  const Value* value(std::string_view placeholder);

  // "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}" (or …Values…), names first.
  std::optional<std::string> unused() const;
  bool has_names() const { return names_.entries != nullptr; }
  bool has_values() const { return values_.entries != nullptr; }

 private:
  struct Table {
    explicit Table(const Map* given) : entries(given), used(given != nullptr ? given->size() : 0) {}
    const Value* use(std::string_view key);
    // `, ` between them; empty when all are used.
    std::string unused_keys() const;

    const Map* entries;
    std::vector<bool> used;  // by position in `entries`
  };
  Table names_{nullptr};
  Table values_{nullptr};
};

// ConditionExpression and FilterExpression: the whole grammar, with static operand-type checks.
Parsed<Condition> parse_condition(std::string_view text, Placeholders& placeholders);
// UpdateExpression: clauses each at most once, overlapping and conflicting paths refused.
Parsed<Update> parse_update(std::string_view text, Placeholders& placeholders);
// ProjectionExpression: overlapping paths refused.
Parsed<Projection> parse_projection(std::string_view text, Placeholders& placeholders);

// KeyConditionExpression: conjunction of conditions on key attributes. Which attributes are keys is the caller's
// knowledge; here: only AND, =, <, <=, >, >=, BETWEEN, begins_with, operands path and literal, each path once, roots
// only.
struct KeyCondition {
  enum class Op : std::uint8_t { kEq, kLt, kLe, kGt, kGe, kBetween, kBeginsWith };
  std::string attribute;
  Op op = Op::kEq;
  std::vector<Value> values;  // 1, or 2 for kBetween
};
Parsed<std::vector<KeyCondition>> parse_key_condition(std::string_view text, Placeholders& placeholders);

// The tables themselves, before any expression is parsed: keys `#…` and `:…` of letters, digits and `_`, not empty,
// names that are strings, sizes within the limits. Either may be null. The problem is whole.
std::optional<Problem> check_placeholders(const Map* names, const Map* values);

bool is_reserved_word(std::string_view word);  // case-insensitive

}  // namespace tabletheory::expr
