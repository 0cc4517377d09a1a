#include "expr/condition_grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "expr/evaluate.h"
#include "expr/messages.h"
#include "value/base64.h"
#include "value/limits.h"

namespace tabletheory::expr {
namespace {

constexpr std::array<std::pair<std::string_view, Comparator>, 6> kComparators{{{"=", Comparator::kEq},
                                                                               {"<>", Comparator::kNe},
                                                                               {"<", Comparator::kLt},
                                                                               {"<=", Comparator::kLe},
                                                                               {">", Comparator::kGt},
                                                                               {">=", Comparator::kGe}}};

struct FunctionRule {
  std::string_view name;
  std::size_t operand_count;
  Condition::Kind kind;
  bool first_is_path;
};
// size() stands apart: it is an operand.
constexpr FunctionRule kFunctions[] = {
    {"attribute_exists", 1, Condition::Kind::kAttributeExists, true},
    {"attribute_not_exists", 1, Condition::Kind::kAttributeNotExists, true},
    {"attribute_type", 2, Condition::Kind::kAttributeType, true},
    {"begins_with", 2, Condition::Kind::kBeginsWith, false},
    {"contains", 2, Condition::Kind::kContains, false},
};

const FunctionRule* find_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const FunctionRule& rule) { return rule.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

std::optional<Comparator> comparator_of(const Token& token) {
  if (token.kind != Token::Kind::kPunctuation) return std::nullopt;
  for (const auto& [text, comparator] : kComparators) {
    if (text == token.text) return comparator;
  }
  return std::nullopt;
}

// `S:b`, for BETWEEN bounds: S, N or B.
std::string bound_text(const Value& value) {
  std::string out(type_name(value.type()));
  out += ':';
  if (const auto* text = value.get_if<std::string>()) out += *text;
  if (const auto* number = value.get_if<Number>()) number->append_to(out);
  if (const auto* bytes = value.get_if<Bytes>()) value::append_base64(*bytes, out);
  return out;
}

}  // namespace

std::string_view comparator_text(Comparator comparator) {
  return kComparators[static_cast<std::size_t>(comparator)].first;
}

bool ConditionGrammar::parse(Condition& condition) {
  if (failed()) return false;
  Term term;
  if (!parse_or(term) || !expect_end()) return false;
  condition = std::move(term.condition);
  return !problem();
}

bool ConditionGrammar::parse_or(Term& term) {
  return parse_chain(term, &ConditionGrammar::parse_and, "OR", Condition::Kind::kOr);
}

bool ConditionGrammar::parse_and(Term& term) {
  return parse_chain(term, &ConditionGrammar::parse_not, "AND", Condition::Kind::kAnd);
}

bool ConditionGrammar::parse_chain(Term& term, Rule part, std::string_view keyword, Condition::Kind kind) {
  if (!(this->*part)(term)) return false;
  if (term.is_operand || !peek().is_keyword(keyword)) return true;
  Condition chain;
  chain.kind = kind;
  chain.children.push_back(std::move(term.condition));
  while (accept_keyword(keyword)) {
    count_operator();
    Term next;
    if (!(this->*part)(next)) return false;
    if (next.is_operand) return syntax_error();
    chain.children.push_back(std::move(next.condition));
  }
  term = Term{};
  term.condition = std::move(chain);
  return true;
}

bool ConditionGrammar::parse_not(Term& term) {
  std::size_t negations = 0;  // a loop, since a text may hold a thousand of them
  while (accept_keyword("NOT")) ++negations;
  if (!parse_primary(term)) return false;
  if (negations == 0) return true;
  if (term.is_operand) return syntax_error();
  term.parenthesised = false;
  for (; negations > 0; --negations) {
    count_operator();
    term.condition = Condition::negate(std::move(term.condition));
  }
  return true;
}

bool ConditionGrammar::parse_primary(Term& term) {
  const bool read = peek().is("(") ? parse_parentheses(term, &ConditionGrammar::parse_or) : parse_atom(term);
  return read && parse_after_term(term);
}

// `( inner )`; a pair directly within a pair is redundant.
bool ConditionGrammar::parse_parentheses(Term& term, Rule inner) {
  const Nesting nesting(*this);
  if (nesting.too_deep() || !expect("(") || !(this->*inner)(term) || !expect(")")) return false;
  if (term.parenthesised) note(Rank::kParentheses, messages::kRedundantParentheses);
  term.parenthesised = true;
  return true;
}

// A term becomes a comparison, stays the condition it is, or waits as an operand for its closing parenthesis.
bool ConditionGrammar::parse_after_term(Term& term) {
  if (at_comparison()) return parse_comparison(term);
  if (!term.is_operand || (nested() && peek().is(")"))) return true;
  if (term.function.empty()) return syntax_error();
  misused(term.function);
  term = Term{};
  return true;
}

bool ConditionGrammar::parse_comparison(Term& term) {
  if (!term.is_operand) {
    if (term.function.empty()) return syntax_error();
    misused(term.function);
  }
  count_operator();
  Condition condition;
  condition.operands.push_back(std::move(term.operand));
  std::string_view operation = peek().text;
  if (const auto comparator = comparator_of(peek())) {
    take();
    condition.comparator = *comparator;
    if (!parse_operand(condition.operands.emplace_back())) return false;
  } else if (accept_keyword("BETWEEN")) {
    operation = "BETWEEN";
    if (!parse_between(condition)) return false;
  } else {
    operation = "IN";
    take();
    if (!parse_in(condition)) return false;
  }
  check_comparison(operation, condition);
  term = Term{};
  term.condition = std::move(condition);
  return true;
}

bool ConditionGrammar::parse_between(Condition& condition) {
  condition.kind = Condition::Kind::kBetween;
  return parse_operand(condition.operands.emplace_back()) && expect_keyword("AND") &&
         parse_operand(condition.operands.emplace_back());
}

bool ConditionGrammar::parse_in(Condition& condition) {
  condition.kind = Condition::Kind::kIn;
  if (!expect("(")) return false;
  if (!parse_list([&] { return parse_operand(condition.operands.emplace_back()); }) || !expect(")")) return false;
  const std::size_t count = condition.operands.size() - 1;
  if (count > limits::kInOperands) note(Rank::kOperandCount, fmt::format(messages::kTooManyInOperands, count));
  return true;
}

bool ConditionGrammar::parse_operand(Operand& operand) {
  Term term;
  if (!parse_operand_term(term)) return false;
  operand = std::move(term.operand);
  return true;
}

bool ConditionGrammar::parse_operand_term(Term& term) {
  if (peek().is("(")) return parse_parentheses(term, &ConditionGrammar::parse_operand_term);
  if (!parse_atom(term)) return false;
  if (!term.is_operand) misused(term.function);
  return true;
}

bool ConditionGrammar::parse_atom(Term& term) {
  if (at_keyword()) return syntax_error();
  if (at_function()) return parse_function(term);
  term.is_operand = true;
  if (peek().kind == Token::Kind::kValue) return parse_value(term.operand);
  term.operand.kind = Operand::Kind::kPath;
  return parse_path(term.operand.path);
}

bool ConditionGrammar::parse_function(Term& term) {
  const Nesting nesting(*this);
  if (nesting.too_deep()) return false;
  const std::string_view name = take().text;
  take();  // the parenthesis
  std::vector<Operand> arguments;
  if (!parse_list([&] { return parse_operand(arguments.emplace_back()); }) || !expect(")")) return false;
  count_operator();
  term.function = name;
  make_function(name, std::move(arguments), term);
  return true;
}

void ConditionGrammar::make_function(std::string_view name, std::vector<Operand> arguments, Term& term) {
  if (name == "size") return make_size(std::move(arguments), term);
  const FunctionRule* rule = find_function(name);
  if (rule == nullptr) {
    const bool of_updates = name == "if_not_exists" || name == "list_append";
    const auto message =
        fmt::format(fmt::runtime(of_updates ? messages::kNotInCondition : messages::kUnknownFunction), name);
    return note(Rank::kFunctionName, message);
  }
  if (arguments.size() != rule->operand_count) {
    return note(Rank::kOperandCount, fmt::format(messages::kOperandCount, name, arguments.size()));
  }
  term.condition.kind = rule->kind;
  term.condition.operands = std::move(arguments);
  if (rule->first_is_path && term.condition.operands.front().kind != Operand::Kind::kPath) {
    return note(Rank::kOperandType, fmt::format(messages::kPathRequired, name));
  }
  check_function(name, term.condition);
}

void ConditionGrammar::make_size(std::vector<Operand> arguments, Term& term) {
  term.is_operand = true;
  term.operand.kind = Operand::Kind::kSize;
  if (arguments.size() != 1) {
    return note(Rank::kOperandCount, fmt::format(messages::kOperandCount, "size", arguments.size()));
  }
  check_operand_type("size", arguments.front(),
                     {Type::kS, Type::kB, Type::kSS, Type::kNS, Type::kBS, Type::kL, Type::kM});
  if (arguments.front().kind == Operand::Kind::kPath) {
    term.operand.path = std::move(arguments.front().path);
  } else {
    term.operand.operands = std::move(arguments);
  }
}

void ConditionGrammar::check_function(std::string_view name, const Condition& condition) {
  const auto& operands = condition.operands;
  if (condition.kind == Condition::Kind::kAttributeType) check_attribute_type(operands[1]);
  if (condition.kind == Condition::Kind::kBeginsWith) {
    for (const Operand& operand : operands) check_operand_type(name, operand, {Type::kS, Type::kB});
    check_distinct(name, operands);
  }
  if (condition.kind == Condition::Kind::kContains) {
    check_operand_type(name, operands[0], {Type::kS, Type::kB, Type::kSS, Type::kNS, Type::kBS, Type::kL});
    check_distinct(name, operands);
  }
}

void ConditionGrammar::check_attribute_type(const Operand& type) {
  const bool literal = type.kind == Operand::Kind::kLiteral;
  if (!literal || !type.literal.is(Type::kS)) {
    const std::string_view found = literal ? type_name(type.literal.type()) : messages::kAnyType;
    return note(Rank::kOperandType, fmt::format(messages::kOperandType, "attribute_type", found));
  }
  Type parsed;
  if (!parse_type_name(type.literal.text(), parsed)) {
    note(Rank::kOperandType, fmt::format(messages::kTypeName, type.literal.text()));
  }
}

void ConditionGrammar::check_comparison(std::string_view operation, const Condition& condition) {
  const bool by_equality = operation == "=" || operation == "<>" || operation == "IN";
  if (!by_equality) {
    for (const Operand& operand : condition.operands) {
      check_operand_type(operation, operand, {Type::kS, Type::kN, Type::kB});
    }
  }
  if (condition.kind == Condition::Kind::kBetween) check_bounds(condition.operands[1], condition.operands[2]);
  check_distinct(operation, condition.operands);
}

void ConditionGrammar::check_bounds(const Operand& lower, const Operand& upper) {
  if (lower.kind != Operand::Kind::kLiteral || upper.kind != Operand::Kind::kLiteral) return;
  const auto& low = lower.literal;
  const auto& high = upper.literal;
  if (low.type() != high.type()) {
    return note(Rank::kOperandType, fmt::format(messages::kBetweenTypes, bound_text(low), bound_text(high)));
  }
  if (const auto order = compare(high, low); order && *order < 0) {
    note(Rank::kOperandType, fmt::format(messages::kBetweenOrder, bound_text(low), bound_text(high)));
  }
}

void ConditionGrammar::check_distinct(std::string_view operation, const std::vector<Operand>& operands) {
  const Operand& first = operands.front();
  if (first.kind != Operand::Kind::kPath) return;
  const bool repeated = std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
    return operand.kind == Operand::Kind::kPath && operand.path == first.path;
  });
  if (repeated) note(Rank::kDistinct, fmt::format(messages::kNotDistinct, operation, describe(first.path)));
}

void ConditionGrammar::misused(std::string_view function) {
  note(Rank::kFunctionUse, fmt::format(messages::kMisusedFunction, function));
}

bool ConditionGrammar::at_comparison() const {
  return comparator_of(peek()) || peek().is_keyword("BETWEEN") || peek().is_keyword("IN");
}

bool ConditionGrammar::at_keyword() const {
  constexpr std::string_view kKeywords[] = {"AND", "OR", "NOT", "BETWEEN", "IN"};
  return std::any_of(std::begin(kKeywords), std::end(kKeywords),
                     [&](std::string_view keyword) { return peek().is_keyword(keyword); });
}

Parsed<Condition> parse_condition(std::string_view text, Placeholders& placeholders) {
  ConditionGrammar grammar(text, placeholders);
  Condition condition;
  if (!grammar.parse(condition)) return std::unexpected(*grammar.problem());
  return condition;
}

}  // namespace tabletheory::expr
