// `tabletheory contract --lang cpp --address memory: [--dms DIR]… PATH…`: contract scenarios, run through an SDK.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct ContractOptions {
  std::vector<std::string> languages;  // none: cpp
  std::string address = "memory:";
  std::vector<std::string> model_directories;  // none: the built-in models
  std::vector<std::string> paths;
};

// Prints a line per scenario and, last, `N passed, N failed, N skipped`. Exits with kSuccess only if nothing failed,
// with kUsage for wrong words, an address nobody answers at, or input that cannot be read.
int contract(const ContractOptions& options, Streams streams);

// Where the built-in models lie: contract-tests/dms in the source tree the running program was built in, or
// share/tabletheory/contract-tests/dms beside its `bin` where it is installed. TABLETHEORY_CONTRACT_MODELS overrides
// both. Empty when there is no such directory.
std::string built_in_models();

}  // namespace tabletheory::cli
