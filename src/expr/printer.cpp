#include "expr/printer.h"

#include <fmt/format.h>

#include "expr/condition_grammar.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

std::string numbered(std::string_view prefix, std::size_t index) {
  return fmt::format("{}{}", prefix, index + 1);
}

bool is_chain(const Condition& condition) {
  return condition.kind == Condition::Kind::kAnd || condition.kind == Condition::Kind::kOr;
}

// Parentheses that keep the tree: OR binds least, then AND, then NOT. A chain within a chain of its own kind keeps
// them too, or it would be read as one chain.
bool needs_parentheses(const Condition& child, const Condition& parent) {
  if (!is_chain(child)) return false;
  return parent.kind != Condition::Kind::kOr || child.kind == Condition::Kind::kOr;
}

// The index of `key`, added to `keys` when new.
std::size_t intern(std::string key, std::vector<std::string>& keys,
                   std::unordered_map<std::string, std::size_t>& index) {
  constexpr std::size_t kScanned = 24;  // up to here comparing all is faster than hashing
  if (keys.size() <= kScanned) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key) return i;
    }
  } else if (const auto found = index.find(key); found != index.end()) {
    return found->second;
  }
  keys.push_back(std::move(key));
  if (keys.size() == kScanned + 1) {
    for (std::size_t i = 0; i < keys.size(); ++i) index.emplace(keys[i], i);
  } else if (keys.size() > kScanned) {
    index.emplace(keys.back(), keys.size() - 1);
  }
  return keys.size() - 1;
}

bool is_sum(const Operand& operand) {
  return operand.kind == Operand::Kind::kPlus || operand.kind == Operand::Kind::kMinus;
}

}  // namespace

std::string Printer::name(std::string_view attribute) {
  return numbered("#n", intern(std::string(attribute), names_, name_index_));
}

std::string Printer::path(const Path& path) {
  std::string out;
  for (const Path::Step& step : path.steps) {
    if (step.is_index()) {
      fmt::format_to(std::back_inserter(out), "[{}]", step.index);
    } else {
      if (!out.empty()) out += '.';
      out += name(step.name);
    }
  }
  return out;
}

std::string Printer::value_json(std::string wire_json) {
  return numbered(":v", intern(std::move(wire_json), values_, value_index_));
}

std::string Printer::value(const Value& value) {
  return value_json(to_wire_json(value));
}

std::string Printer::operand(const Operand& operand) {
  const auto within = [this](const Operand& inner) {
    return is_sum(inner) ? "(" + this->operand(inner) + ")" : this->operand(inner);
  };
  switch (operand.kind) {
    case Operand::Kind::kPath:
      return path(operand.path);
    case Operand::Kind::kLiteral:
      return value(operand.literal);
    case Operand::Kind::kSize:
      return "size(" + (operand.operands.empty() ? path(operand.path) : this->operand(operand.operands.front())) + ")";
    case Operand::Kind::kIfNotExists: {
      // One statement each: placeholders are numbered in the order of the text.
      std::string out = "if_not_exists(" + path(operand.path) + ", ";
      return out + within(operand.operands.front()) + ")";
    }
    case Operand::Kind::kListAppend: {
      std::string out = "list_append(" + within(operand.operands[0]) + ", ";
      return out + within(operand.operands[1]) + ")";
    }
    case Operand::Kind::kPlus:
    case Operand::Kind::kMinus: {
      std::string out = within(operand.operands[0]) + (operand.kind == Operand::Kind::kPlus ? " + " : " - ");
      return out + within(operand.operands[1]);
    }
  }
  return {};
}

std::string Printer::condition(const Condition& condition) {
  std::vector<std::string> operands;
  operands.reserve(condition.operands.size());
  for (const Operand& each : condition.operands) operands.push_back(operand(each));
  std::vector<std::string> children;
  children.reserve(condition.children.size());
  for (const Condition& child : condition.children) {
    children.push_back(needs_parentheses(child, condition) ? "(" + this->condition(child) + ")"
                                                           : this->condition(child));
  }
  switch (condition.kind) {
    case Condition::Kind::kCompare:
      return fmt::format("{} {} {}", operands[0], comparator_text(condition.comparator), operands[1]);
    case Condition::Kind::kBetween:
      return fmt::format("{} BETWEEN {} AND {}", operands[0], operands[1], operands[2]);
    case Condition::Kind::kIn:
      return fmt::format("{} IN ({})", operands[0], fmt::join(operands.begin() + 1, operands.end(), ", "));
    case Condition::Kind::kAttributeExists:
      return fmt::format("attribute_exists({})", operands[0]);
    case Condition::Kind::kAttributeNotExists:
      return fmt::format("attribute_not_exists({})", operands[0]);
    case Condition::Kind::kAttributeType:
      return fmt::format("attribute_type({}, {})", operands[0], operands[1]);
    case Condition::Kind::kBeginsWith:
      return fmt::format("begins_with({}, {})", operands[0], operands[1]);
    case Condition::Kind::kContains:
      return fmt::format("contains({}, {})", operands[0], operands[1]);
    case Condition::Kind::kAnd:
      return fmt::format("{}", fmt::join(children, " AND "));
    case Condition::Kind::kOr:
      return fmt::format("{}", fmt::join(children, " OR "));
    case Condition::Kind::kNot:
      return fmt::format("NOT {}", children[0]);
  }
  return {};
}

std::string Printer::update(const Update& update) {
  struct Section {
    UpdateAction::Kind kind;
    std::string_view keyword;
  };
  constexpr Section kSections[] = {{UpdateAction::Kind::kSet, "SET "},
                                   {UpdateAction::Kind::kRemove, "REMOVE "},
                                   {UpdateAction::Kind::kAdd, "ADD "},
                                   {UpdateAction::Kind::kDelete, "DELETE "}};
  std::string out;
  for (const Section& section : kSections) {
    bool first = true;
    for (const UpdateAction& action : update.actions) {
      if (action.kind != section.kind) continue;
      if (first && !out.empty()) out += ' ';
      out += first ? section.keyword : ", ";
      first = false;
      out += path(action.path);
      if (section.kind == UpdateAction::Kind::kRemove) continue;
      out += section.kind == UpdateAction::Kind::kSet ? " = " : " ";
      out += operand(action.value);
    }
  }
  return out;
}

std::string Printer::projection(const Projection& projection) {
  std::string out;
  for (const Path& each : projection.paths) {
    if (!out.empty()) out += ", ";
    out += path(each);
  }
  return out;
}

std::string Printer::names_json() const {
  if (names_.empty()) return {};
  std::string out = "{";
  value::WireWriter writer(out);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) writer.raw(',');
    writer.key(numbered("#n", i));
    writer.string(names_[i]);
  }
  return out + "}";
}

std::string Printer::values_json() const {
  if (values_.empty()) return {};
  std::string out = "{";
  value::WireWriter writer(out);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i > 0) writer.raw(',');
    writer.key(numbered(":v", i));
    writer.raw(values_[i]);
  }
  return out + "}";
}

}  // namespace tabletheory::expr
