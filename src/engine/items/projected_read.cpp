#include "engine/items/projected_read.h"

#include "engine/items/expressions.h"
#include "engine/items/key_check.h"
#include "engine/request.h"
#include "expr/evaluate.h"
#include "value/wire.h"

namespace tabletheory::engine {

Served<void> append_projected(const StoredItem& stored, const std::optional<expr::Projection>& projection,
                              std::string& out) {
  if (!projection) {
    out += stored.json();
    return {};
  }
  TT_SERVE(const Item item, stored.parse());
  value::WireWriter(out).item(expr::project(*projection, item));
  return {};
}

Served<void> check_projection_paths(const Table& table, const std::optional<expr::Projection>& projection) {
  if (!projection) return {};
  return check_key_paths(table,
                         [&projection](const std::string& name) { return path_below(*projection, name) != nullptr; });
}

}  // namespace tabletheory::engine
