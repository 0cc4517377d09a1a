// A program run for its output, within limits.
#pragma once

#include <string>

#include "net/options.h"
#include "tabletheory/error.h"

namespace tabletheory::net {

// What `command` prints, run by /bin/sh; ended with all it started when the limits say so. Standard error is left
// alone. ErrTransport when it cannot be run, fails or prints more than 64 KB; ErrTimeout and ErrCancelled by the
// limits.
Result<std::string> run_process(const std::string& command, const Limits& limits);

}  // namespace tabletheory::net
