// Models generated from DMS documents: what a document states, as structs, classes and types of a language.
//
//     auto document = dms::load_file("orders.yml");
//     auto header = codegen::generate(*document, codegen::Language::kCpp, "0.1.0");    // Result<std::string>
//
// The code declares models that are equivalent with the document's (docs/spec/dms.md, "Equivalence gate"). Only what
// has no meaning, `tags`, is left out. The same document gives the same bytes, wherever it lies. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dms/document.h"

namespace tabletheory::codegen {

enum class Language : std::uint8_t { kCpp, kGo, kTypeScript, kPython };

inline constexpr std::pair<std::string_view, Language> kLanguages[] = {
    {"cpp", Language::kCpp}, {"go", Language::kGo}, {"ts", Language::kTypeScript}, {"py", Language::kPython}};
// nullopt for words that are not among them.
std::optional<Language> parse_language(std::string_view name);

// The whole file. `tool_version` and the last part of the document's file name go into its first line. ErrInvalidModel
// with a diagnostic for each thing that models declared in the language cannot state.
Result<std::string> generate(const dms::Document& document, Language language, std::string_view tool_version);

// Whether the text begins as generated files do, so that it may be written over.
bool is_generated(std::string_view text);

}  // namespace tabletheory::codegen
