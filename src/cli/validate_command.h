// `tabletheory validate FILE…`: every problem of DMS documents, and of documents of derived keys beside them, each with
// its place and its line.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct ValidateOptions {
  std::vector<std::string> files;
  std::string format = "text";  // or "json"
};

// As text, one block per problem and one line per document that is in order:
//
//     orders.yml:7:13: error: unknown type "STRING" (did you mean "S"?)
//           type: STRING
//     users.yml: ok: DMS 0.2, models User
//     users.keys.yml: ok: derived keys 0.2, User.tenant_key
//
// As JSON, one document: {"ok":false,"problems":[{"file":…,"line":7,"column":13,"message":…,"hint":…}]}.
// Exits with kProblemsFound when there is one; with kUsage when a file cannot be read (the others are still checked).
int validate(const ValidateOptions& options, Streams streams);

}  // namespace tabletheory::cli
