// The first pass over a document: does it have the shape of the field table (dms/fields.h)?
#pragma once

#include "dms/document.h"
#include "dms/problems.h"
#include "value/json_text.h"

namespace tabletheory::dms {

// Notes unknown and missing fields, wrong types and values, and fields of a later version. Returns the document's
// version; the latest when it names none that exists, so that nothing is refused for a misspelt version.
Version check_shape(const value::JsonNode& root, Problems& problems);

}  // namespace tabletheory::dms
