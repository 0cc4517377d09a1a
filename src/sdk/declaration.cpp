// Models declared in code: the tables behind ModelBuilder, and the DMS model they amount to.
#include <fmt/format.h>

#include <algorithm>

#include "sdk/schema_data.h"
#include "tabletheory/detail/codec.h"
#include "value/wire.h"

namespace tabletheory::detail {
namespace {

// Whether a member of this shape can hold attributes stored as `type`.
bool can_hold(const Codec& codec, Type type) {
  switch (codec.shape) {
    case Shape::kText:
      return type == Type::kS || type == Type::kN;
    case Shape::kInteger:
    case Shape::kDouble:
      return type == Type::kN;
    case Shape::kNumber:
    case Shape::kTimestamp:
      return type == Type::kN || type == Type::kS;
    case Shape::kValue:
      return true;
    case Shape::kSequence:
      return type == Type::kL ||
             (type == set_type(codec.element->type) && can_hold(*codec.element, codec.element->type));
    case Shape::kOptional:
    case Shape::kConverted:
      return can_hold(*codec.element, type);
    default:
      return type == codec.type;
  }
}

template <class Enum>
bool parse_enum(std::string_view text, std::string_view (*name)(Enum), std::initializer_list<Enum> values, Enum& out) {
  for (const Enum value : values) {
    if (name(value) == text) {
      out = value;
      return true;
    }
  }
  return false;
}

dms::Attribute to_attribute(const AttributeDeclaration& declared) {
  using dms::Format;
  dms::Attribute attribute;
  attribute.attribute = declared.name;
  attribute.type = declared.type;
  attribute.required = declared.required;
  attribute.optional = declared.optional;
  attribute.omit_empty = declared.omit_empty;
  attribute.json = declared.json;
  attribute.binary = declared.binary;
  attribute.roles = declared.roles;
  attribute.encryption = declared.encryption;
  parse_enum(declared.format, dms::format_name,
             {Format::kNone, Format::kRfc3339Nano, Format::kUnixSeconds, Format::kInt, Format::kDecimalString},
             attribute.format);
  return attribute;
}

// Keys take their types from the attributes. An attribute that is not declared keeps S, and validation tells.
dms::KeyAttribute key_attribute(const dms::Model& model, const std::string& name) {
  const dms::Attribute* attribute = model.find_attribute(name);
  return {name, attribute == nullptr ? Type::kS : attribute->type};
}

dms::Index to_index(const dms::Model& model, const IndexDeclaration& declared) {
  using Projection = dms::Index::Projection;
  dms::Index index;
  index.name = declared.name;
  index.global = declared.global;
  for (const std::string& name : declared.partition) index.partition.push_back(key_attribute(model, name));
  for (const std::string& name : declared.sort) index.sort.push_back(key_attribute(model, name));
  parse_enum(declared.projection, dms::projection_name, {Projection::kAll, Projection::kKeysOnly, Projection::kInclude},
             index.projection);
  index.fields = declared.fields;
  return index;
}

Result<void> check_problems(const RecordInfo& record) {
  if (record.problems.empty()) return {};
  std::string message = fmt::format("the declaration of model \"{}\" has mistakes:", record.declaration.name);
  for (const std::string& problem : record.problems) message += "\n  " + problem;
  return fail(ErrorCode::kInvalidModel, std::move(message));
}

}  // namespace

const Field* RecordInfo::find(std::size_t offset, const Codec* codec) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
    return field.offset == offset && field.codec->shape == codec->shape;
  });
  return found == fields.end() ? nullptr : &*found;
}

void RecordInfo::add(AttributeDeclaration attribute, std::size_t offset, const Codec* codec) {
  if (find(offset, codec) != nullptr)
    problems.push_back(fmt::format("\"{}\" declares a member for the second time", attribute.name));
  if (!can_hold(*codec, attribute.type) && !attribute.json) {
    problems.push_back(fmt::format(
        "attribute \"{}\": its member cannot hold type {}; leave AttributeOptions::type out or change the member",
        attribute.name, tabletheory::type_name(attribute.type)));
  }
  Field field{attribute.name, {}, offset, codec, attribute.type, attribute.omit_empty};
  value::WireWriter(field.json_key).key(attribute.name);
  fields.push_back(std::move(field));
  declaration.attributes.push_back(std::move(attribute));
}

void RecordInfo::finish() {
  std::sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
}

Result<dms::Model> model_from_record(const RecordInfo& record) {
  using dms::Naming;
  using dms::Version;
  TT_CHECK(check_problems(record));
  const Declaration& declared = record.declaration;
  dms::Model model;
  model.name = declared.name;
  model.table_name = declared.table;
  if (!parse_enum(declared.dms_version, dms::version_name, {Version::k0_1, Version::k0_2, Version::k0_3},
                  model.version)) {
    return fail(ErrorCode::kInvalidModel, fmt::format("model {}: there is no DMS version \"{}\"; use 0.1, 0.2 or 0.3",
                                                      declared.name, declared.dms_version));
  }
  parse_enum(declared.naming, dms::naming_name,
             {Naming::kCamelCase, Naming::kSnakeCase, Naming::kDynamorm, Naming::kVerbatim}, model.naming);
  for (const AttributeDeclaration& attribute : declared.attributes) model.attributes.push_back(to_attribute(attribute));
  model.partition = key_attribute(model, declared.partition);
  if (!declared.sort.empty()) model.sort = key_attribute(model, declared.sort);
  model.write_mode = declared.write_once ? dms::WriteMode::kWriteOnce : dms::WriteMode::kMutable;
  model.protected_attributes = declared.protected_attributes;
  for (const IndexDeclaration& index : declared.indexes) model.indexes.push_back(to_index(model, index));
  if (!declared.discriminator_attribute.empty()) {
    model.discriminator = dms::Discriminator{declared.discriminator_attribute, declared.discriminator_value};
  }
  TT_CHECK(dms::validate(model));
  return model;
}

}  // namespace tabletheory::detail
