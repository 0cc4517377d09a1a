// KeyConditionExpression: a condition first, then what a condition on keys may hold. All problems found here stand
// without the prefix "Invalid KeyConditionExpression: ".
#include <fmt/format.h>

#include <algorithm>

#include "expr/messages.h"
#include "expr/parser.h"

namespace tabletheory::expr {
namespace {

using Verdict = std::optional<Problem>;

template <class... Arguments>
Problem refuse(fmt::format_string<Arguments...> pattern, Arguments&&... arguments) {
  return {fmt::format(pattern, std::forward<Arguments>(arguments)...), true};
}

// What KeyConditionExpression calls an operator it does not take; empty for those it takes.
std::string_view refused_operator(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::kOr:
      return "OR";
    case Condition::Kind::kNot:
      return "NOT";
    case Condition::Kind::kIn:
      return "IN";
    case Condition::Kind::kAttributeExists:
      return "attribute_exists";
    case Condition::Kind::kAttributeNotExists:
      return "attribute_not_exists";
    case Condition::Kind::kAttributeType:
      return "attribute_type";
    case Condition::Kind::kContains:
      return "contains";
    case Condition::Kind::kCompare:
      return condition.comparator == Comparator::kNe ? "<>" : "";
    case Condition::Kind::kAnd:
    case Condition::Kind::kBetween:
    case Condition::Kind::kBeginsWith:
      return "";
  }
  return "";
}

KeyCondition::Op op_of(const Condition& condition, bool attribute_first) {
  if (condition.kind == Condition::Kind::kBetween) return KeyCondition::Op::kBetween;
  if (condition.kind == Condition::Kind::kBeginsWith) return KeyCondition::Op::kBeginsWith;
  switch (condition.comparator) {
    case Comparator::kLt:
      return attribute_first ? KeyCondition::Op::kLt : KeyCondition::Op::kGt;
    case Comparator::kLe:
      return attribute_first ? KeyCondition::Op::kLe : KeyCondition::Op::kGe;
    case Comparator::kGt:
      return attribute_first ? KeyCondition::Op::kGt : KeyCondition::Op::kLt;
    case Comparator::kGe:
      return attribute_first ? KeyCondition::Op::kGe : KeyCondition::Op::kLe;
    case Comparator::kEq:
    case Comparator::kNe:
      break;
  }
  return KeyCondition::Op::kEq;
}

// One comparison, its operands each a path or a literal: `attribute op literal…`, or a comparator turned around.
Verdict check_operands(const Condition& condition) {
  std::size_t paths = 0;
  for (const Operand& operand : condition.operands) {
    if (operand.kind == Operand::Kind::kLiteral) continue;
    if (operand.kind != Operand::Kind::kPath) return refuse(messages::kKeyNestedOperation);
    if (!operand.path.is_root()) return refuse(messages::kKeyNestedAttribute);
    ++paths;
  }
  if (paths == 0) return refuse(messages::kKeyNoAttribute);
  if (paths > 1) return refuse(messages::kKeySeveralAttributes);
  if (condition.kind != Condition::Kind::kCompare && condition.operands.front().kind != Operand::Kind::kPath) {
    return refuse(messages::kKeyAttributeFirst,
                  condition.kind == Condition::Kind::kBetween ? "BETWEEN" : "begins_with");
  }
  return std::nullopt;
}

Verdict collect(Condition& condition, std::vector<KeyCondition>& out) {
  if (const auto name = refused_operator(condition); !name.empty()) return refuse(messages::kKeyOperator, name);
  if (condition.kind == Condition::Kind::kAnd) {
    for (Condition& child : condition.children) {
      if (auto problem = collect(child, out)) return problem;
    }
    return std::nullopt;
  }
  if (auto problem = check_operands(condition)) return problem;
  KeyCondition key;
  key.op = op_of(condition, condition.operands.front().kind == Operand::Kind::kPath);
  for (Operand& operand : condition.operands) {
    if (operand.kind == Operand::Kind::kPath) {
      key.attribute = operand.path.root();
    } else {
      key.values.push_back(std::move(operand.literal));
    }
  }
  const bool repeated =
      std::any_of(out.begin(), out.end(), [&](const KeyCondition& other) { return other.attribute == key.attribute; });
  if (repeated) return refuse(messages::kKeyConditionTwice);
  out.push_back(std::move(key));
  return std::nullopt;
}

}  // namespace

Parsed<std::vector<KeyCondition>> parse_key_condition(std::string_view text, Placeholders& placeholders) {
  auto condition = parse_condition(text, placeholders);
  if (!condition) return std::unexpected(std::move(condition).error());
  std::vector<KeyCondition> out;
  if (auto problem = collect(*condition, out)) return std::unexpected(std::move(*problem));
  return out;
}

}  // namespace tabletheory::expr
