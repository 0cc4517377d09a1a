// What the grammars of all expressions share: the token stream, document paths, placeholders, limits, and which of
// several problems is reported. Internal to src/expr.
//
// Syntax errors stop the parse at once. Every other problem is noted with a rank and the parse goes on; in the end the
// problem of the lowest rank, and of those the first in the text, is the one reported, as the service does it.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/lexer.h"
#include "expr/parser.h"

namespace tabletheory::expr {

enum class Rank : std::uint8_t {
  kSyntax,
  kLimit,
  kParentheses,
  kFunctionName,
  kFunctionUse,
  kReservedWord,
  kSection,
  kUndefined,
  kPaths,
  kActionOperand,
  kOperandCount,
  kOperandType,
  kDistinct,
};

class Grammar {
 public:
  // `text` and `placeholders` are borrowed for the life of this object.
  Grammar(std::string_view text, Placeholders& placeholders);

  // The problem to report, after the parse.
  std::optional<Problem> problem() const;

 protected:
  // Nested parentheses and function calls: as deep as the operators of one expression can make them.
  static constexpr int kMaxDepth = 320;

  const Token& peek() const { return tokens_[position_]; }
  const Token& peek_next() const { return tokens_[std::min(position_ + 1, tokens_.size() - 1)]; }
  const Token& take() { return position_ + 1 < tokens_.size() ? tokens_[position_++] : tokens_[position_]; }
  bool at_end() const { return peek().kind == Token::Kind::kEnd; }
  bool at_function() const { return peek().kind == Token::Kind::kWord && peek_next().is("("); }
  // Takes the token when it is there.
  bool accept(std::string_view punctuation);
  bool accept_keyword(std::string_view upper);
  // Like accept; a syntax error otherwise.
  bool expect(std::string_view punctuation);
  bool expect_keyword(std::string_view upper);
  bool expect_end();

  // Notes the current token as the syntax error. Always false, for `return syntax_error();`.
  bool syntax_error();
  void note(Rank rank, std::string message);
  bool failed() const { return problem_rank_ == Rank::kSyntax && problem_.has_value(); }

  // One more operator or function.
  void count_operator() { ++operators_; }

  // Each reads one thing at the current token; false: syntax error.
  bool parse_path(Path& path);
  bool parse_value(Operand& operand);
  // `, `-separated things, at least one.
  template <class ParseOne>
  bool parse_list(ParseOne parse_one) {
    do {
      if (!parse_one()) return false;
    } while (accept(","));
    return true;
  }

  // Notes the first path that overlaps or conflicts with one before it.
  void check_disjoint(const std::vector<const Path*>& paths);
  void check_operand_type(std::string_view operation, const Operand& operand, std::initializer_list<Type> allowed);

  // Within parentheses or the arguments of a function.
  bool nested() const { return depth_ > 0; }
  // Counts nesting while in scope. `too_deep()`: stop here, it has been noted.
  class Nesting {
   public:
    explicit Nesting(Grammar& grammar) : grammar_(grammar) { ++grammar_.depth_; }
    ~Nesting() { --grammar_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    bool too_deep() const;

   private:
    Grammar& grammar_;
  };

 private:
  void check_disjoint(const Path& path, std::span<const Path* const> others);
  bool parse_name_step(Path& path);
  bool parse_index_step(Path& path);

  std::string_view text_;
  Placeholders& placeholders_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::size_t operators_ = 0;
  int depth_ = 0;
  std::optional<Problem> problem_;
  Rank problem_rank_ = Rank::kSyntax;
};

// The type an operand has in every item, when that can be told from the expression alone.
std::optional<Type> static_type(const Operand& operand);

// A path as messages show it: `[a, [0], b]`.
std::string describe(const Path& path);

}  // namespace tabletheory::expr
