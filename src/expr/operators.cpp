#include "expr/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "value/closest_word.h"

namespace tabletheory::expr {
namespace {

std::string lower_case(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

const Operator& operator_of(OperatorId id) {
  return kOperators[static_cast<std::size_t>(id)];
}

template <std::size_t Count>
const Operator* find_in(const OperatorName (&names)[Count], std::string_view name) {
  const auto* found =
      std::find_if(std::begin(names), std::end(names), [&](const OperatorName& known) { return known.name == name; });
  return found == std::end(names) ? nullptr : &operator_of(found->id);
}

// The name that an unknown operator was probably meant to be; empty when none is close.
std::string_view closest_name(std::string_view name) {
  if (const Operator* meant = find_in(kMeantOperators, name)) return meant->name;
  constexpr std::size_t kShortestWord = 3;  // signs, and words of two letters, are near to too many
  if (name.size() < kShortestWord) return {};
  std::vector<std::string_view> known;
  for (const OperatorName& op : kOperatorNames) {
    if (op.name.size() >= kShortestWord) known.push_back(op.name);
  }
  return value::closest_word(name, known);
}

std::string arity_text(const Operator& op) {
  if (op.max_values == 0) return "no value";
  if (op.min_values == op.max_values) return fmt::format("{} value{}", op.max_values, op.max_values == 1 ? "" : "s");
  return fmt::format("{} to {} values", op.min_values, op.max_values);
}

// `=, <, <=, …`: the names of the operators a key can take.
std::string key_operators(OperatorUse use) {
  std::string out;
  for (const Operator& op : kOperators) {
    if (op.keys != KeyUse::kBoth && (op.keys != KeyUse::kSort || use != OperatorUse::kSortKey)) continue;
    if (!out.empty()) out += ", ";
    out += op.name;
  }
  return out;
}

std::string unknown_operator(std::string_view name) {
  constexpr std::size_t kShown = 40;
  auto message = fmt::format("there is no operator \"{}\"", name.substr(0, kShown));
  const std::string_view closest = closest_name(lower_case(name));
  if (!closest.empty()) return message + fmt::format("; did you mean \"{}\"?", closest);
  return message +
         "; use one of =, <>, <, <=, >, >=, between, in, begins_with, contains, exists, not_exists, type, size_eq …";
}

Comparator comparator_of(OperatorId id) {
  switch (id) {
    case OperatorId::kNe:
    case OperatorId::kSizeNe:
      return Comparator::kNe;
    case OperatorId::kLt:
    case OperatorId::kSizeLt:
      return Comparator::kLt;
    case OperatorId::kLe:
    case OperatorId::kSizeLe:
      return Comparator::kLe;
    case OperatorId::kGt:
    case OperatorId::kSizeGt:
      return Comparator::kGt;
    case OperatorId::kGe:
    case OperatorId::kSizeGe:
      return Comparator::kGe;
    default:
      return Comparator::kEq;
  }
}

Condition::Kind condition_kind(OperatorId id) {
  switch (id) {
    case OperatorId::kBetween:
    case OperatorId::kSizeBetween:
      return Condition::Kind::kBetween;
    case OperatorId::kIn:
      return Condition::Kind::kIn;
    case OperatorId::kBeginsWith:
      return Condition::Kind::kBeginsWith;
    case OperatorId::kContains:
      return Condition::Kind::kContains;
    case OperatorId::kExists:
      return Condition::Kind::kAttributeExists;
    case OperatorId::kNotExists:
      return Condition::Kind::kAttributeNotExists;
    case OperatorId::kType:
      return Condition::Kind::kAttributeType;
    default:
      return Condition::Kind::kCompare;
  }
}

KeyCondition::Op key_op(OperatorId id) {
  switch (id) {
    case OperatorId::kLt:
      return KeyCondition::Op::kLt;
    case OperatorId::kLe:
      return KeyCondition::Op::kLe;
    case OperatorId::kGt:
      return KeyCondition::Op::kGt;
    case OperatorId::kGe:
      return KeyCondition::Op::kGe;
    case OperatorId::kBetween:
      return KeyCondition::Op::kBetween;
    case OperatorId::kBeginsWith:
      return KeyCondition::Op::kBeginsWith;
    default:
      return KeyCondition::Op::kEq;
  }
}

std::string_view operator_name(KeyCondition::Op op) {
  constexpr std::string_view kNames[] = {"=", "<", "<=", ">", ">=", "between", "begins_with"};
  return kNames[static_cast<std::size_t>(op)];
}

Condition build(const Path& path, const Operator& op, std::vector<Value> values) {
  Condition condition;
  condition.kind = condition_kind(op.id);
  condition.comparator = comparator_of(op.id);
  condition.operands.push_back(Operand::of(path));
  if (op.id >= OperatorId::kSizeEq) condition.operands.front().kind = Operand::Kind::kSize;
  for (Value& value : values) condition.operands.push_back(Operand::of(std::move(value)));
  return condition;
}

}  // namespace

const Operator* find_operator(std::string_view name) {
  return find_in(kOperatorNames, lower_case(name));
}

Result<const Operator*> resolve_operator(std::string_view name, std::size_t value_count, OperatorUse use) {
  const Operator* op = find_operator(name);
  if (op == nullptr) return fail(ErrorCode::kInvalidOperator, unknown_operator(name));
  if (value_count < op->min_values || value_count > op->max_values) {
    return fail(ErrorCode::kInvalidOperator,
                fmt::format("operator \"{}\" takes {}, but {} {} given", op->name, arity_text(*op), value_count,
                            value_count == 1 ? "was" : "were"));
  }
  const bool sort_key = use == OperatorUse::kSortKey;
  if (use != OperatorUse::kCondition && op->keys != KeyUse::kBoth && !(sort_key && op->keys == KeyUse::kSort)) {
    return fail(ErrorCode::kInvalidOperator,
                fmt::format("a {} key cannot take operator \"{}\"; use {}, or put the condition into the filter",
                            sort_key ? "sort" : "partition", op->name, key_operators(use)));
  }
  return op;
}

Result<Condition> make_condition(const Path& path, std::string_view op, std::vector<Value> values) {
  TT_TRY(const Operator* found, resolve_operator(op, values.size()));
  return build(path, *found, std::move(values));
}

Result<KeyCondition> make_key_condition(std::string attribute, std::string_view op, std::vector<Value> values,
                                        OperatorUse use) {
  TT_TRY(const Operator* found, resolve_operator(op, values.size(), use));
  return KeyCondition{std::move(attribute), key_op(found->id), std::move(values)};
}

Condition to_condition(const KeyCondition& key) {
  return build(Path::attribute(key.attribute), *find_operator(operator_name(key.op)), key.values);
}

}  // namespace tabletheory::expr
