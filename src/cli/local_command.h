// `tabletheory local [--port N] [--file PATH] …`: the embedded engine over HTTP, for any DynamoDB client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct LocalOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  // 0: a free one
  std::string file;           // empty: in memory
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> credentials;  // KEY_ID:SECRET, or @FILE with one of them a line
  bool unverified = false;               // serve other machines without checking signatures
  bool log = false;
  unsigned sweep_seconds = 60;  // between two sweeps of expired items; 0: never
  int ready_fd = -1;            // where the address is written once requests are served; -1: nowhere
};

// Serves until SIGINT or SIGTERM; then answers what is under way and exits with kSuccess. The first line on `out`,
// flushed at once, is
//
//     tabletheory local: http://127.0.0.1:8000 (memory)
//
// with the file's path instead of `memory` where there is one. Exits with kUsage for options that do not fit together,
// with kProblemsFound when the address or the file cannot be had.
int local(const LocalOptions& options, Streams streams);

}  // namespace tabletheory::cli
