// The second pass over a document: the structs of dms/document.h from a tree of roughly the right shape.
#pragma once

#include "dms/document.h"
#include "value/json_text.h"

namespace tabletheory::dms {

// Takes what has the right shape and leaves defaults for the rest, which check_shape has noted as problems; lists keep
// their length, so that the paths of problems fit. The result is a valid document only if no problem is noted.
Document build_document(const value::JsonNode& root, Version version);

}  // namespace tabletheory::dms
