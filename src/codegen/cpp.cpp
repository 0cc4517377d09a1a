// C++: a header of structs and their describe(ModelBuilder<T>&).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "codegen/keywords_table.h"
#include "codegen/languages.h"
#include "codegen/literals.h"
#include "codegen/naming.h"
#include "codegen/native.h"

namespace tabletheory::codegen {
namespace {

// What generated code calls by these names, and macros of common headers.
constexpr std::string_view kTakenInCpp[] = {
    "EOF",    "NULL",  "assert", "describe", "errno",       "linux", "m",
    "stderr", "stdin", "stdout", "std",      "tabletheory", "unix",
};

bool is_taken_in_cpp(const std::string& name) {
  return std::ranges::find(kTakenInCpp, name) != std::end(kTakenInCpp);
}

std::string cpp_name(std::string name) {
  name = apart_from(std::move(name), kCppKeywords);
  if (is_taken_in_cpp(name)) name.push_back('_');
  return name;
}

std::string cpp_literal(std::string_view text) {
  return quoted(text, Language::kCpp);
}

struct CppType {
  std::string_view name;
  std::string_view initial;
  Type stored;              // what the library stores it as unless told otherwise
  std::string_view header;  // of the standard library; empty: none
};

const CppType& cpp_type(Native native) {
  static constexpr CppType kTypes[kNatives] = {
      {"std::string", "{}", Type::kS, "string"},
      {"tabletheory::Timestamp", "{}", Type::kS, ""},
      {"std::int64_t", "0", Type::kN, "cstdint"},
      {"tabletheory::Number", "{}", Type::kN, ""},
      {"tabletheory::Bytes", "{}", Type::kB, ""},
      {"bool", "false", Type::kBool, ""},
      {"tabletheory::Value", "{}", Type::kM, ""},
      {"tabletheory::Map", "{}", Type::kM, ""},
      {"tabletheory::List", "{}", Type::kL, ""},
      {"std::set<std::string>", "{}", Type::kSS, "set"},
      {"std::set<tabletheory::Number>", "{}", Type::kNS, "set"},
      {"std::set<tabletheory::Bytes>", "{}", Type::kBS, "set"},
      {"tabletheory::Value", "{}", Type::kM, ""},
  };
  return kTypes[static_cast<std::size_t>(native)];
}

std::string_view cpp_type_enumerator(Type type) {
  static constexpr std::string_view kNames[] = {"kS", "kN", "kB", "kBool", "kNull", "kM", "kL", "kSS", "kNS", "kBS"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view cpp_format_enumerator(dms::Format format) {
  static constexpr std::string_view kNames[] = {"kNone", "kRfc3339Nano", "kUnixSeconds", "kInt", "kDecimalString"};
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view cpp_naming_enumerator(dms::Naming naming) {
  static constexpr std::string_view kNames[] = {"kCamelCase", "kSnakeCase", "kDynamorm", "kVerbatim"};
  return kNames[static_cast<std::size_t>(naming)];
}

// `{.required = true}`, or nothing, led by `, `.
std::string braced(const std::vector<std::string>& options) {
  return options.empty() ? std::string() : fmt::format(", {{{}}}", fmt::join(options, ", "));
}

std::string attribute_options(const dms::Attribute& attribute) {
  std::vector<std::string> options;
  const std::pair<std::string_view, bool> flags[] = {{"required", attribute.required},
                                                     {"optional", attribute.optional},
                                                     {"omit_empty", attribute.omit_empty},
                                                     {"json", attribute.json},
                                                     {"binary", attribute.binary}};
  for (const auto& [name, set] : flags)
    if (set) options.push_back(fmt::format(".{} = true", name));
  if (attribute.format != dms::Format::kNone)
    options.push_back(fmt::format(".format = tabletheory::Format::{}", cpp_format_enumerator(attribute.format)));
  if (attribute.encryption != 0) options.push_back(fmt::format(".encryption = {}", attribute.encryption));
  if (cpp_type(native_of(attribute)).stored != attribute.type)
    options.push_back(fmt::format(".type = tabletheory::Type::{}", cpp_type_enumerator(attribute.type)));
  return braced(options);
}

std::string index_options(const dms::Index& index) {
  std::vector<std::string> options;
  if (index.projection != dms::Index::Projection::kAll)
    options.push_back(fmt::format(".projection = tabletheory::Projection::{}",
                                  index.projection == dms::Index::Projection::kKeysOnly ? "kKeysOnly" : "kInclude"));
  std::vector<std::string> fields;
  for (const std::string& field : index.fields) fields.push_back(cpp_literal(field));
  if (!fields.empty()) options.push_back(fmt::format(".fields = {{{}}}", fmt::join(fields, ", ")));
  return braced(options);
}

class CppModel {
 public:
  CppModel(const dms::Model& model, std::string type, Refusals& refusals)
      : model_(model), type_(std::move(type)), refusals_(refusals) {
    std::vector<std::string> wanted;
    for (const dms::Attribute& attribute : model.attributes)
      wanted.push_back(cpp_name(snake_identifier(attribute.attribute)));
    members_ = distinct(wanted, "_", [&](std::size_t, const std::string& name) { return name == type_; });
  }

  std::string code() {
    std::string out = fmt::format("\n// An item of the table {}.\nstruct {} {{\n", model_.table_name, type_);
    for (std::size_t i = 0; i < members_.size(); ++i) out += member(model_.attributes[i], members_[i]);
    out += fmt::format("}};\n\ninline void describe(tabletheory::ModelBuilder<{}>& m) {{\n", type_);
    out += head();
    for (std::size_t i = 0; i < members_.size(); ++i)
      out +=
          fmt::format("  m.{}({}, {}{});\n", method(model_.attributes[i]), cpp_literal(model_.attributes[i].attribute),
                      pointer(i), attribute_options(model_.attributes[i]));
    for (const dms::Index& index : model_.indexes) out += index_call(index);
    refuse_undeclared(model_, model_.protected_attributes, model_.place, "write_policy.protected_attributes",
                      refusals_);
    for (const std::string& name : model_.protected_attributes)
      if (model_.find_attribute(name) != nullptr) out += fmt::format("  m.protect({});\n", pointer(name));
    return out + "}\n";
  }

 private:
  std::string member(const dms::Attribute& attribute, const std::string& name) const {
    const CppType& type = cpp_type(native_of(attribute));
    if (needs_optional(model_, attribute)) return fmt::format("  std::optional<{}> {} = {{}};\n", type.name, name);
    return fmt::format("  {} {} = {};\n", type.name, name, type.initial);
  }

  std::string head() const {
    std::string out = fmt::format("  m.name({}).table({}).dms_version({});\n", cpp_literal(model_.name),
                                  cpp_literal(model_.table_name), cpp_literal(dms::version_name(model_.version)));
    if (model_.naming != dms::Naming::kCamelCase)
      out += fmt::format("  m.naming(tabletheory::Naming::{});\n", cpp_naming_enumerator(model_.naming));
    if (model_.write_mode == dms::WriteMode::kWriteOnce) out += "  m.write_once();\n";
    if (model_.discriminator)
      out += fmt::format("  m.discriminator({}, {});\n", cpp_literal(model_.discriminator->attribute),
                         cpp_literal(model_.discriminator->value));
    return out;
  }

  // An attribute is declared by one call, which names one role.
  std::string_view method(const dms::Attribute& attribute) {
    std::string_view lifecycle;
    for (const std::string_view role : {"created_at", "updated_at", "version", "ttl"})
      if (attribute.has_role(role)) lifecycle = role;
    if (!is_key(model_, attribute)) return lifecycle.empty() ? "attribute" : lifecycle;
    if (!lifecycle.empty())
      refusals_.add(attribute.place,
                    fmt::format("model {}: {} is a key and has the role {}; ModelBuilder declares one role of a member",
                                model_.name, attribute.attribute, lifecycle),
                    "leave the role out, or open the table with the document: client.table(model)");
    return attribute.attribute == model_.partition.attribute ? "partition_key" : "sort_key";
  }

  std::string pointer(std::size_t index) const { return fmt::format("&{}::{}", type_, members_[index]); }
  std::string pointer(std::string_view attribute) const {
    return pointer(static_cast<std::size_t>(model_.find_attribute(attribute) - model_.attributes.data()));
  }

  std::string pointers(const std::vector<dms::KeyAttribute>& keys) const {
    std::vector<std::string> out;
    for (const dms::KeyAttribute& key : keys) out.push_back(pointer(key.attribute));
    return fmt::format("{}", fmt::join(out, ", "));
  }

  std::string index_call(const dms::Index& index) const {
    std::string keys;
    if (!index.global)
      keys = pointers(index.sort);
    else if (index.partition.size() > 1 || index.sort.size() > 1)
      keys = fmt::format("{{{}}}, {{{}}}", pointers(index.partition), pointers(index.sort));
    else
      keys = pointers(index.partition) + (index.sort.empty() ? "" : ", " + pointers(index.sort));
    return fmt::format("  m.{}({}, {}{});\n", index.global ? "global_index" : "local_index", cpp_literal(index.name),
                       keys, index_options(index));
  }

  const dms::Model& model_;
  std::string type_;
  Refusals& refusals_;
  std::vector<std::string> members_;
};

// The headers of the standard library that the members need, sorted.
std::string cpp_includes(const dms::Document& document) {
  std::vector<std::string_view> headers;
  for (const dms::Model& model : document.models) {
    for (const dms::Attribute& attribute : model.attributes) {
      const Native native = native_of(attribute);
      headers.push_back(cpp_type(native).header);
      if (native == Native::kTextSet) headers.emplace_back("string");
      if (needs_optional(model, attribute)) headers.emplace_back("optional");
    }
  }
  std::ranges::sort(headers);
  headers.erase(std::ranges::unique(headers).begin(), headers.end());
  std::erase(headers, std::string_view());
  std::string out;
  for (const std::string_view header : headers) out += fmt::format("#include <{}>\n", header);
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::string cpp_code(const dms::Document& document, Refusals& refusals) {
  std::vector<std::string> parts = namespace_parts(document.name_space);
  for (std::string& part : parts) part = cpp_name(std::move(part));
  const std::string name_space = fmt::format("{}", fmt::join(parts, "::"));
  std::vector<std::string> wanted;
  for (const dms::Model& model : document.models) wanted.push_back(cpp_name(model.name));
  const std::vector<std::string> types = distinct(wanted, "_");

  std::string out = fmt::format("#pragma once\n\n#include <tabletheory/model_builder.h>\n{}\nnamespace {} {{\n",
                                cpp_includes(document), name_space);
  for (std::size_t i = 0; i < types.size(); ++i) out += CppModel(document.models[i], types[i], refusals).code();
  return out + fmt::format("\n}}  // namespace {}\n", name_space);
}

}  // namespace tabletheory::codegen
