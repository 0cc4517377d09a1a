// DMS documents: the schema every language loads (docs/spec/dms.md), read, checked and in plain structs.
//
// A Document that `load_text` or `load_file` returns obeys every rule of the specification: keys and index keys are
// declared attributes of fitting types, roles agree with keys, names are safe to generate code from, and so on. Nobody
// above this layer checks these again. Code-first models build a Model themselves and pass it to `validate`.
//
//     auto document = dms::load_file("orders.yml");                      // Result<Document>
//     if (!document)
//       for (const Diagnostic& problem : document.error().diagnostics()) …
//     const dms::Model* order = document->find("Order");
//
// Plain values; const use is safe from several threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tabletheory/error.h"
#include "tabletheory/value.h"
#include "value/json_text.h"

namespace tabletheory::dms {

enum class Version : std::uint8_t { k0_1, k0_2, k0_3 };
enum class Naming : std::uint8_t { kCamelCase, kSnakeCase, kDynamorm, kVerbatim };
enum class WriteMode : std::uint8_t { kMutable, kWriteOnce };
enum class Format : std::uint8_t { kNone, kRfc3339Nano, kUnixSeconds, kInt, kDecimalString };

// The names used in documents: "0.2", "snake_case", "write_once", "rfc3339nano" ("" for Format::kNone).
std::string_view version_name(Version version);
std::string_view naming_name(Naming naming);
std::string_view write_mode_name(WriteMode mode);
std::string_view format_name(Format format);

// Where something was written; 0:0 for models that come from no document.
struct Place {
  int line = 0;    // from 1
  int column = 0;  // from 1, in bytes
};

// One attribute of a table key or an index key.
struct KeyAttribute {
  std::string attribute;
  Type type = Type::kS;  // S, N or B

  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

struct Attribute {
  std::string attribute;  // the stored name
  Type type = Type::kS;
  bool required = false;
  bool optional = false;
  bool omit_empty = false;
  bool json = false;
  bool binary = false;
  std::vector<std::string> roles{};  // as written: "pk", "version", "index_pk:by-email", …
  Format format = Format::kNone;
  int encryption = 0;                           // envelope version 1 or 2; 0: stored in the clear
  std::vector<value::JsonNode::Member> tags{};  // free metadata, no semantics
  Place place{};

  bool has_role(std::string_view role) const;
};

struct Index {
  enum class Projection : std::uint8_t { kAll, kKeysOnly, kInclude };

  std::string name;
  bool global = true;                     // GSI; else LSI
  std::vector<KeyAttribute> partition{};  // one; up to four for a GSI of version 0.3
  std::vector<KeyAttribute> sort{};       // none or one; up to four for a GSI of version 0.3
  Projection projection = Projection::kAll;
  std::vector<std::string> fields{};  // the non-key attributes of Projection::kInclude
  Place place{};
};

// "ALL", "KEYS_ONLY", "INCLUDE".
std::string_view projection_name(Index::Projection projection);

struct Discriminator {
  std::string attribute;  // type S
  std::string value;

  friend bool operator==(const Discriminator&, const Discriminator&) = default;
};

struct Model {
  std::string name;
  Version version = Version::k0_2;
  std::string table_name;
  Naming naming = Naming::kCamelCase;
  KeyAttribute partition;
  std::optional<KeyAttribute> sort;
  WriteMode write_mode = WriteMode::kMutable;
  std::vector<std::string> protected_attributes;
  std::vector<Attribute> attributes;  // in the order written
  std::vector<Index> indexes;
  std::optional<Discriminator> discriminator;
  Place place{};

  // nullptr when there is none.
  const Attribute* find_attribute(std::string_view attribute) const;
  const Index* find_index(std::string_view index) const;
  // The first attribute that has the role, or nullptr. created_at, updated_at, version and ttl occur at most once.
  const Attribute* find_role(std::string_view role) const;
};

struct Document {
  Version version = Version::k0_2;
  std::string name_space;
  std::vector<Model> models;  // at least one, names distinct
  std::string file;           // as given to the loader

  const Model* find(std::string_view model) const;  // nullptr when there is none
};

// Reads and checks a document. A `file_name` that ends in `.json` is read as JSON, any other as YAML. Fails with
// ErrInvalidModel holding every problem found, ordered by place, each with `file_name` as its file.
Result<Document> load_text(std::string_view text, std::string_view file_name);
// The same for a file; one that cannot be read, or is longer than 64 MB, is ErrInvalidModel too.
Result<Document> load_file(const std::string& path);

// Checks an already parsed tree (see read_yaml, value::parse_json_text).
Result<Document> load_tree(const value::JsonNode& root, std::string_view file_name);

// Checks one model that was built in code, by the same rules. The diagnostics have no place.
Result<void> validate(const Model& model);

// The problem, then the offending line of `source_text`, each ended by a line feed; the problem alone when it has no
// place. A long line is cut around the column; control characters become '?'.
//
//     orders.yml:7:13: error: unknown type "STRING" (did you mean "S"?)
//           type: STRING
std::string render(const Diagnostic& diagnostic, std::string_view source_text);

}  // namespace tabletheory::dms
