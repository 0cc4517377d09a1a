// What explain says about a paged read: its cost and what could be better. Internal to ops.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expr/ast.h"
#include "model/model.h"
#include "ops/explanation.h"

namespace tabletheory::ops {

// What the advice looks at.
struct ReadFacts {
  const model::Model* model = nullptr;  // nullptr: a document
  const model::Index* index = nullptr;  // nullptr: the table
  bool is_scan = false;
  bool consistent = false;
  std::optional<std::size_t> evaluated;  // items per page at most, when limited
  const expr::Condition* filter = nullptr;
  const expr::Projection* projection = nullptr;
};
void advise(const ReadFacts& facts, Explanation& out);

}  // namespace tabletheory::ops
