// Raw expressions: text with placeholders, written by a user of the ORM, read into the same trees that the builder
// makes.
//
//     TT_TRY(auto condition, read_raw_condition({"#s = :s AND size(tags) > :n", &names, &values}));
//     printer.condition(Condition::all_of({std::move(own), std::move(condition)}));
//
// The tree holds attribute names and values, no placeholders; the Printer makes new ones. So a raw placeholder can
// never collide with a generated one. A placeholder that the expression does not use is refused, as the service does.
//
// What the service would refuse is ErrInvalidOperator with the service's reason. Thread-safe; nothing is kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/parser.h"

namespace tabletheory::expr {

struct RawExpression {
  std::string_view text;
  const Map* names = nullptr;   // "#n" → S, or null; borrowed for the call
  const Map* values = nullptr;  // ":v" → any value, or null; borrowed for the call
};

Result<Condition> read_raw_condition(const RawExpression& raw);
Result<Update> read_raw_update(const RawExpression& raw);
Result<Projection> read_raw_projection(const RawExpression& raw);

// The attributes of the item that an expression names, sorted, each once. For an update: those it writes.
std::vector<std::string> root_attributes(const Condition& condition);
std::vector<std::string> root_attributes(const Update& update);
std::vector<std::string> root_attributes(const Projection& projection);
// Those that the right-hand sides of an update read.
std::vector<std::string> read_attributes(const Update& update);

}  // namespace tabletheory::expr
