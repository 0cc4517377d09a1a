// The text of a document, whatever it describes: read from a file, parsed to a tree, its problems made an error.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/error.h"
#include "value/json_text.h"

namespace tabletheory::dms {

// The whole file; one that cannot be read, or is longer than 64 MB, is ErrInvalidModel.
Result<std::string> read_file(const std::string& path);

// The tree of a text: JSON when `file_name` ends in `.json`, else YAML. On failure every problem, ordered by place.
std::expected<value::JsonNode, std::vector<Diagnostic>> read_tree(std::string_view text, std::string_view file_name);

// ErrInvalidModel with the problems (at least one); its message is the first of them and a count of the others.
Error error_of(std::vector<Diagnostic> diagnostics);

}  // namespace tabletheory::dms
