// Documents as one line of JSON, for runners in other languages (contract-tests/README.md, "Runners"). Pure.
#pragma once

#include <string>

#include "value/json_text.h"

namespace tabletheory::contract {

// Appends it. `numbers_as_text`: every number becomes a string, so that no reader rounds it.
void append_json(const value::JsonNode& node, bool numbers_as_text, std::string& out);

}  // namespace tabletheory::contract
