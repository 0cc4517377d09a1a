// What reads give back of a stored item: all of it, copied, or the part a projection names.
#pragma once

#include <optional>
#include <string>

#include "engine/items/item_codec.h"
#include "engine/service_error.h"
#include "engine/table.h"
#include "expr/ast.h"

namespace tabletheory::engine {

// Appends the item's JSON.
Served<void> append_projected(const StoredItem& stored, const std::optional<expr::Projection>& projection,
                              std::string& out);

// A projection below a key attribute (`pk.a`, `pk[0]`) is refused.
Served<void> check_projection_paths(const Table& table, const std::optional<expr::Projection>& projection);

}  // namespace tabletheory::engine
