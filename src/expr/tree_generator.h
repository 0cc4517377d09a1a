// TreeGenerator: arbitrary but reproducible expression trees, as the parser would make them, for property tests and
// benchmarks; and the comparison of trees that those need. The same seed gives the same trees. One thread at a time.
#pragma once

#include <algorithm>

#include "expr/ast.h"
#include "value/value_generator.h"

namespace tabletheory::expr {

// The same shape, names and values; how literals were written does not count.
inline bool same_tree(const Operand& a, const Operand& b) {
  return a.kind == b.kind && a.path == b.path && a.literal == b.literal &&
         std::ranges::equal(a.operands, b.operands, [](const Operand& x, const Operand& y) { return same_tree(x, y); });
}
inline bool same_tree(const Condition& a, const Condition& b) {
  return a.kind == b.kind && a.comparator == b.comparator &&
         std::ranges::equal(a.operands, b.operands,
                            [](const Operand& x, const Operand& y) { return same_tree(x, y); }) &&
         std::ranges::equal(a.children, b.children,
                            [](const Condition& x, const Condition& y) { return same_tree(x, y); });
}
inline bool same_tree(const UpdateAction& a, const UpdateAction& b) {
  return a.kind == b.kind && a.path == b.path && same_tree(a.value, b.value);
}
inline bool same_tree(const Update& a, const Update& b) {
  return std::ranges::equal(a.actions, b.actions,
                            [](const UpdateAction& x, const UpdateAction& y) { return same_tree(x, y); });
}

class TreeGenerator {
 public:
  explicit TreeGenerator(std::uint64_t seed) : generate_(seed) {}

  // `levels` bounds the nesting of AND, OR and NOT.
  Condition condition(int levels = 3) {
    if (levels == 0 || generate_.one_in(3)) return comparison();
    if (generate_.one_in(4)) return Condition::negate(condition(levels - 1));
    std::vector<Condition> children;
    for (int count = generate_.between(2, 3); count > 0; --count) children.push_back(condition(levels - 1));
    return generate_.one_in(2) ? Condition::all_of(std::move(children)) : Condition::any_of(std::move(children));
  }

  // Actions on different attributes, in the order in which clauses are printed.
  Update update() {
    Update out;
    const int count = generate_.between(1, 8);
    for (int i = 0; i < count; ++i) out.actions.push_back(action("attribute" + std::to_string(i)));
    std::ranges::stable_sort(out.actions, {}, &UpdateAction::kind);
    return out;
  }

  // Paths of different attributes.
  Projection projection() {
    Projection out;
    const int count = generate_.between(1, 5);
    for (int i = 0; i < count; ++i) out.paths.push_back(path("attribute" + std::to_string(i)));
    return out;
  }

  // An item in which many of the generated paths lead somewhere.
  Item item() {
    Item out;
    for (int i = 0; i < 8; ++i) {
      if (generate_.one_in(4)) continue;
      const Value inner = generate_.one_in(2) ? Value(Map{{"m", scalar()}}) : Value(List{scalar(), scalar()});
      Value value = generate_.one_in(3)   ? generate_.value(2)
                    : generate_.one_in(2) ? Value(Map{{"m", inner}, {"x", scalar()}})
                                          : Value(List{inner, scalar(), scalar()});
      out.set("attribute" + std::to_string(i), std::move(value));
    }
    return out;
  }

 private:
  Value scalar() { return generate_.one_in(2) ? Value(generate_.between(-9, 9)) : Value(generate_.text(6)); }

  Path path(std::string root) {
    Path out = Path::attribute(std::move(root));
    for (int count = generate_.one_in(2) ? 0 : generate_.between(1, 3); count > 0; --count) {
      if (generate_.one_in(2)) {
        out.steps.push_back({std::string(), generate_.between(0, 3)});
      } else {
        out.steps.push_back({generate_.one_in(2) ? "m" : "x"});
      }
    }
    return out;
  }
  Path any_path() { return path("attribute" + std::to_string(generate_.below(8))); }

  // A value of a type that is ordered.
  Operand ordered() { return Operand::of(generate_.one_in(2) ? Value(generate_.number()) : Value(generate_.text())); }

  Operand size() {
    Operand out = Operand::of(any_path());
    out.kind = Operand::Kind::kSize;
    return out;
  }

  Condition of(Condition::Kind kind, std::vector<Operand> operands) {
    Condition out;
    out.kind = kind;
    out.operands = std::move(operands);
    return out;
  }

  Condition comparison() {
    Operand left = generate_.one_in(4) ? size() : Operand::of(any_path());
    Operand path = Operand::of(any_path());
    switch (generate_.between(0, 7)) {
      case 0:
        return of(Condition::Kind::kAttributeExists, {path});
      case 1:
        return of(Condition::Kind::kAttributeNotExists, {path});
      case 2:
        return of(Condition::Kind::kAttributeType, {path, Operand::of(Value("SS"))});
      case 3:
        return of(Condition::Kind::kBeginsWith, {path, Operand::of(Value(generate_.text()))});
      case 4:
        return of(Condition::Kind::kContains, {path, Operand::of(generate_.value(1))});
      case 5: {
        const int low = generate_.between(-5, 5);
        return of(Condition::Kind::kBetween, {left, Operand::of(Value(low)), Operand::of(Value(low + 3))});
      }
      case 6: {
        std::vector<Operand> operands{left};
        for (int count = generate_.between(1, 4); count > 0; --count) operands.push_back(ordered());
        return of(Condition::Kind::kIn, std::move(operands));
      }
      default:
        return Condition::compare(left, static_cast<Comparator>(generate_.below(6)), ordered());
    }
  }

  // A right-hand side that is a list, a number or anything.
  Operand operand(int levels) {
    if (levels == 0 || generate_.one_in(3)) {
      return generate_.one_in(2) ? Operand::of(any_path()) : Operand::of(generate_.value(1));
    }
    Operand out;
    switch (generate_.between(0, 2)) {
      case 0:
        out.kind = Operand::Kind::kIfNotExists;
        out.path = any_path();
        out.operands = {operand(levels - 1)};
        return out;
      case 1:
        out.kind = Operand::Kind::kListAppend;
        out.operands = {Operand::of(any_path()), Operand::of(Value(List{scalar()}))};
        return out;
      default:
        out.kind = generate_.one_in(2) ? Operand::Kind::kPlus : Operand::Kind::kMinus;
        out.operands = {number(levels - 1), number(levels - 1)};
        return out;
    }
  }

  Operand number(int levels) {
    if (levels == 0 || generate_.one_in(2)) {
      return generate_.one_in(2) ? Operand::of(any_path()) : Operand::of(Value(generate_.between(0, 99)));
    }
    Operand out;
    out.kind = generate_.one_in(2) ? Operand::Kind::kPlus : Operand::Kind::kMinus;
    out.operands = {number(levels - 1), number(levels - 1)};
    return out;
  }

  UpdateAction action(std::string root) {
    UpdateAction out;
    out.kind = static_cast<UpdateAction::Kind>(generate_.below(4));
    out.path = path(std::move(root));
    if (out.kind == UpdateAction::Kind::kSet) out.value = operand(2);
    const Value set(StringSet{{generate_.text()}});
    if (out.kind == UpdateAction::Kind::kAdd) {
      out.value = Operand::of(generate_.one_in(2) ? set : Value(generate_.between(-9, 9)));
    }
    if (out.kind == UpdateAction::Kind::kDelete) out.value = Operand::of(set);
    return out;
  }

  value::ValueGenerator generate_;
};

}  // namespace tabletheory::expr
