// TypeScript: the document as an object, which is what the SDK takes types from.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/languages.h"
#include "codegen/literals.h"
#include "codegen/naming.h"

namespace tabletheory::codegen {
namespace {

std::string ts_literal(std::string_view text) {
  return quoted(text, Language::kTypeScript);
}

std::string ts_list(const std::vector<std::string>& texts) {
  std::vector<std::string> literals;
  for (const std::string& text : texts) literals.push_back(ts_literal(text));
  return fmt::format("[{}]", fmt::join(literals, ", "));
}

// `{ a: 1, b: 2 }`
std::string ts_object(const std::vector<std::string>& members) {
  return fmt::format("{{ {} }}", fmt::join(members, ", "));
}

std::string ts_key(const dms::KeyAttribute& key) {
  return ts_object({"attribute: " + ts_literal(key.attribute), fmt::format("type: '{}'", type_name(key.type))});
}

std::string ts_keys(const std::vector<dms::KeyAttribute>& keys) {
  if (keys.size() == 1) return ts_key(keys.front());
  std::vector<std::string> out;
  for (const dms::KeyAttribute& key : keys) out.push_back(ts_key(key));
  return fmt::format("[{}]", fmt::join(out, ", "));
}

std::string ts_attribute(const dms::Attribute& attribute) {
  std::vector<std::string> members{"attribute: " + ts_literal(attribute.attribute),
                                   fmt::format("type: '{}'", type_name(attribute.type))};
  if (!attribute.roles.empty()) members.push_back("roles: " + ts_list(attribute.roles));
  if (attribute.format != dms::Format::kNone)
    members.push_back(fmt::format("format: '{}'", format_name(attribute.format)));
  const std::pair<std::string_view, bool> flags[] = {{"required", attribute.required},
                                                     {"optional", attribute.optional},
                                                     {"omit_empty", attribute.omit_empty},
                                                     {"json", attribute.json},
                                                     {"binary", attribute.binary}};
  for (const auto& [name, set] : flags)
    if (set) members.push_back(fmt::format("{}: true", name));
  if (attribute.encryption != 0) members.push_back(fmt::format("encryption: {{ v: {} }}", attribute.encryption));
  return ts_object(members);
}

std::string ts_index(const dms::Index& index) {
  std::vector<std::string> members{"name: " + ts_literal(index.name),
                                   fmt::format("type: '{}'", index.global ? "GSI" : "LSI"),
                                   "partition: " + ts_keys(index.partition)};
  if (!index.sort.empty()) members.push_back("sort: " + ts_keys(index.sort));
  std::vector<std::string> projection{fmt::format("type: '{}'", projection_name(index.projection))};
  if (!index.fields.empty()) projection.push_back("fields: " + ts_list(index.fields));
  members.push_back("projection: " + ts_object(projection));
  return ts_object(members);
}

// Members of a model, a line each.
std::string ts_model(const dms::Model& model) {
  std::vector<std::string> keys{"partition: " + ts_key(model.partition)};
  if (model.sort) keys.push_back("sort: " + ts_key(*model.sort));
  std::vector<std::string> lines{
      "name: " + ts_literal(model.name), "table: " + ts_object({"name: " + ts_literal(model.table_name)}),
      fmt::format("naming: {{ convention: '{}' }}", naming_name(model.naming)), "keys: " + ts_object(keys)};
  std::vector<std::string> policy{fmt::format("mode: '{}'", write_mode_name(model.write_mode))};
  if (!model.protected_attributes.empty())
    policy.push_back("protected_attributes: " + ts_list(model.protected_attributes));
  lines.push_back("write_policy: " + ts_object(policy));
  if (model.discriminator)
    lines.push_back("discriminator: " + ts_object({"attribute: " + ts_literal(model.discriminator->attribute),
                                                   "value: " + ts_literal(model.discriminator->value)}));
  std::string out = "    {\n";
  for (const std::string& line : lines) out += fmt::format("      {},\n", line);
  out += "      attributes: [\n";
  for (const dms::Attribute& attribute : model.attributes) out += fmt::format("        {},\n", ts_attribute(attribute));
  out += "      ],\n";
  if (!model.indexes.empty()) {
    out += "      indexes: [\n";
    for (const dms::Index& index : model.indexes) out += fmt::format("        {},\n", ts_index(index));
    out += "      ],\n";
  }
  return out + "    },\n";
}

std::string ts_import(std::string_view name, const std::string& as) {
  return name == as ? std::string(name) : fmt::format("{} as {}", name, as);
}

}  // namespace

std::string typescript_code(const dms::Document& document) {
  // The models have their names in any case; what would meet them gives way.
  std::vector<std::string> wanted;
  for (const dms::Model& model : document.models) wanted.push_back(model.name);
  for (const char* name : {"defineSchema", "DmsDocument", "Item", "NewItem"}) wanted.emplace_back(name);
  for (const dms::Model& model : document.models) wanted.push_back("New" + model.name);
  const std::vector<std::string> names = distinct(wanted, "_");
  const std::size_t count = document.models.size();
  const std::string& define = names[count];
  const std::string& kind = names[count + 1];
  const std::string& item = names[count + 2];
  const std::string& new_item = names[count + 3];

  std::string out = fmt::format(
      "import {{ {}, type {}, type {}, type {} }} from '@theory-cloud/tabletheory-ts';\n\n"
      "/** The DMS document. */\nexport const document = {{\n  dms_version: '{}',\n",
      ts_import("defineSchema", define), ts_import("DmsDocument", kind), ts_import("Item", item),
      ts_import("NewItem", new_item), version_name(document.version));
  if (!document.name_space.empty()) out += fmt::format("  namespace: {},\n", ts_literal(document.name_space));
  out += "  models: [\n";
  for (const dms::Model& model : document.models) out += ts_model(model);
  out += fmt::format(
      "  ],\n}} as const satisfies {};\n\n"
      "/** The schema: `client.table(schema, {})`. */\nexport const schema = {}(document);\n",
      kind, ts_literal(document.models.front().name), define);
  for (std::size_t i = 0; i < count; ++i) {
    const dms::Model& model = document.models[i];
    out += fmt::format(
        "\n/** An item of the table {}, as it is read. */\nexport type {} = {}<typeof document, '{}'>;\n"
        "/** The same as it is written: what the library fills in may be left out. */\n"
        "export type {} = {}<typeof document, '{}'>;\n",
        model.table_name, names[i], item, model.name, names[count + 4 + i], new_item, model.name);
  }
  return out;
}

}  // namespace tabletheory::codegen
