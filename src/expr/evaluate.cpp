#include "expr/evaluate.h"

#include <algorithm>

namespace tabletheory::expr {
namespace {

const Value* step_into(const Value& value, const Path::Step& step) {
  if (step.is_index()) {
    const auto* list = value.get_if<List>();
    const auto index = static_cast<std::size_t>(step.index);
    return list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
  }
  const auto* map = value.get_if<Map>();
  return map != nullptr ? map->find(step.name) : nullptr;
}

// size(): the bytes of S (as UTF-8, the way the service counts every other string size) and B, the elements of sets,
// lists and maps; nothing for N, BOOL and NULL.
std::optional<std::size_t> size_of(const Value& value) {
  switch (value.type()) {
    case Type::kS:
      return value.text().size();
    case Type::kB:
      return value.bytes().size();
    case Type::kSS:
      return value.string_set().elements.size();
    case Type::kNS:
      return value.number_set().elements.size();
    case Type::kBS:
      return value.binary_set().elements.size();
    case Type::kL:
      return value.list().size();
    case Type::kM:
      return value.map().size();
    case Type::kN:
    case Type::kBool:
    case Type::kNull:
      break;
  }
  return std::nullopt;
}

// The value of an operand of a condition, or nullptr when the item does not have it. `scratch` holds computed values.
const Value* resolve(const Operand& operand, const Item& item, Value& scratch) {
  switch (operand.kind) {
    case Operand::Kind::kPath:
      return find(item, operand.path);
    case Operand::Kind::kLiteral:
      return &operand.literal;
    case Operand::Kind::kSize: {
      const Value* value =
          operand.operands.empty() ? find(item, operand.path) : resolve(operand.operands.front(), item, scratch);
      const auto size = value != nullptr ? size_of(*value) : std::nullopt;
      if (!size) return nullptr;
      scratch = Value(static_cast<std::int64_t>(*size));
      return &scratch;
    }
    case Operand::Kind::kIfNotExists:
    case Operand::Kind::kListAppend:
    case Operand::Kind::kPlus:
    case Operand::Kind::kMinus:
      break;  // of updates; no condition holds them
  }
  return nullptr;
}

bool satisfies(std::strong_ordering order, Comparator comparator) {
  switch (comparator) {
    case Comparator::kLt:
      return order < 0;
    case Comparator::kLe:
      return order <= 0;
    case Comparator::kGt:
      return order > 0;
    case Comparator::kGe:
      return order >= 0;
    case Comparator::kEq:
      return order == 0;
    case Comparator::kNe:
      return order != 0;
  }
  return false;
}

// An attribute that is not there is unequal to everything and in no order to anything.
bool compares(const Value* left, Comparator comparator, const Value* right) {
  const bool both = left != nullptr && right != nullptr;
  if (comparator == Comparator::kEq) return both && *left == *right;
  if (comparator == Comparator::kNe) return !both || !(*left == *right);
  if (!both) return false;
  const auto order = compare(*left, *right);
  return order && satisfies(*order, comparator);
}

bool begins_with(const Value& value, const Value& prefix) {
  if (const auto* text = value.get_if<std::string>()) {
    const auto* start = prefix.get_if<std::string>();
    return start != nullptr && text->starts_with(*start);
  }
  const auto* bytes = value.get_if<Bytes>();
  const auto* start = prefix.get_if<Bytes>();
  return bytes != nullptr && start != nullptr && bytes->size() >= start->size() &&
         std::equal(start->begin(), start->end(), bytes->begin());
}

template <class Set, class Element>
bool set_contains(const Set& set, const Value& value) {
  const auto* element = value.get_if<Element>();
  return element != nullptr && std::find(set.elements.begin(), set.elements.end(), *element) != set.elements.end();
}

// A substring, an element of a set, or an element of a list.
bool contains(const Value& value, const Value& part) {
  switch (value.type()) {
    case Type::kS:
      return part.is(Type::kS) && value.text().find(part.text()) != std::string::npos;
    case Type::kB: {
      const auto* wanted = part.get_if<Bytes>();
      const Bytes& bytes = value.bytes();
      return wanted != nullptr && (wanted->empty() || std::search(bytes.begin(), bytes.end(), wanted->begin(),
                                                                  wanted->end()) != bytes.end());
    }
    case Type::kSS:
      return set_contains<StringSet, std::string>(value.string_set(), part);
    case Type::kNS:
      return set_contains<NumberSet, Number>(value.number_set(), part);
    case Type::kBS:
      return set_contains<BinarySet, Bytes>(value.binary_set(), part);
    case Type::kL:
      return std::find(value.list().begin(), value.list().end(), part) != value.list().end();
    case Type::kM:
    case Type::kN:
    case Type::kBool:
    case Type::kNull:
      break;
  }
  return false;
}

bool in(const Condition& condition, const Item& item) {
  Value left_scratch;
  const Value* left = resolve(condition.operands.front(), item, left_scratch);
  if (left == nullptr) return false;
  return std::any_of(condition.operands.begin() + 1, condition.operands.end(), [&](const Operand& operand) {
    Value scratch;
    return compares(left, Comparator::kEq, resolve(operand, item, scratch));
  });
}

bool between(const Condition& condition, const Item& item) {
  Value scratch[3];
  const Value* value = resolve(condition.operands[0], item, scratch[0]);
  return compares(value, Comparator::kGe, resolve(condition.operands[1], item, scratch[1])) &&
         compares(value, Comparator::kLe, resolve(condition.operands[2], item, scratch[2]));
}

// A condition on the values of two operands, both of which must be there.
template <class Predicate>
bool both(const Condition& condition, const Item& item, Predicate predicate) {
  Value scratch[2];
  const Value* first = resolve(condition.operands[0], item, scratch[0]);
  const Value* second = resolve(condition.operands[1], item, scratch[1]);
  return first != nullptr && second != nullptr && predicate(*first, *second);
}

bool has_type(const Value& value, const Value& name) {
  return name.is(Type::kS) && type_name(value.type()) == name.text();
}

}  // namespace

const Value* find(const Item& item, const Path& path) {
  const Value* value = item.find(path.root());
  for (std::size_t i = 1; value != nullptr && i < path.steps.size(); ++i) value = step_into(*value, path.steps[i]);
  return value;
}

std::optional<std::strong_ordering> compare(const Value& a, const Value& b) {
  if (a.type() != b.type()) return std::nullopt;
  if (a.is(Type::kS)) return a.text() <=> b.text();
  if (a.is(Type::kN)) return a.number() <=> b.number();
  if (a.is(Type::kB)) return a.bytes() <=> b.bytes();
  return std::nullopt;
}

bool matches(const Condition& condition, const Item& item) {
  const auto holds = [&](const Condition& child) { return matches(child, item); };
  switch (condition.kind) {
    case Condition::Kind::kCompare: {
      Value scratch[2];
      return compares(resolve(condition.operands[0], item, scratch[0]), condition.comparator,
                      resolve(condition.operands[1], item, scratch[1]));
    }
    case Condition::Kind::kBetween:
      return between(condition, item);
    case Condition::Kind::kIn:
      return in(condition, item);
    case Condition::Kind::kAttributeExists:
      return find(item, condition.operands[0].path) != nullptr;
    case Condition::Kind::kAttributeNotExists:
      return find(item, condition.operands[0].path) == nullptr;
    case Condition::Kind::kAttributeType:
      return both(condition, item, has_type);
    case Condition::Kind::kBeginsWith:
      return both(condition, item, begins_with);
    case Condition::Kind::kContains:
      return both(condition, item, contains);
    case Condition::Kind::kAnd:
      return std::all_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kOr:
      return std::any_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kNot:
      return !holds(condition.children.front());
  }
  return false;
}

}  // namespace tabletheory::expr
