// The grammar of ConditionExpression, FilterExpression and KeyConditionExpression. Internal to src/expr.
//
//     condition := and ( OR and )*          and := not ( AND not )*          not := NOT* comparison
//     comparison := operand ( comparator operand | BETWEEN operand AND operand | IN ( operand, … ) )
//                 | function | ( condition )
//     operand := path | :value | size( operand ) | ( operand )
//
// An opening parenthesis may begin a condition or an operand; only what follows tells. So the rules hand up a Term.
#pragma once

#include "expr/grammar.h"

namespace tabletheory::expr {

class ConditionGrammar : public Grammar {
 public:
  using Grammar::Grammar;

  // The whole text; see problem() afterwards.
  bool parse(Condition& condition);

 private:
  struct Term {
    bool is_operand = false;
    bool parenthesised = false;  // the whole term is one pair of parentheses
    std::string_view function;   // the term is a bare call of this function
    Operand operand;
    Condition condition;
  };
  using Rule = bool (ConditionGrammar::*)(Term&);

  bool parse_or(Term& term);
  bool parse_and(Term& term);
  bool parse_not(Term& term);
  bool parse_primary(Term& term);
  bool parse_chain(Term& term, Rule part, std::string_view keyword, Condition::Kind kind);
  bool parse_parentheses(Term& term, Rule inner);
  bool parse_after_term(Term& term);
  bool parse_comparison(Term& term);
  bool parse_between(Condition& condition);
  bool parse_in(Condition& condition);
  bool parse_operand(Operand& operand);
  bool parse_operand_term(Term& term);
  bool parse_atom(Term& term);
  bool parse_function(Term& term);

  void make_function(std::string_view name, std::vector<Operand> arguments, Term& term);
  void make_size(std::vector<Operand> arguments, Term& term);
  void check_function(std::string_view name, const Condition& condition);
  void check_attribute_type(const Operand& type);
  void check_comparison(std::string_view operation, const Condition& condition);
  void check_bounds(const Operand& lower, const Operand& upper);
  void check_distinct(std::string_view operation, const std::vector<Operand>& operands);
  void misused(std::string_view function);

  // At a comparator, BETWEEN or IN.
  bool at_comparison() const;
  // At a word that is a keyword here, so no attribute name: AND, OR, NOT, BETWEEN, IN.
  bool at_keyword() const;
};

// The operator as written: "=", "<>", "<", "<=", ">", ">=".
std::string_view comparator_text(Comparator comparator);

}  // namespace tabletheory::expr
