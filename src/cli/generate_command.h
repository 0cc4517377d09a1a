// `tabletheory generate --lang LANGUAGE FILE [--out PATH] [--check]`: models of a language from a DMS document.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct GenerateOptions {
  std::string language;  // cpp, go, ts, py
  std::string file;
  std::string out;     // empty: to `out`
  bool check = false;  // tell whether `out` is what would be written, and write nothing
};

// Exits with kProblemsFound when the document is not valid, states what the language cannot, or `check` finds another
// text; with kUsage when a file cannot be read or written, or `out` is there and was not generated.
int generate(const GenerateOptions& options, Streams streams);

}  // namespace tabletheory::cli
