// ConditionInput: what a caller says in a condition or filter — as a tree, as single comparisons, or as raw text.
//
//     ConditionInput open;
//     open.comparisons.push_back({"status", "=", {Value("open")}});
//     open.raw = RawExpression{"size(#t) > :n", {{"#t", "tags"}}, {{":n", 2}}};
//
// The parts are joined by AND. Literals are logical values: where a literal stands against a whole attribute of the
// model it is stored the attribute's way (timestamps with nine digits, `json` text, …). Plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expr/ast.h"
#include "tabletheory/value.h"

namespace tabletheory::ops {

// One comparison by operator name (docs/spec/operations.md, "Reads"): `=`, `<>`, `between`, `in`, `begins_with`,
// `contains`, `exists`, … in any case. `attribute` is an attribute name or a path such as `a.b[3].c`.
struct Comparison {
  std::string attribute;
  std::string op;
  std::vector<Value> values;
};

// An expression in the service's own language. `names` maps "#n" to S values, `values` maps ":v" to stored values.
struct RawExpression {
  std::string text;
  Map names;
  Map values;
};

struct ConditionInput {
  std::optional<expr::Condition> tree;
  std::vector<Comparison> comparisons;
  std::optional<RawExpression> raw;
  bool empty() const { return !tree && comparisons.empty() && !raw; }
};

}  // namespace tabletheory::ops
