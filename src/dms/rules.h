// The rules of docs/spec/dms.md that go beyond shape, on models however they came about.
#pragma once

#include "dms/document.h"
#include "dms/problems.h"

namespace tabletheory::dms {

// All rules of a document: those of each model, those between models of one table, names.
void check_document(const Document& document, Problems& problems);

// The parts, each over one model whose problems are noted below `path` ("models[3]").
void check_attributes(const Model& model, const std::string& path, Problems& problems);
void check_indexes(const Model& model, const std::string& path, Problems& problems);
// Models that share a table must agree on what is the table's.
void check_shared_tables(const Document& document, Problems& problems);

// Notes it when the key names no declared attribute, or one of another type. `what` is how messages call the key.
void check_key(const Model& model, const std::string& model_path, const KeyAttribute& key, const std::string& key_path,
               const std::string& what, Problems& problems);

// Notes it when `name` is none of the model's attributes. `what` is how messages call the reference.
void check_reference(const Model& model, const std::string& model_path, const std::string& name,
                     const std::string& path, const std::string& what, Problems& problems);

// "PK S", for messages and comparisons.
std::string key_text(const std::vector<KeyAttribute>& keys);

}  // namespace tabletheory::dms
