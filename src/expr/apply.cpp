// Applying an update expression to an item.
//
// Order: right-hand sides are computed on the item as it was; then every action takes place; list elements set beyond
// the end are appended, in the order of their indexes; last, removed list elements go, and what follows them moves up.
#include <algorithm>
#include <span>

#include "expr/evaluate.h"
#include "expr/messages.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

using Steps = std::span<const Path::Step>;

std::unexpected<Problem> refuse(const char* message) {
  return std::unexpected(Problem{message, true});
}

Value* find_value(Item& item, Steps steps) {
  Value* value = item.find(steps.front().name);
  for (const Path::Step& step : steps.subspan(1)) {
    if (value == nullptr) return nullptr;
    if (step.is_index()) {
      auto* list = value->get_if<List>();
      const auto index = static_cast<std::size_t>(step.index);
      value = list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
    } else {
      auto* map = value->get_if<Map>();
      value = map != nullptr ? map->find(step.name) : nullptr;
    }
  }
  return value;
}

// Containers around the innermost scalar of a value, itself included.
int container_depth(const Value& value) {
  int deepest = 0;
  if (const auto* map = value.get_if<Map>()) {
    for (const auto& [name, member] : *map) deepest = std::max(deepest, container_depth(member));
    return deepest + 1;
  }
  if (const auto* list = value.get_if<List>()) {
    for (const Value& element : *list) deepest = std::max(deepest, container_depth(element));
    return deepest + 1;
  }
  return 0;
}

// What keeps `a + b` from being stored, when Number refused it.
const char* arithmetic_problem(const Number& a, const Number& b) {
  const auto leading = [](const Number& n) { return n.exponent() + n.digits() - 1; };
  const int highest = std::max(leading(a), leading(b));
  const int lowest = std::min(a.exponent(), b.exponent());
  const bool fits = highest - lowest + 1 <= Number::kMaxDigits;
  if (fits && a.is_negative() != b.is_negative()) return messages::kNumberUnderflow;
  if (fits && highest == Number::kMaxExponent) return messages::kNumberOverflow;
  return messages::kNumberDigits;
}

Parsed<Value> add_numbers(const Number& a, const Number& b) {
  auto sum = a.plus(b);
  if (!sum) return refuse(arithmetic_problem(a, b));
  return Value(*sum);
}

Parsed<Value> compute(const Operand& operand, const Item& before);

Parsed<Value> compute_sum(const Operand& operand, const Item& before) {
  auto left = compute(operand.operands[0], before);
  if (!left) return left;
  auto right = compute(operand.operands[1], before);
  if (!right) return right;
  if (!left->is(Type::kN) || !right->is(Type::kN)) return refuse(messages::kWrongDataType);
  const bool minus = operand.kind == Operand::Kind::kMinus;
  return add_numbers(left->number(), minus ? right->number().negated() : right->number());
}

Parsed<Value> compute_list_append(const Operand& operand, const Item& before) {
  auto left = compute(operand.operands[0], before);
  if (!left) return left;
  auto right = compute(operand.operands[1], before);
  if (!right) return right;
  auto* list = left->get_if<List>();
  auto* tail = right->get_if<List>();
  if (list == nullptr || tail == nullptr) return refuse(messages::kWrongDataType);
  list->insert(list->end(), std::make_move_iterator(tail->begin()), std::make_move_iterator(tail->end()));
  return left;
}

// The value of a right-hand side on the item as it was.
Parsed<Value> compute(const Operand& operand, const Item& before) {
  switch (operand.kind) {
    case Operand::Kind::kLiteral:
      return operand.literal;
    case Operand::Kind::kPath: {
      const Value* value = find(before, operand.path);
      if (value == nullptr) return refuse(messages::kNoSuchAttribute);
      return *value;
    }
    case Operand::Kind::kIfNotExists: {
      const Value* value = find(before, operand.path);
      return value != nullptr ? Parsed<Value>(*value) : compute(operand.operands.front(), before);
    }
    case Operand::Kind::kListAppend:
      return compute_list_append(operand, before);
    case Operand::Kind::kPlus:
    case Operand::Kind::kMinus:
      return compute_sum(operand, before);
    case Operand::Kind::kSize:
      break;  // of conditions
  }
  return refuse(messages::kWrongDataType);
}

