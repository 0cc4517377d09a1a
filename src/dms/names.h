// Attribute names by convention (docs/spec/dms.md, "Names"). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "dms/document.h"

namespace tabletheory::dms {

// The attribute name of a code-first field whose model gives none: URLValue → urlValue (camelCase, dynamorm) or
// url_value (snake_case); PK and SK stay in camelCase. `verbatim` keeps the field's name.
//
// `role`, when it is pk or sk, makes dynamorm's default PK or SK.
//
//     attribute_name("UserID", Naming::kSnakeCase) == "user_id"
//     attribute_name("Account", Naming::kDynamorm, "pk") == "PK"
std::string attribute_name(std::string_view field, Naming naming, std::string_view role = {});

// True when the name keeps its model's convention.
bool fits_convention(std::string_view name, Naming naming);
// What the convention asks for, for messages.
std::string_view convention_rule(Naming naming);

// Why a name may not be used anywhere (it could escape its string or identifier in generated code), in words that fit
// after "the name "; empty when it is safe.
std::string unsafe_reason(std::string_view name);

// True when the name can be spelt as an identifier in C++, Go, TypeScript and Python: ASCII letters, digits and single
// underscores, a letter first. It may still be a keyword: see reserved_by.
bool is_identifier(std::string_view name);
// The language that reserves the word, such as "Python"; empty when none does.
std::string_view reserved_by(std::string_view name);

// True for the names of tables and indexes: 3 to 255 of A-Z a-z 0-9 _ . -
bool is_resource_name(std::string_view name);

}  // namespace tabletheory::dms
