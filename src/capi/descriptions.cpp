#include "capi/descriptions.h"

namespace tabletheory::capi {
namespace {

void write_texts(std::string_view name, const std::vector<std::string>& texts, TapeWriter& out) {
  out.name(name);
  out.list(texts.size());
  for (const std::string& text : texts) out.string(text);
}

void write_attribute(const AttributeInfo& attribute, TapeWriter& out) {
  out.map(10);
  out.member("name", attribute.name);
  out.member("type", type_name(attribute.type));
  out.member("format", attribute.format);
  write_texts("roles", attribute.roles, out);
  out.member("required", attribute.required);
  out.member("optional", attribute.optional);
  out.member("omit_empty", attribute.omit_empty);
  out.member("json", attribute.json);
  out.member("binary", attribute.binary);
  out.member("encryption", attribute.encryption);
}

// How many members it wrote.
std::size_t write_model(const Model& model, TapeWriter& out) {
  std::size_t count = 5;
  out.member("model", model.name());
  out.member("dms_version", model.dms_version());
  out.member("partition_key", model.partition_key());
  if (model.sort_key() != nullptr) {
    out.member("sort_key", *model.sort_key());
    ++count;
  }
  out.name("attributes");
  out.list(model.attributes().size());
  for (const AttributeInfo& attribute : model.attributes()) write_attribute(attribute, out);
  out.name("indexes");
  out.list(model.indexes().size());
  for (const IndexInfo& index : model.indexes()) {
    out.map(4);
    out.member("name", index.name);
    out.member("global", index.global);
    write_texts("partition", index.partition, out);
    write_texts("sort", index.sort, out);
  }
  return count;
}

}  // namespace

void write_schema(const Schema& schema, TapeWriter& out) {
  out.map(3);
  out.member("dms_version", schema.dms_version());
  out.member("namespace", schema.name_space());
  out.name("models");
  out.list(schema.models().size());
  for (const Model& model : schema.models()) {
    const auto open = out.open(Tag::kMap);
    out.member("table", model.table());
    out.close(open, 1 + write_model(model, out));
  }
}

void write_table(std::size_t number, const detail::TableCore& table, TapeWriter& out) {
  const auto open = out.open(Tag::kMap);
  out.member("id", number);
  out.member("table", table.name());
  std::size_t count = 2;
  if (table.handle() != nullptr) count += write_model(*table.handle(), out);
  out.close(open, count);
}

void write_keys(const DerivedKeys& keys, TapeWriter& out) {
  out.map(1);
  out.name("keys");
  const auto list = out.open(Tag::kList);
  std::size_t count = 0;
  for (const std::string& model : keys.models()) {
    for (const DerivedKey& key : keys.keys(model)) {
      ++count;
      out.map(5);
      out.member("model", model);
      out.member("name", key.name());
      out.member("helper", key.helper());
      out.member("description", key.description());
      const auto inputs = key.inputs();
      out.name("inputs");
      out.list(inputs.size());
      for (const DerivedKeyInputInfo& input : inputs) {
        out.map(3);
        out.member("name", input.name);
        out.member("type", input.type);
        out.member("optional", input.optional);
      }
    }
  }
  out.close(list, count);
}

}  // namespace tabletheory::capi