template <class Element>
std::vector<const Element*> sorted_pointers(const std::vector<Element>& elements) {
  std::vector<const Element*> sorted;
  sorted.reserve(elements.size());
  for (const Element& element : elements) sorted.push_back(&element);
  std::sort(sorted.begin(), sorted.end(), [](const Element* a, const Element* b) { return *a < *b; });
  return sorted;
}

template <class Element>
bool holds(const std::vector<const Element*>& sorted, const Element& element) {
  return std::binary_search(sorted.begin(), sorted.end(), &element,
                            [](const Element* a, const Element* b) { return *a < *b; });
}

template <class Set>
Set united(const Set& set, const Set& more) {
  Set out = set;
  const auto present = sorted_pointers(set.elements);
  for (const auto& element : more.elements) {
    if (!holds(present, element)) out.elements.push_back(element);
  }
  return out;
}

template <class Set>
Set without(const Set& set, const Set& removed) {
  Set out;
  const auto gone = sorted_pointers(removed.elements);
  for (const auto& element : set.elements) {
    if (!holds(gone, element)) out.elements.push_back(element);
  }
  return out;
}

// ADD on a value that is there.
Parsed<Value> added(const Value& current, const Value& operand) {
  if (current.type() != operand.type()) return refuse(messages::kWrongDataType);
  switch (current.type()) {
    case Type::kN:
      return add_numbers(current.number(), operand.number());
    case Type::kSS:
      return Value(united(current.string_set(), operand.string_set()));
    case Type::kNS:
      return Value(united(current.number_set(), operand.number_set()));
    case Type::kBS:
      return Value(united(current.binary_set(), operand.binary_set()));
    default:
      return refuse(messages::kWrongDataType);
  }
}

// DELETE on a set that is there; nullopt when no element is left.
template <class Set>
std::optional<Value> remaining(const Set& set, const Set& removed) {
  Set rest = without(set, removed);
  if (rest.elements.empty()) return std::nullopt;
  return Value(std::move(rest));
}

Parsed<std::optional<Value>> deleted(const Value& current, const Value& operand) {
  if (current.type() != operand.type()) return refuse(messages::kWrongDataType);
  switch (current.type()) {
    case Type::kSS:
      return remaining(current.string_set(), operand.string_set());
    case Type::kNS:
      return remaining(current.number_set(), operand.number_set());
    case Type::kBS:
      return remaining(current.binary_set(), operand.binary_set());
    default:
      return refuse(messages::kWrongDataType);
  }
}

class Application {
 public:
  explicit Application(const Item& before) : before_(before), after_(before) {}

  Parsed<Item> run(const Update& update) {
    std::vector<Value> values;
    for (const UpdateAction& action : update.actions) {
      if (action.kind != UpdateAction::Kind::kSet) continue;
      auto value = compute(action.value, before_);
      if (!value) return std::unexpected(std::move(value).error());
      values.push_back(std::move(*value));
    }
    auto next = values.begin();
    for (const UpdateAction& action : update.actions) {
      const bool sets = action.kind == UpdateAction::Kind::kSet;
      auto done = sets ? assign(action.path, std::move(*next++)) : perform(action);
      if (!done) return std::unexpected(std::move(done).error());
    }
    if (!append_elements()) return refuse(messages::kInvalidPath);
    remove_elements();
    return std::move(after_);
  }

 private:
  struct Append {
    const Path* path;
    Value value;
  };

  Parsed<void> perform(const UpdateAction& action) {
    switch (action.kind) {
      case UpdateAction::Kind::kSet:
        break;  // computed before any action is performed
      case UpdateAction::Kind::kRemove:
        return remove(action.path);
      case UpdateAction::Kind::kAdd:
        return add(action);
      case UpdateAction::Kind::kDelete:
        return remove_set_elements(action);
    }
    return {};
  }

