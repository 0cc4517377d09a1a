#include "expr/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "expr/messages.h"
#include "value/limits.h"

namespace tabletheory::expr {
namespace {

constexpr std::size_t kMaxPathSteps = 32;  // the service's nesting limit
constexpr std::int64_t kMaxListIndex = 2'147'483'647;

}  // namespace

Grammar::Grammar(std::string_view text, Placeholders& placeholders) : text_(text), placeholders_(placeholders) {
  // Oversized text is not looked at: its one token is the end.
  if (text.empty()) {
    note(Rank::kSyntax, messages::kEmpty);
  } else if (text.size() > limits::kExpressionBytes) {
    note(Rank::kSyntax, fmt::format(messages::kTooLong, text.size()));
  }
  tokens_ = tokenize(failed() ? std::string_view() : text);
}

std::optional<Problem> Grammar::problem() const {
  const bool too_many = operators_ > limits::kExpressionOperators;
  if (too_many && (!problem_ || problem_rank_ > Rank::kLimit)) {
    return Problem{fmt::format(messages::kTooManyOperators, operators_)};
  }
  return problem_;
}

void Grammar::note(Rank rank, std::string message) {
  if (problem_ && problem_rank_ <= rank) return;
  problem_ = Problem{std::move(message)};
  problem_rank_ = rank;
}

bool Grammar::syntax_error() {
  // "near" is the offending token between its neighbours, as written; at the end, the two tokens before it.
  const bool end = at_end();
  const std::size_t first = position_ - std::min<std::size_t>(position_, end ? 2 : 1);
  const std::size_t last = end ? position_ : position_ + 1;
  const char* from = tokens_[first].text.data();
  std::string_view near;
  if (last > first) {
    const std::string_view last_text =
        tokens_[last].kind == Token::Kind::kEnd && last > 0 ? tokens_[last - 1].text : tokens_[last].text;
    near = {from, static_cast<std::size_t>(last_text.data() + last_text.size() - from)};
  }
  note(Rank::kSyntax, fmt::format(messages::kSyntax, end ? messages::kEndToken : peek().text, near));
  return false;
}

bool Grammar::accept(std::string_view punctuation) {
  if (!peek().is(punctuation)) return false;
  take();
  return true;
}

bool Grammar::accept_keyword(std::string_view upper) {
  if (!peek().is_keyword(upper)) return false;
  take();
  return true;
}

bool Grammar::expect(std::string_view punctuation) {
  return accept(punctuation) || syntax_error();
}
bool Grammar::expect_keyword(std::string_view upper) {
  return accept_keyword(upper) || syntax_error();
}
bool Grammar::expect_end() {
  return at_end() || syntax_error();
}

bool Grammar::parse_path(Path& path) {
  path.steps.clear();
  if (!parse_name_step(path)) return false;
  while (true) {
    if (accept(".")) {
      if (!parse_name_step(path)) return false;
    } else if (accept("[")) {
      if (!parse_index_step(path)) return false;
    } else {
      break;
    }
  }
  if (path.steps.size() > kMaxPathSteps) {
    note(Rank::kLimit, fmt::format(messages::kPathTooDeep, path.steps.size()));
  }
  return true;
}

bool Grammar::parse_name_step(Path& path) {
  const Token token = peek();
  if (token.kind == Token::Kind::kWord) {
    take();
    if (is_reserved_word(token.text)) note(Rank::kReservedWord, fmt::format(messages::kReservedWord, token.text));
    path.steps.push_back({std::string(token.text)});
    return true;
  }
  if (token.kind != Token::Kind::kName) return syntax_error();
  take();
  const std::string* name = placeholders_.name(token.text);
  if (name == nullptr) note(Rank::kUndefined, fmt::format(messages::kUndefinedName, token.text));
  path.steps.push_back({name != nullptr ? *name : std::string(token.text)});
  return true;
}

bool Grammar::parse_index_step(Path& path) {
  const Token token = peek();
  if (token.kind != Token::Kind::kDigits) return syntax_error();
  take();
  std::int64_t index = 0;
  const auto read = std::from_chars(token.text.data(), token.text.data() + token.text.size(), index);
  if (read.ec != std::errc() || index > kMaxListIndex) {
    note(Rank::kLimit, fmt::format(messages::kIndexOutOfRange, token.text));
    index = kMaxListIndex;
  }
  path.steps.push_back({std::string(), index});
  return expect("]");
}

bool Grammar::parse_value(Operand& operand) {
  const Token token = peek();
  if (token.kind != Token::Kind::kValue) return syntax_error();
  take();
  const Value* value = placeholders_.value(token.text);
  if (value == nullptr) note(Rank::kUndefined, fmt::format(messages::kUndefinedValue, token.text));
  operand.kind = Operand::Kind::kLiteral;
  operand.placeholder = token.text;
  if (value != nullptr) operand.literal = *value;
  return true;
}

void Grammar::check_disjoint(const std::vector<const Path*>& paths) {
  constexpr std::size_t kScanned = 32;  // up to here comparing all pairs is faster than grouping by root
  if (paths.size() <= kScanned) {
    for (std::size_t i = 1; i < paths.size(); ++i) check_disjoint(*paths[i], {paths.data(), i});
    return;
  }
  std::unordered_map<std::string_view, std::vector<const Path*>> by_root;
  for (const Path* path : paths) {
    auto& before = by_root[path->root()];
    check_disjoint(*path, before);
    before.push_back(path);
  }
}

void Grammar::check_disjoint(const Path& path, std::span<const Path* const> others) {
  for (const Path* other : others) {
    if (overlaps(*other, path)) {
      note(Rank::kPaths, fmt::format(messages::kOverlap, describe(*other), describe(path)));
    } else if (conflicts(*other, path)) {
      note(Rank::kPaths, fmt::format(messages::kConflict, describe(*other), describe(path)));
    }
  }
}

void Grammar::check_operand_type(std::string_view operation, const Operand& operand,
                                 std::initializer_list<Type> allowed) {
  const auto type = static_type(operand);
  if (!type || std::find(allowed.begin(), allowed.end(), *type) != allowed.end()) return;
  note(Rank::kOperandType, fmt::format(messages::kOperandType, operation, type_name(*type)));
}

bool Grammar::Nesting::too_deep() const {
  if (grammar_.depth_ <= kMaxDepth) return false;
  grammar_.note(Rank::kSyntax, fmt::format(messages::kTooDeep, grammar_.depth_));
  return true;
}

std::optional<Type> static_type(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::kPath:
      return std::nullopt;
    case Operand::Kind::kLiteral:
      return operand.literal.type();
    case Operand::Kind::kSize:
    case Operand::Kind::kPlus:
    case Operand::Kind::kMinus:
      return Type::kN;
    case Operand::Kind::kListAppend:
      return Type::kL;
    case Operand::Kind::kIfNotExists:
      return static_type(operand.operands.front());
  }
  return std::nullopt;
}

std::string describe(const Path& path) {
  std::string out = "[";
  for (const auto& step : path.steps) {
    if (out.size() > 1) out += ", ";
    out += step.is_index() ? fmt::format("[{}]", step.index) : step.name;
  }
  return out + "]";
}

}  // namespace tabletheory::expr
