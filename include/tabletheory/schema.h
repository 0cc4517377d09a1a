// Schema: a DMS document, loaded and checked; Model: one of its models, ready to open tables with.
//
//     auto schema = tabletheory::Schema::load_file("orders.yml");
//     if (!schema)
//       for (const auto& problem : schema.error().diagnostics()) std::cerr << problem.to_string() << '\n';
//     auto model = schema->model("Order");                       // Result<Model>
//     auto item = tabletheory::item_from_json(*model, R"({"PK":"C#1","SK":"O#1","total":12.50})");
//
// Handles to immutable data: cheap to copy, safe to share between threads. A Model keeps what it needs of its Schema.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/value.h"

namespace tabletheory {

namespace detail {
struct SchemaData;
struct ModelData;
struct RecordInfo;
template <class T>
const RecordInfo& record_info();
}  // namespace detail

// What a model says about an attribute.
struct AttributeInfo {
  std::string name;
  Type type = Type::kS;
  bool required = false, optional = false, omit_empty = false, json = false, binary = false;
  std::vector<std::string> roles;
  std::string format;  // "rfc3339nano", "unix_seconds", "int", "decimal_string", or empty
  int encryption = 0;  // envelope version; 0: stored in the clear
};

struct IndexInfo {
  std::string name;
  bool global = true;
  std::vector<std::string> partition, sort;
};

class Model {
 public:
  const std::string& name() const;
  const std::string& table() const;      // the document's; a client may override it
  std::string_view dms_version() const;  // "0.1", "0.2", "0.3"
  const std::string& partition_key() const;
  const std::string* sort_key() const;                   // nullptr when the table has none
  const std::vector<AttributeInfo>& attributes() const;  // in the order written
  const AttributeInfo* find_attribute(std::string_view name) const;
  const std::vector<IndexInfo>& indexes() const;
  // The first attribute with a role such as "version"; nullptr when there is none.
  const AttributeInfo* find_role(std::string_view role) const;

  // The model that code declares with `describe(ModelBuilder<T>&)`. ErrInvalidModel with every mistake in it.
  template <class T>
  static Result<Model> of() {
    return from_record(detail::record_info<T>());
  }

  // For the library.
  explicit Model(std::shared_ptr<const detail::ModelData> data) : data_(std::move(data)) {}
  const detail::ModelData& data() const { return *data_; }

 private:
  static Result<Model> from_record(const detail::RecordInfo& record);
  std::shared_ptr<const detail::ModelData> data_;
};

class Schema {
 public:
  // Reads and checks a document; the file's name decides between JSON (`.json`) and YAML. ErrInvalidModel holding every
  // problem found as a Diagnostic, each with file, line and column.
  static Result<Schema> load_file(const std::string& path);
  static Result<Schema> load_text(std::string_view text, std::string_view file_name = "schema.yml");

  // A model by its name. ErrInvalidModel naming the models there are, with a "did you mean".
  Result<Model> model(std::string_view name) const;
  const std::vector<Model>& models() const;
  std::string_view dms_version() const;
  const std::string& name_space() const;

 private:
  static Schema from_document(std::shared_ptr<detail::SchemaData> data);
  explicit Schema(std::shared_ptr<const detail::SchemaData> data) : data_(std::move(data)) {}
  std::shared_ptr<const detail::SchemaData> data_;
};

// A difference between a model in code and one in a schema (the equivalence gate, docs/spec/dms.md).
struct Difference {
  std::string path;  // "attributes.total.type"
  std::string code;  // what the code says; "(none)" when it has no such thing
  std::string dms;   // what the schema says
};
struct EquivalenceOptions {
  bool ignore_table_name = false;
};
// Every difference; empty when the two models are equivalent.
std::vector<Difference> differences(const Model& code, const Model& schema, const EquivalenceOptions& options = {});
// The same as a gate, for a program's start: ErrInvalidModel listing the differences.
//
//     if (auto same = tabletheory::check_against<Order>(*schema); !same) return fail(same.error().to_string());
Result<void> check_equivalent(const Model& code, const Model& schema, const EquivalenceOptions& options = {});
template <class T>
Result<void> check_against(const Schema& schema, const EquivalenceOptions& options = {}) {
  auto code = Model::of<T>();
  if (!code) return std::unexpected(std::move(code).error());
  auto same_name = schema.model(code->name());
  if (!same_name) return std::unexpected(std::move(same_name).error());
  return check_equivalent(*code, *same_name, options);
}

// An item written as plain JSON, read by the model's types: strings for B are base64, arrays for sets become sets,
// numbers are exact (a string is accepted for N). ErrInvalidModel naming the attribute that does not fit.
Result<Item> item_from_json(const Model& model, std::string_view json);
// The value of one attribute, likewise.
Result<Value> value_from_json(const Model& model, std::string_view attribute, std::string_view json);
// Plain JSON without a model: objects are maps, arrays lists, numbers exact.
Result<Value> value_from_json(std::string_view json);

}  // namespace tabletheory