  Parsed<void> add(const UpdateAction& action) {
    const Value* current = find(before_, action.path);
    if (current == nullptr) return assign(action.path, action.value.literal);
    auto value = added(*current, action.value.literal);
    if (!value) return std::unexpected(std::move(value).error());
    return assign(action.path, std::move(*value));
  }

  Parsed<void> remove_set_elements(const UpdateAction& action) {
    const Value* current = find(before_, action.path);
    if (current == nullptr) return parent_of(action.path) ? Parsed<void>() : refuse(messages::kInvalidPath);
    auto value = deleted(*current, action.value.literal);
    if (!value) return std::unexpected(std::move(value).error());
    if (!*value) return remove(action.path);  // a set without elements is no set
    return assign(action.path, std::move(**value));
  }

  // Whether the last step of a path could lead somewhere: the root, a member of a map, an element of a list.
  bool parent_of(const Path& path) {
    if (path.is_root()) return true;
    const Value* parent = find_parent(path);
    return parent != nullptr && parent->is(path.steps.back().is_index() ? Type::kL : Type::kM);
  }

  Value* find_parent(const Path& path) { return find_value(after_, Steps(path.steps).first(path.steps.size() - 1)); }

  Parsed<void> assign(const Path& path, Value value) {
    const auto levels_around = static_cast<int>(path.steps.size()) - 1;
    if (levels_around + container_depth(value) >= value::kMaxNesting) return refuse(messages::kNestingLevels);
    if (!parent_of(path)) return refuse(messages::kInvalidPath);
    const Path::Step& last = path.steps.back();
    if (path.is_root()) {
      after_.set(last.name, std::move(value));
    } else if (last.is_index()) {
      List& list = find_parent(path)->list();
      const auto index = static_cast<std::size_t>(last.index);
      if (index < list.size()) {
        list[index] = std::move(value);
      } else {
        appends_.push_back({&path, std::move(value)});
      }
    } else {
      find_parent(path)->map().set(last.name, std::move(value));
    }
    return {};
  }

  Parsed<void> remove(const Path& path) {
    if (!parent_of(path)) return refuse(messages::kInvalidPath);
    const Path::Step& last = path.steps.back();
    if (path.is_root()) {
      after_.erase(last.name);
    } else if (!last.is_index()) {
      find_parent(path)->map().erase(last.name);
    } else if (find(before_, path) != nullptr) {
      removals_.push_back(&path);
    }
    return {};
  }

  bool append_elements() {
    std::sort(appends_.begin(), appends_.end(),
              [](const Append& a, const Append& b) { return a.path->steps.back().index < b.path->steps.back().index; });
    for (Append& append : appends_) {
      // Another action may have taken the list away when the update was not checked for overlaps.
      if (!parent_of(*append.path)) return false;
      find_parent(*append.path)->list().push_back(std::move(append.value));
    }
    return true;
  }

  // Deepest lists first, and each from its end, so that no removal moves what another one names.
  void remove_elements() {
    std::sort(removals_.begin(), removals_.end(), [](const Path* a, const Path* b) {
      if (a->steps.size() != b->steps.size()) return a->steps.size() > b->steps.size();
      return a->steps.back().index > b->steps.back().index;
    });
    for (const Path* path : removals_) {
      if (!parent_of(*path)) continue;
      List& list = find_parent(*path)->list();
      const std::int64_t index = path->steps.back().index;
      if (index < static_cast<std::int64_t>(list.size())) list.erase(list.begin() + index);
    }
  }

  const Item& before_;
  Item after_;
  std::vector<Append> appends_;
  std::vector<const Path*> removals_;
};

}  // namespace

Parsed<Item> apply(const Update& update, const Item& before) {
  return Application(before).run(update);
}

}  // namespace tabletheory::expr
