#include "expr/printer.h"

#include <charconv>

#include "expr/condition_grammar.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

void append_integer(std::int64_t number, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// `#n3` of prefix "#n" and index 2.
void append_numbered(std::string_view prefix, std::size_t index, std::string& out) {
  out += prefix;
  append_integer(static_cast<std::int64_t>(index) + 1, out);
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
std::size_t intern(std::string_view key, std::vector<std::string>& keys,
                   std::unordered_map<std::string, std::size_t>& index) {
  constexpr std::size_t kScanned = 24;  // up to here comparing all is faster than hashing
  if (keys.size() <= kScanned) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key) return i;
    }
  } else if (const auto found = index.find(std::string(key)); found != index.end()) {
    return found->second;
  }
  keys.emplace_back(key);
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
  std::string out;
  append_name(attribute, out);
  return out;
}

std::string Printer::path(const Path& path) {
  std::string out;
  append_path(path, out);
  return out;
}

std::string Printer::value_json(std::string wire_json) {
  std::string out;
  append_numbered(":v", intern(wire_json, values_, value_index_), out);
  return out;
}

std::string Printer::value(const Value& value) {
  std::string out;
  append_value(value, out);
  return out;
}

void Printer::append_name(std::string_view attribute, std::string& out) {
  append_numbered("#n", intern(attribute, names_, name_index_), out);
}

void Printer::append_path(const Path& path, std::string& out) {
  bool first = true;
  for (const Path::Step& step : path.steps) {
    if (step.is_index()) {
      out += '[';
      append_integer(step.index, out);
      out += ']';
    } else {
      if (!first) out += '.';
      append_name(step.name, out);
    }
    first = false;
  }
}

void Printer::append_value(const Value& value, std::string& out) {
  append_numbered(":v", intern(to_wire_json(value), values_, value_index_), out);
}

void Printer::append_operand(const Operand& operand, std::string& out) {
  switch (operand.kind) {
    case Operand::Kind::kPath:
      return append_path(operand.path, out);
    case Operand::Kind::kLiteral:
      return append_value(operand.literal, out);
    case Operand::Kind::kSize:
      out += "size(";
      operand.operands.empty() ? append_path(operand.path, out) : append_operand(operand.operands.front(), out);
      out += ')';
      return;
    case Operand::Kind::kIfNotExists:
      out += "if_not_exists(";
      append_path(operand.path, out);
      out += ", ";
      append_sum_part(operand.operands.front(), out);
      out += ')';
      return;
    case Operand::Kind::kListAppend:
      out += "list_append(";
      append_sum_part(operand.operands[0], out);
      out += ", ";
      append_sum_part(operand.operands[1], out);
      out += ')';
      return;
    case Operand::Kind::kPlus:
    case Operand::Kind::kMinus:
      append_sum_part(operand.operands[0], out);
      out += operand.kind == Operand::Kind::kPlus ? " + " : " - ";
      append_sum_part(operand.operands[1], out);
      return;
  }
}

// An operand within another: a sum needs parentheses there.
void Printer::append_sum_part(const Operand& operand, std::string& out) {
  if (!is_sum(operand)) return append_operand(operand, out);
  out += '(';
  append_operand(operand, out);
  out += ')';
}

std::string Printer::condition(const Condition& condition) {
  std::string out;
  append_condition(condition, out);
  return out;
}

void Printer::append_condition(const Condition& condition, std::string& out) {
  switch (condition.kind) {
    case Condition::Kind::kCompare:
      append_operand(condition.operands[0], out);
      out += ' ';
      out += comparator_text(condition.comparator);
      out += ' ';
      return append_operand(condition.operands[1], out);
    case Condition::Kind::kBetween:
      append_operand(condition.operands[0], out);
      out += " BETWEEN ";
      append_operand(condition.operands[1], out);
      out += " AND ";
      return append_operand(condition.operands[2], out);
    case Condition::Kind::kIn:
      append_operand(condition.operands[0], out);
      for (std::size_t i = 1; i < condition.operands.size(); ++i) {
        out += i == 1 ? " IN (" : ", ";
        append_operand(condition.operands[i], out);
      }
      out += ')';
      return;
    case Condition::Kind::kAttributeExists:
      return append_call("attribute_exists(", condition, out);
    case Condition::Kind::kAttributeNotExists:
      return append_call("attribute_not_exists(", condition, out);
    case Condition::Kind::kAttributeType:
      return append_call("attribute_type(", condition, out);
    case Condition::Kind::kBeginsWith:
      return append_call("begins_with(", condition, out);
    case Condition::Kind::kContains:
      return append_call("contains(", condition, out);
    case Condition::Kind::kAnd:
      return append_chain(" AND ", condition, out);
    case Condition::Kind::kOr:
      return append_chain(" OR ", condition, out);
    case Condition::Kind::kNot:
      out += "NOT ";
      return append_child(condition.children.front(), condition, out);
  }
}

void Printer::append_call(std::string_view function, const Condition& condition, std::string& out) {
  out += function;
  bool first = true;
  for (const Operand& operand : condition.operands) {
    if (!first) out += ", ";
    first = false;
    append_operand(operand, out);
  }
  out += ')';
}

void Printer::append_chain(std::string_view separator, const Condition& condition, std::string& out) {
  bool first = true;
  for (const Condition& child : condition.children) {
    if (!first) out += separator;
    first = false;
    append_child(child, condition, out);
  }
}

void Printer::append_child(const Condition& child, const Condition& parent, std::string& out) {
  if (!needs_parentheses(child, parent)) return append_condition(child, out);
  out += '(';
  append_condition(child, out);
  out += ')';
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
      append_path(action.path, out);
      if (section.kind == UpdateAction::Kind::kRemove) continue;
      out += section.kind == UpdateAction::Kind::kSet ? " = " : " ";
      append_operand(action.value, out);
    }
  }
  return out;
}

std::string Printer::projection(const Projection& projection) {
  std::string out;
  for (const Path& each : projection.paths) {
    if (!out.empty()) out += ", ";
    append_path(each, out);
  }
  return out;
}

std::string Printer::names_json() const {
  if (names_.empty()) return {};
  std::string out = "{";
  value::WireWriter writer(out);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) writer.raw(',');
    append_numbered("\"#n", i, out);
    out += "\":";
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
    append_numbered("\":v", i, out);
    out += "\":";
    writer.raw(values_[i]);
  }
  return out + "}";
}

}  // namespace tabletheory::expr
