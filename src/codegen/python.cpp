// Python: a module of dataclasses declared with @model.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "codegen/keywords_table.h"
#include "codegen/languages.h"
#include "codegen/literals.h"
#include "codegen/naming.h"
#include "codegen/native.h"

namespace tabletheory::codegen {
namespace {

// What generated modules use by these names: a class or field of the name would stand in front of it.
constexpr std::string_view kTakenInPython[] = {
    "Annotated",   "Any",  "Attr",  "CREATED_AT", "Decimal",  "Index", "PK",  "SK",   "TTL",   "UPDATED_AT", "VERSION",
    "annotations", "bool", "bytes", "dataclass",  "datetime", "dict",  "int", "list", "model", "set",        "str",
};

bool is_taken_in_python(const std::string& name) {
  return std::ranges::find(kTakenInPython, name) != std::end(kTakenInPython);
}

std::string py_name(std::string name) {
  name = apart_from(std::move(name), kPythonKeywords);
  if (is_taken_in_python(name)) name.push_back('_');
  return name;
}

std::string py_literal(std::string_view text) {
  return quoted(text, Language::kPython);
}

// `("a", "b")`, `("a",)`
std::string py_tuple(const std::vector<std::string>& texts) {
  std::vector<std::string> literals;
  for (const std::string& text : texts) literals.push_back(py_literal(text));
  return fmt::format("({}{})", fmt::join(literals, ", "), texts.size() == 1 ? "," : "");
}

struct PyType {
  std::string_view name;
  std::string_view stored;  // what the SDK stores it as; empty: the declaration has to say
  std::string_view import;  // a name of it that modules import; empty: none
};

const PyType& py_type(Native native) {
  static constexpr PyType kTypes[kNatives] = {
      {"str", "S", ""},
      {"datetime", "S", "datetime"},
      {"int", "N", ""},
      {"Decimal", "N", "Decimal"},
      {"bytes", "B", ""},
      {"bool", "BOOL", ""},
      {"None", "NULL", ""},
      {"dict[str, Any]", "M", "Any"},
      {"list[Any]", "L", "Any"},
      {"set[str]", "SS", ""},
      {"set[Decimal]", "NS", "Decimal"},
      {"set[bytes]", "BS", ""},
      {"Any", "", "Any"},
  };
  return kTypes[static_cast<std::size_t>(native)];
}

class PyModel {
 public:
  PyModel(const dms::Model& model, std::string type, std::set<std::string>& used, Refusals& refusals)
      : model_(model), type_(std::move(type)), used_(used), refusals_(refusals) {
    std::vector<std::string> wanted;
    for (const dms::Attribute& attribute : model.attributes)
      wanted.push_back(py_name(snake_identifier(attribute.attribute)));
    // An index names a field or an attribute: no field may have the name of another attribute.
    names_ = distinct(wanted, "_", [&](std::size_t i, const std::string& name) {
      const dms::Attribute* other = model.find_attribute(name);
      return other != nullptr && other != &model.attributes[i];
    });
  }

  std::string code() {
    std::string out = fmt::format("\n\n@model(\n    {},\n", py_literal(model_.name));
    for (const std::string& argument : arguments()) out += fmt::format("    {},\n", argument);
    out += fmt::format(")\n@dataclass(kw_only=True)\nclass {}:\n    \"\"\"An item of the table {}.\"\"\"\n\n", type_,
                       model_.table_name);
    for (std::size_t i = 0; i < names_.size(); ++i) out += field(model_.attributes[i], names_[i]);
    return out;
  }

 private:
  std::vector<std::string> arguments() {
    std::vector<std::string> out{"table=" + py_literal(model_.table_name)};
    if (model_.naming != dms::Naming::kCamelCase) out.push_back("naming=" + py_literal(naming_name(model_.naming)));
    out.push_back("dms_version=" + py_literal(version_name(model_.version)));
    if (model_.write_mode == dms::WriteMode::kWriteOnce) out.emplace_back("write_once=True");
    if (!model_.protected_attributes.empty()) {
      refuse_undeclared(model_, model_.protected_attributes, model_.place, "write_policy.protected_attributes",
                        refusals_);
      out.push_back("protected=" + py_tuple(fields_of(model_.protected_attributes)));
    }
    if (model_.discriminator)
      out.push_back("discriminator=" + py_tuple({model_.discriminator->attribute, model_.discriminator->value}));
    if (!model_.indexes.empty()) {
      std::string indexes = "indexes=(\n";
      for (const dms::Index& index : model_.indexes) indexes += fmt::format("        {},\n", index_text(index));
      out.push_back(indexes + "    )");
    }
    return out;
  }

  std::string index_text(const dms::Index& index) {
    used_.insert("Index");
    std::string out = fmt::format("Index({}, {}", py_literal(index.name), key(index.partition));
    if (!index.sort.empty()) out += ", " + key(index.sort);
    if (!index.global) out += ", local=True";
    if (index.projection != dms::Index::Projection::kAll)
      out += ", projection=" + py_literal(projection_name(index.projection));
    if (!index.fields.empty()) {
      refuse_undeclared(model_, index.fields, index.place, "the projection of index " + index.name, refusals_);
      out += ", fields=" + py_tuple(fields_of(index.fields));
    }
    return out + ")";
  }

