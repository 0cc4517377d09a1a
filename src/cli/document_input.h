// Documents that a command is given by name: read, checked, and complained about.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command_line.h"
#include "dms/document.h"

namespace tabletheory::cli {

// The whole file; nullopt when it cannot be read, which is said on `err`.
std::optional<std::string> read_text(std::string_view command, const std::string& file, Streams streams);

// The document; nullopt when the file cannot be read or holds problems, all of which are shown on `err`.
std::optional<dms::Document> read_document(std::string_view command, const std::string& file, Streams streams);

// The problems of a text, each with its line; the error's message when it holds none.
void show_problems(const Error& error, std::string_view text, std::ostream& to);

}  // namespace tabletheory::cli
