// How commands print a change between two schemas.
#pragma once

#include <string>

#include "dms/diff.h"

namespace tabletheory::cli {

// `FILE:LINE:COLUMN: CLASS: PATH: BEFORE → AFTER`, then the reason and, after an arrow, the remedy, indented.
std::string change_text(const dms::Change& change, const std::string& file);

}  // namespace tabletheory::cli
