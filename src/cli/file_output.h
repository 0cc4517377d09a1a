// Files that a command writes: whole or not at all. Each function answers with the problem, a sentence that names the
// file; empty when all went well.
#pragma once

#include <string>
#include <string_view>

namespace tabletheory::cli {

// Puts the text in the place of a file that exists, keeping its permissions. The old text stays until the new one is
// written. A symbolic link stays one; the file it leads to is replaced.
std::string replace_file(const std::string& path, std::string_view text);

// Writes a file that is not there yet; one that is there, is left alone and is the problem. Creates missing folders.
std::string create_file(const std::string& path, std::string_view text);

}  // namespace tabletheory::cli
