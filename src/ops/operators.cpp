#include "ops/operators.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/limits.h"

namespace tabletheory::ops {
namespace {

struct Name {
  std::string_view name;
  Operator op;
};
constexpr Name kNames[] = {
    {"=", Operator::kEq},
    {"eq", Operator::kEq},
    {"!=", Operator::kNe},
    {"<>", Operator::kNe},
    {"ne", Operator::kNe},
    {"<", Operator::kLt},
    {"lt", Operator::kLt},
    {"<=", Operator::kLe},
    {"le", Operator::kLe},
    {">", Operator::kGt},
    {"gt", Operator::kGt},
    {">=", Operator::kGe},
    {"ge", Operator::kGe},
    {"between", Operator::kBetween},
    {"in", Operator::kIn},
    {"begins_with", Operator::kBeginsWith},
    {"contains", Operator::kContains},
    {"exists", Operator::kExists},
    {"attribute_exists", Operator::kExists},
    {"not_exists", Operator::kNotExists},
    {"attribute_not_exists", Operator::kNotExists},
};

struct Arity {
  std::size_t least, most;
};
constexpr Arity arity_of(Operator op) {
  switch (op) {
    case Operator::kBetween:
      return {2, 2};
    case Operator::kIn:
      return {1, limits::kInOperands};
    case Operator::kExists:
    case Operator::kNotExists:
      return {0, 0};
    default:
      return {1, 1};
  }
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

expr::Condition function(expr::Condition::Kind kind, expr::Path path, std::vector<Value> values) {
  expr::Condition condition;
  condition.kind = kind;
  condition.operands.push_back(expr::Operand::of(std::move(path)));
  for (Value& value : values) condition.operands.push_back(expr::Operand::of(std::move(value)));
  return condition;
}

}  // namespace

Result<Operator> parse_operator(std::string_view name) {
  const std::string lower = lower_case(name);
  for (const Name& entry : kNames)
    if (entry.name == lower) return entry.op;
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("\"{}\" is no operator; use one of = != < <= > >= between in begins_with contains exists "
                          "not_exists",
                          name));
}

Result<Operator> parse_operator(std::string_view name, std::string_view attribute, std::size_t values) {
  TT_TRY(const Operator op, parse_operator(name));
  const auto [least, most] = arity_of(op);
  if (values >= least && values <= most) return op;
  const std::string wanted = least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
  return fail(ErrorCode::kInvalidOperator, fmt::format("operator \"{}\" on \"{}\" takes {} value{}, not {}", name,
                                                       attribute, wanted, wanted == "1" ? "" : "s", values));
}

bool fits_sort_key(Operator op) {
  switch (op) {
    case Operator::kEq:
    case Operator::kLt:
    case Operator::kLe:
    case Operator::kGt:
    case Operator::kGe:
    case Operator::kBetween:
    case Operator::kBeginsWith:
      return true;
    default:
      return false;
  }
}

expr::Condition make_condition(Operator op, expr::Path path, std::vector<Value> values) {
  using Kind = expr::Condition::Kind;
  using expr::Comparator;
  using expr::Operand;
  const auto compare = [&](Comparator comparator) {
    return expr::Condition::compare(Operand::of(std::move(path)), comparator, Operand::of(std::move(values.front())));
  };
  switch (op) {
    case Operator::kEq:
      return compare(Comparator::kEq);
    case Operator::kNe:
      return compare(Comparator::kNe);
    case Operator::kLt:
      return compare(Comparator::kLt);
    case Operator::kLe:
      return compare(Comparator::kLe);
    case Operator::kGt:
      return compare(Comparator::kGt);
    case Operator::kGe:
      return compare(Comparator::kGe);
    case Operator::kBetween:
      return function(Kind::kBetween, std::move(path), std::move(values));
    case Operator::kIn:
      return function(Kind::kIn, std::move(path), std::move(values));
    case Operator::kBeginsWith:
      return function(Kind::kBeginsWith, std::move(path), std::move(values));
    case Operator::kContains:
      return function(Kind::kContains, std::move(path), std::move(values));
    case Operator::kExists:
      return function(Kind::kAttributeExists, std::move(path), {});
    case Operator::kNotExists:
      break;
  }
  return function(Kind::kAttributeNotExists, std::move(path), {});
}

}  // namespace tabletheory::ops
