// Finding and reading the files of a contract run. Paths come back sorted, so that a run is the same everywhere.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace tabletheory::contract {

// The whole file; the error is a sentence that names it.
std::expected<std::string, std::string> read_file(const std::string& path);

// Each path that is a file, and every *.yml, *.yaml and *.json below each that is a directory; sorted, each once. The
// error names a path that does not exist or cannot be read, or a directory that holds no such file.
std::expected<std::vector<std::string>, std::string> find_documents(std::span<const std::string> paths);

}  // namespace tabletheory::contract
