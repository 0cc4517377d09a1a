// Names in generated code: identifiers made of stored names, kept apart from each other and from words of the language.
// Pure; the same names give the same identifiers, so generated code changes only where its document does.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tabletheory::codegen {

// The words of a stored name, a letter first and at least one: "createdAt" → created, At; "Street-Name" → Street, Name;
// "2fa" → n2fa; "größe" → gr, u00f6, u00df, e; "#" → hash.
std::vector<std::string> words_of(std::string_view stored);

// created_at, street_name
std::string snake_identifier(std::string_view stored);
// CreatedAt, StreetName, and as Go spells them: ID, URL, PK
std::string go_identifier(std::string_view stored);

// `name`, with an underscore behind it when it is one of the words (sorted).
std::string apart_from(std::string name, std::span<const std::string_view> words);

// Makes names differ. The first that wants a name has it; the others get a number behind `separator`, from 2 on, that
// no other name wants. `is_taken` refuses a name for the element at an index.
using IsTaken = std::function<bool(std::size_t index, const std::string& name)>;
std::vector<std::string> distinct(const std::vector<std::string>& wanted, std::string_view separator,
                                  const IsTaken& is_taken = {});

// A document's namespace as identifiers: "acme.web-shop" → acme, web_shop; {"models"} when there is none.
std::vector<std::string> namespace_parts(std::string_view name_space);

}  // namespace tabletheory::codegen
