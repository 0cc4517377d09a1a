// Operators by name, as callers and scenarios write them (docs/spec/operations.md, "Reads"): `=`, `eq`, `begins_with`,
// …
//
// One table holds the names, how many values each takes and whether a sort key may be compared with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "tabletheory/error.h"

namespace tabletheory::ops {

enum class Operator : std::uint8_t {
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kBetween,
  kIn,
  kBeginsWith,
  kContains,
  kExists,
  kNotExists,
};

// Reads a name in any case. ErrInvalidOperator listing the operators when it is none.
Result<Operator> parse_operator(std::string_view name);
// The same, with the number of values checked: ErrInvalidOperator naming the attribute when it does not fit.
Result<Operator> parse_operator(std::string_view name, std::string_view attribute, std::size_t values);

bool fits_sort_key(Operator op);

// `path op values…`. The number of values fits the operator.
expr::Condition make_condition(Operator op, expr::Path path, std::vector<Value> values);

}  // namespace tabletheory::ops
