#include "tabletheory/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/equivalence.h"
#include "dms/wording.h"
#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "sdk/schema_data.h"
#include "tabletheory/detail/codec.h"

namespace tabletheory {
namespace {

AttributeInfo describe_attribute(const dms::Attribute& attribute) {
  return {attribute.attribute, attribute.type,       attribute.required,
          attribute.optional,  attribute.omit_empty, attribute.json,
          attribute.binary,    attribute.roles,      std::string(dms::format_name(attribute.format)),
          attribute.encryption};
}

IndexInfo describe_index(const dms::Index& index) {
  IndexInfo info{index.name, index.global, {}, {}};
  for (const dms::KeyAttribute& key : index.partition) info.partition.push_back(key.attribute);
  for (const dms::KeyAttribute& key : index.sort) info.sort.push_back(key.attribute);
  return info;
}

Result<value::JsonNode> parse_json(std::string_view json) {
  auto node = value::parse_json_text(json);
  if (!node) return std::unexpected(Error(ErrorCode::kInvalidModel, "not JSON: " + node.error().to_string()));
  return std::move(*node);
}

}  // namespace

namespace detail {

Model make_model(dms::Model definition) {
  auto data = std::make_shared<ModelData>();
  for (const dms::Attribute& attribute : definition.attributes)
    data->attributes.push_back(describe_attribute(attribute));
  for (const dms::Index& index : definition.indexes) data->indexes.push_back(describe_index(index));
  data->definition = std::move(definition);
  return Model(std::move(data));
}

}  // namespace detail

const std::string& Model::name() const {
  return data_->definition.name;
}
const std::string& Model::table() const {
  return data_->definition.table_name;
}
std::string_view Model::dms_version() const {
  return dms::version_name(data_->definition.version);
}
const std::string& Model::partition_key() const {
  return data_->definition.partition.attribute;
}
const std::string* Model::sort_key() const {
  return data_->definition.sort ? &data_->definition.sort->attribute : nullptr;
}
const std::vector<AttributeInfo>& Model::attributes() const {
  return data_->attributes;
}
const std::vector<IndexInfo>& Model::indexes() const {
  return data_->indexes;
}

const AttributeInfo* Model::find_attribute(std::string_view name) const {
  const auto found = std::find_if(data_->attributes.begin(), data_->attributes.end(),
                                  [&](const AttributeInfo& attribute) { return attribute.name == name; });
  return found == data_->attributes.end() ? nullptr : &*found;
}

const AttributeInfo* Model::find_role(std::string_view role) const {
  const auto found =
      std::find_if(data_->attributes.begin(), data_->attributes.end(), [&](const AttributeInfo& attribute) {
        return std::find(attribute.roles.begin(), attribute.roles.end(), role) != attribute.roles.end();
      });
  return found == data_->attributes.end() ? nullptr : &*found;
}

Result<Model> Model::from_record(const detail::RecordInfo& record) {
  TT_TRY(dms::Model definition, detail::model_from_record(record));
  return detail::make_model(std::move(definition));
}

Result<Schema> Schema::load_file(const std::string& path) {
  TT_TRY(dms::Document document, dms::load_file(path));
  return from_document(std::make_shared<detail::SchemaData>(detail::SchemaData{std::move(document), {}}));
}

Result<Schema> Schema::load_text(std::string_view text, std::string_view file_name) {
  TT_TRY(dms::Document document, dms::load_text(text, file_name));
  return from_document(std::make_shared<detail::SchemaData>(detail::SchemaData{std::move(document), {}}));
}

Schema Schema::from_document(std::shared_ptr<detail::SchemaData> data) {
  for (const dms::Model& model : data->document.models) data->models.push_back(detail::make_model(model));
  return Schema(std::move(data));
}

Result<Model> Schema::model(std::string_view name) const {
  std::vector<std::string_view> known;
  for (const Model& model : data_->models) {
    if (model.name() == name) return model;
    known.push_back(model.name());
  }
  return fail(ErrorCode::kInvalidModel,
              fmt::format("{} has no model {}; {}", data_->document.file.empty() ? "the schema" : data_->document.file,
                          dms::in_quotes(name), dms::did_you_mean(name, known, "it has " + dms::joined(known))));
}

const std::vector<Model>& Schema::models() const {
  return data_->models;
}
std::string_view Schema::dms_version() const {
  return dms::version_name(data_->document.version);
}
const std::string& Schema::name_space() const {
  return data_->document.name_space;
}

std::vector<Difference> differences(const Model& code, const Model& schema, const EquivalenceOptions& options) {
  std::vector<Difference> found;
  for (dms::Difference& difference : dms::compare(code.data().definition, schema.data().definition,
                                                  {.ignore_table_name = options.ignore_table_name})) {
    found.push_back({std::move(difference.path), std::move(difference.code_first), std::move(difference.dms)});
  }
  return found;
}

Result<void> check_equivalent(const Model& code, const Model& schema, const EquivalenceOptions& options) {
  const std::vector<Difference> found = differences(code, schema, options);
  if (found.empty()) return {};
  std::string message = fmt::format("model {} in code differs from the schema:", code.name());
  for (const Difference& difference : found) {
    message += fmt::format("\n  {}: code {}, schema {}", difference.path, difference.code, difference.dms);
  }
  return fail(ErrorCode::kInvalidModel, std::move(message));
}

Result<Item> item_from_json(const Model& model, std::string_view json) {
  TT_TRY(const value::JsonNode node, parse_json(json));
  return model::item_from_json(*model::Model::compile(model.data().definition), node);
}

Result<Value> value_from_json(const Model& model, std::string_view attribute, std::string_view json) {
  TT_TRY(const value::JsonNode node, parse_json(json));
  const auto compiled = model::Model::compile(model.data().definition);
  const std::size_t slot = compiled->slot_of(attribute);
  if (slot == model::kNoSlot) return std::unexpected(model::unknown_attribute(*compiled, attribute));
  return model::value_from_json(compiled->attribute(slot), node);
}

Result<Value> value_from_json(std::string_view json) {
  TT_TRY(const value::JsonNode node, parse_json(json));
  return model::value_from_json(node);
}

}  // namespace tabletheory
