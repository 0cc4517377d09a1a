// Projections of reads: what the caller asks for, and what the library needs besides. Internal to ops.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/printer.h"
#include "model/model.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct ReadProjection {
  expr::Projection projection;       // empty: everything is read
  std::vector<std::string> dropped;  // attributes in it that the caller did not ask for

  // Reads the caller's paths.
  static Result<ReadProjection> compile(const model::Model* model, const std::vector<std::string>& paths);
  // Makes sure a whole attribute is read, if only some are.
  void need(const std::string& attribute);
  // Ensures ttl (for hide_expired) and the discriminator are read.
  void need_for_checks(const model::Model& model, bool hide_expired);
};

// Whether the model has a discriminator and the stored item holds another value.
bool is_of_other_model(const model::Model& model, value::WireElement item);

}  // namespace tabletheory::ops
