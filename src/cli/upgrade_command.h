// `tabletheory upgrade FILE [--to VERSION] [--write]`: a DMS document of a later version, comments and layout kept.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct UpgradeOptions {
  std::string file;
  std::string to = "0.3";  // or "0.2"
  bool write = false;      // into the file itself, instead of to `out`
};

// Says on `err` which attributes mean something else from now on, and what to do about it. Exits with kProblemsFound
// when the document is not valid or cannot be upgraded, with kUsage when the file cannot be read or written.
int upgrade(const UpgradeOptions& options, Streams streams);

}  // namespace tabletheory::cli
