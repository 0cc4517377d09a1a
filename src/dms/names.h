// Attribute names by convention (docs/spec/dms.md, "Names"). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "dms/document.h"

namespace tabletheory::dms {

// The attribute name of a code-first field whose model gives none: URLValue → urlValue (camelCase, dynamorm) or
// url_value (snake_case); PK and SK stay in camelCase. `verbatim` keeps the field's name.
//
//     attribute_name("UserID", Naming::kSnakeCase) == "user_id"
std::string attribute_name(std::string_view field, Naming naming);

// True when the name keeps its model's convention.
bool fits_convention(std::string_view name, Naming naming);

// Why a name may not be used anywhere (it could escape its string or identifier in generated code), in words that fit
// after "the name "; empty when it is safe.
std::string unsafe_reason(std::string_view name);

// True when the name can be used as an identifier in C++, Go, TypeScript and Python.
bool is_identifier(std::string_view name);
// The language that reserves the word, such as "Python"; empty when none does.
std::string_view reserved_by(std::string_view name);

}  // namespace tabletheory::dms
