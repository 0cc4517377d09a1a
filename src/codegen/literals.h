// Texts as string literals. Pure.
#pragma once

#include <string>
#include <string_view>

#include "codegen/generate.h"

namespace tabletheory::codegen {

// The text between quotes, so that the language reads exactly it: quotes, backslashes and what cannot be seen (control
// characters, marks that change how a line is shown) are escaped. The text is UTF-8.
std::string quoted(std::string_view text, Language language);

}  // namespace tabletheory::codegen