  std::string key(const std::vector<dms::KeyAttribute>& keys) const {
    std::vector<std::string> attributes;
    for (const dms::KeyAttribute& part : keys) attributes.push_back(part.attribute);
    const std::vector<std::string> fields = fields_of(attributes);
    return fields.size() == 1 ? py_literal(fields.front()) : py_tuple(fields);
  }

  std::vector<std::string> fields_of(const std::vector<std::string>& attributes) const {
    std::vector<std::string> out;
    for (const std::string& name : attributes)
      if (const dms::Attribute* attribute = model_.find_attribute(name))
        out.push_back(names_[static_cast<std::size_t>(attribute - model_.attributes.data())]);
    return out;
  }

  std::string field(const dms::Attribute& attribute, const std::string& name) {
    const Native native = native_of(attribute);
    const std::string_view type = py_type(native).name;
    if (!py_type(native).import.empty()) used_.emplace(py_type(native).import);
    const bool is_needed = is_key(model_, attribute) || (attribute.required && !is_kept(attribute));
    const bool is_counted = attribute.has_role("version") && !attribute.optional;
    const bool has_none = native == Native::kNull || native == Native::kJson;  // as one of its values
    const std::string annotation =
        is_needed || is_counted || has_none ? std::string(type) : fmt::format("{} | None", type);
    const std::string_view initial = is_needed ? "" : is_counted ? " = 0" : " = None";
    return fmt::format("    {}: Annotated[{}, {}]{}\n", name, annotation, fmt::join(marks(attribute), ", "), initial);
  }

  // The marks of a field: roles, then the rest, which always says the stored name.
  std::vector<std::string> marks(const dms::Attribute& attribute) {
    std::vector<std::string> out = roles(attribute);
    used_.insert(out.begin(), out.end());
    used_.insert("Attr");
    std::vector<std::string> arguments{py_literal(attribute.attribute)};
    if (py_type(native_of(attribute)).stored != type_name(attribute.type))
      arguments.push_back("type=" + py_literal(type_name(attribute.type)));
    if (attribute.format != dms::Format::kNone)
      arguments.push_back("format=" + py_literal(format_name(attribute.format)));
    const bool says_required = std::ranges::find_if(out, is_required_mark) != out.end();
    const std::pair<std::string_view, bool> flags[] = {{"required", attribute.required && !says_required},
                                                       {"optional", attribute.optional},
                                                       {"omit_empty", attribute.omit_empty},
                                                       {"json", attribute.json},
                                                       {"binary", attribute.binary}};
    for (const auto& [flag, set] : flags)
      if (set) arguments.push_back(fmt::format("{}=True", flag));
    if (attribute.encryption != 0) arguments.push_back(fmt::format("encryption={}", attribute.encryption));
    out.push_back(fmt::format("Attr({})", fmt::join(arguments, ", ")));
    return out;
  }

  static bool is_required_mark(std::string_view mark) { return mark == "PK" || mark == "SK"; }

  // PK and SK stand for required keys; a key that the document does not call required says its role only.
  std::vector<std::string> roles(const dms::Attribute& attribute) const {
    std::vector<std::string> out;
    const auto add_key = [&](std::string_view mark, std::string_view role) {
      out.push_back(attribute.required ? std::string(mark) : fmt::format("Attr(roles=({},))", py_literal(role)));
    };
    if (attribute.attribute == model_.partition.attribute) add_key("PK", "pk");
    if (model_.sort && attribute.attribute == model_.sort->attribute) add_key("SK", "sk");
    for (const auto& [role, mark] : {std::pair<std::string_view, std::string_view>{"created_at", "CREATED_AT"},
                                     {"updated_at", "UPDATED_AT"},
                                     {"version", "VERSION"},
                                     {"ttl", "TTL"}})
      if (attribute.has_role(role)) out.emplace_back(mark);
    return out;
  }

  const dms::Model& model_;
  std::string type_;
  std::set<std::string>& used_;  // of what modules import
  Refusals& refusals_;
  std::vector<std::string> names_;
};

// `used`: the names that the models took.
std::string py_imports(const std::set<std::string>& used) {
  std::string out = "from __future__ import annotations\n\nfrom dataclasses import dataclass\n";
  if (used.contains("datetime")) out += "from datetime import datetime\n";
  if (used.contains("Decimal")) out += "from decimal import Decimal\n";
  out += fmt::format("from typing import Annotated{}\n", used.contains("Any") ? ", Any" : "");
  std::vector<std::string_view> names;
  for (const std::string_view name : {"CREATED_AT", "PK", "SK", "TTL", "UPDATED_AT", "VERSION", "Attr", "Index"})
    if (used.contains(std::string(name))) names.push_back(name);
  names.emplace_back("model");
  return out + fmt::format("\nfrom tabletheory import {}\n", fmt::join(names, ", "));
}

}  // namespace

std::string python_code(const dms::Document& document, Refusals& refusals) {
  std::vector<std::string> wanted;
  for (const dms::Model& model : document.models) wanted.push_back(py_name(model.name));
  const std::vector<std::string> types = distinct(wanted, "_");
  std::string models;
  std::set<std::string> used;
  for (std::size_t i = 0; i < types.size(); ++i) models += PyModel(document.models[i], types[i], used, refusals).code();
  return py_imports(used) + models;
}

}  // namespace tabletheory::codegen
