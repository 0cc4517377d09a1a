// `tabletheory init [DIR]`: a first schema.yml, with comments that say what may be written where.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct InitOptions {
  std::string directory = ".";
};

// Writes DIR/schema.yml and says so. A file that is there is never written over: kUsage, as when it cannot be written.
int init(const InitOptions& options, Streams streams);

// The document it writes; it is valid.
std::string_view starter_schema();

}  // namespace tabletheory::cli
