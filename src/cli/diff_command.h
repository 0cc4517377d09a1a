// `tabletheory diff OLD NEW`: what changes between two DMS documents, and whether a table in use lives through it.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace tabletheory::cli {

// Exit codes of `diff`, for scripts: kSuccess when nothing changes or all of it is safe.
inline constexpr int kNeedsMigration = 1;
inline constexpr int kBreaking = 2;
inline constexpr int kDiffUsage = 64;  // wrong words, or a document that cannot be read or is not valid

struct DiffOptions {
  std::string old_file, new_file;
  std::string format = "text";  // or "json"
};

// As text, a block per change, the gravest first, and a tally:
//
//     new.yml:9:5: breaking: models.Order.keys.sort: SK S → (none)
//       the key of a table cannot be changed once the table exists
//       → create a table of another name …
//     1 breaking, 0 need migration, 0 safe
//
// As JSON, one document: {"class":"breaking","changes":[{"class":…,"kind":…,"path":…,"before":…,"after":…,"reason":…,
// "remedy":…,"file":…,"line":9,"column":5}]}. Nothing is printed to `out` when a document is refused.
int diff(const DiffOptions& options, Streams streams);

}  // namespace tabletheory::cli
