// The grammar of UpdateExpression.
//
//     update := ( SET path = value, … | REMOVE path, … | ADD path :value, … | DELETE path :value, … )+
//     value := operand | operand + operand | operand - operand
//     operand := path | :value | if_not_exists( path, operand ) | list_append( operand, operand ) | ( value )
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "expr/grammar.h"
#include "expr/messages.h"

namespace tabletheory::expr {
namespace {

struct Section {
  std::string_view keyword;
  UpdateAction::Kind kind;
};
constexpr std::array<Section, 4> kSections{{{"SET", UpdateAction::Kind::kSet},
                                            {"REMOVE", UpdateAction::Kind::kRemove},
                                            {"ADD", UpdateAction::Kind::kAdd},
                                            {"DELETE", UpdateAction::Kind::kDelete}}};

constexpr std::string_view kConditionFunctions[] = {
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"};

// As the messages about ADD and DELETE operands name the types.
std::string_view long_type_name(Type type) {
  constexpr std::string_view kNames[] = {"STRING", "NUMBER", "BINARY",     "BOOLEAN",    "NULL",
                                         "MAP",    "LIST",   "STRING_SET", "NUMBER_SET", "BINARY_SET"};
  return kNames[static_cast<std::size_t>(type)];
}

bool is_set(Type type) {
  return type == Type::kSS || type == Type::kNS || type == Type::kBS;
}

class UpdateGrammar : public Grammar {
 public:
  using Grammar::Grammar;

  bool parse(Update& update) {
    if (failed()) return false;
    do {
      if (!parse_section(update)) return false;
    } while (!at_end());
    std::vector<const Path*> paths;
    for (const UpdateAction& action : update.actions) paths.push_back(&action.path);
    check_disjoint(paths);
    return !problem();
  }

 private:
  const Section* at_section() const {
    const auto* found = std::find_if(kSections.begin(), kSections.end(),
                                     [&](const Section& section) { return peek().is_keyword(section.keyword); });
    return found == kSections.end() ? nullptr : found;
  }

  bool parse_section(Update& update) {
    const Section* section = at_section();
    if (section == nullptr) return syntax_error();
    take();
    bool& seen = seen_[static_cast<std::size_t>(section->kind)];
    if (seen) note(Rank::kSection, fmt::format(messages::kSectionTwice, section->keyword));
    seen = true;
    return parse_list([&] { return parse_action(*section, update.actions.emplace_back()); });
  }

  bool parse_action(const Section& section, UpdateAction& action) {
    action.kind = section.kind;
    if (!parse_target(action.path)) return false;
    switch (section.kind) {
      case UpdateAction::Kind::kSet:
        return expect("=") && parse_sum(action.value);
      case UpdateAction::Kind::kRemove:
        return true;
      case UpdateAction::Kind::kAdd:
      case UpdateAction::Kind::kDelete:
        if (!parse_value(action.value)) return false;
        check_action_operand(section, action.value.literal.type());
        return true;
    }
    return true;
  }

  // The section keywords are no attribute names.
  bool parse_target(Path& path) { return at_section() != nullptr ? syntax_error() : parse_path(path); }

  bool parse_sum(Operand& out) {
    bool parenthesised = false;
    return parse_sum(out, parenthesised);
  }

  // `parenthesised`: the whole value is one pair of parentheses.
  bool parse_sum(Operand& out, bool& parenthesised) {
    if (!parse_operand(out, parenthesised)) return false;
    const Token token = peek();
    if (!token.is("+") && !token.is("-")) return true;
    take();
    count_operator();
    parenthesised = false;
    Operand sum;
    sum.kind = token.is("+") ? Operand::Kind::kPlus : Operand::Kind::kMinus;
    sum.operands.push_back(std::move(out));
    bool ignored = false;
    if (!parse_operand(sum.operands.emplace_back(), ignored)) return false;
    for (const Operand& operand : sum.operands) check_operand_type(token.text, operand, {Type::kN});
    out = std::move(sum);
    return true;
  }

  bool parse_operand(Operand& out, bool& parenthesised) {
    parenthesised = false;
    if (peek().is("(")) return parse_parentheses(out, parenthesised);
    if (at_section() != nullptr) return syntax_error();
    if (at_function()) return parse_function(out);
    if (peek().kind == Token::Kind::kValue) return parse_value(out);
    out.kind = Operand::Kind::kPath;
    return parse_path(out.path);
  }

  bool parse_parentheses(Operand& out, bool& parenthesised) {
    const Nesting nesting(*this);
    bool inner = false;
    if (nesting.too_deep() || !expect("(") || !parse_sum(out, inner) || !expect(")")) return false;
    if (inner) note(Rank::kParentheses, messages::kRedundantParentheses);
    parenthesised = true;
    return true;
  }

  bool parse_function(Operand& out) {
    const Nesting nesting(*this);
    if (nesting.too_deep()) return false;
    const std::string_view name = take().text;
    take();  // the parenthesis
    std::vector<Operand> arguments;
    if (!parse_list([&] { return parse_sum(arguments.emplace_back()); }) || !expect(")")) return false;
    count_operator();
    make_function(name, std::move(arguments), out);
    return true;
  }

  void make_function(std::string_view name, std::vector<Operand> arguments, Operand& out) {
    const bool append = name == "list_append";
    if (!append && name != "if_not_exists") {
      const bool of_conditions = std::find(std::begin(kConditionFunctions), std::end(kConditionFunctions), name) !=
                                 std::end(kConditionFunctions);
      const auto* pattern = of_conditions ? messages::kNotInUpdate : messages::kUnknownFunction;
      return note(Rank::kFunctionName, fmt::format(fmt::runtime(pattern), name));
    }
    if (arguments.size() != 2) {
      return note(Rank::kOperandCount, fmt::format(messages::kOperandCount, name, arguments.size()));
    }
    if (append) {
      for (const Operand& operand : arguments) check_operand_type(name, operand, {Type::kL});
      out.kind = Operand::Kind::kListAppend;
      out.operands = std::move(arguments);
      return;
    }
    if (arguments.front().kind != Operand::Kind::kPath) {
      return note(Rank::kOperandType, fmt::format(messages::kPathRequired, name));
    }
    out.kind = Operand::Kind::kIfNotExists;
    out.path = std::move(arguments.front().path);
    out.operands.push_back(std::move(arguments.back()));
  }

  void check_action_operand(const Section& section, Type type) {
    if (is_set(type) || (type == Type::kN && section.kind == UpdateAction::Kind::kAdd)) return;
    note(Rank::kActionOperand, fmt::format(messages::kActionOperandType, section.keyword, long_type_name(type)));
  }

  std::array<bool, 4> seen_{};
};

class ProjectionGrammar : public Grammar {
 public:
  using Grammar::Grammar;

  bool parse(Projection& projection) {
    if (failed()) return false;
    if (!parse_list([&] { return parse_path(projection.paths.emplace_back()); }) || !expect_end()) return false;
    std::vector<const Path*> paths;
    for (const Path& path : projection.paths) paths.push_back(&path);
    check_disjoint(paths);
    return !problem();
  }
};

template <class Rules, class Tree>
Parsed<Tree> parse_with(std::string_view text, Placeholders& placeholders) {
  Rules grammar(text, placeholders);
  Tree tree;
  if (!grammar.parse(tree)) return std::unexpected(*grammar.problem());
  return tree;
}

}  // namespace

Parsed<Update> parse_update(std::string_view text, Placeholders& placeholders) {
  return parse_with<UpdateGrammar, Update>(text, placeholders);
}

Parsed<Projection> parse_projection(std::string_view text, Placeholders& placeholders) {
  return parse_with<ProjectionGrammar, Projection>(text, placeholders);
}

}  // namespace tabletheory::expr
