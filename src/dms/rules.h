// The rules of docs/spec/dms.md that go beyond shape, on models however they came about.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// The attributes of a model by name, for the rules that refer to them. Borrows the model and the path.
class AttributeNames {
 public:
  AttributeNames(const Model& model, const std::string& path, const Problems& problems);

  const Attribute* find(std::string_view name) const;  // nullptr when there is none
  // The path of one of the model's attributes.
  std::string path_of(const Attribute& attribute) const;
  // False when an attribute's name could not be read: it may be the one that is asked for.
  bool all_known() const { return all_known_; }
  // `did you mean …?`, or what to do instead.
  std::string suggestion(std::string_view name) const;
  const Model& model() const { return model_; }

 private:
  const Model& model_;
  const std::string& path_;
  std::unordered_map<std::string_view, const Attribute*> by_name_;
  bool all_known_;
};

// Notes it when the key names no declared attribute, or one of another type. `what` is how messages call the key.
void check_key(const AttributeNames& names, const KeyAttribute& key, const std::string& key_path,
               const std::string& what, Problems& problems);

// Notes it when `name` is none of the model's attributes. `what` is how messages call the reference.
void check_reference(const AttributeNames& names, const std::string& name, const std::string& path,
                     const std::string& what, Problems& problems);

// "PK S", for messages and comparisons.
std::string key_text(const std::vector<KeyAttribute>& keys);

}  // namespace tabletheory::dms
