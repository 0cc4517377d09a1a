// Which index a query reads (docs/spec/operations.md, "Reads"). Internal to ops.
//
// Named, or chosen: the table, if its partition key has `=` and the sort condition, if any, is on its sort key; else
// the one index whose partition key has `=` and whose sort key carries the sort condition. Multi-attribute keys: `=` on
// every partition attribute and on a gapless prefix of the sort attributes, a range operator on the last one named
// only.
#pragma once

#include <string>
#include <vector>

#include "dms/document.h"
#include "expr/ast.h"
#include "expr/parser.h"
#include "model/model.h"
#include "ops/condition_input.h"

namespace tabletheory::ops {

struct KeyConditions {
  std::vector<expr::KeyCondition> partition, sort;  // values in their stored form
  // All of them, joined by AND.
  expr::Condition condition() const;
};

// Reads the caller's key conditions. A null model is a document. ErrInvalidOperator: no `=` on a partition key, an
// operator a key cannot take. ErrInvalidModel: unknown attributes, values of the wrong type.
Result<KeyConditions> read_key_conditions(const model::Model* model, const std::vector<Comparison>& partition,
                                          const std::vector<Comparison>& sort);

struct ChosenIndex {
  const model::Index* index = nullptr;  // of the model; nullptr: the table
  std::string reason;
};
// ErrIndexNotFound for a named index the model does not have; ErrInvalidOperator when none, or several, fit.
Result<ChosenIndex> choose_index(const model::Model& model, const std::string& named, const KeyConditions& conditions);
// A named index of the model. ErrIndexNotFound.
Result<const model::Index*> find_index(const model::Model& model, const std::string& named);

// The key attributes that a page of `index` (nullptr: the table) ends with: the table's and the index's, each once.
std::vector<dms::KeyAttribute> paging_keys(const model::Model& model, const model::Index* index);

}  // namespace tabletheory::ops
