// YAML 1.2 restricted to the JSON data model (docs/spec/dms.md, "File format"): the tree that JSON would give.
//
// Refuses what JSON cannot say or what readers of other languages take differently: anchors, aliases, merge keys,
// custom tags, keys that are not strings, duplicate keys, several documents, and plain scalars such as `yes`, `~`,
// `0x1f`, `1_000`, `+1`, `007`, `.inf`, `2024-01-31` or nothing at all, which have to be quoted. A plain scalar is
// null, true, false, a JSON number, else a string; a quoted or block scalar is a string.
//
//     auto tree = dms::read_yaml(text, "orders.yml");
//     if (!tree) for (const Diagnostic& problem : tree.error()) …
//
// Reentrant.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "tabletheory/error.h"
#include "value/json_text.h"

namespace tabletheory::dms {

// The tree, or every problem found (at least one, ordered by place). A syntax error ends the reading.
std::expected<value::JsonNode, std::vector<Diagnostic>> read_yaml(std::string_view text, std::string_view file);

}  // namespace tabletheory::dms
