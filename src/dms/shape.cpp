#include "dms/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "dms/fields_table.h"
#include "dms/wording.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;
using Kind = JsonNode::Kind;

std::string_view kind_name(Kind kind) {
  constexpr std::string_view kNames[] = {"null", "a boolean", "a number", "a string", "a list", "an object"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view wanted_name(FieldType type) {
  constexpr std::string_view kNames[] = {"a string", "true or false",     "a whole number", "an object",
                                         "a list",   "a list of strings", "an object",      "an object"};
  return kNames[static_cast<std::size_t>(type)];
}

bool is_kind_of(Kind kind, FieldType type) {
  switch (type) {
    case FieldType::kString:
      return kind == Kind::kString;
    case FieldType::kBoolean:
      return kind == Kind::kBool;
    case FieldType::kInteger:
      return kind == Kind::kNumber;
    case FieldType::kObjects:
    case FieldType::kStrings:
      return kind == Kind::kArray;
    case FieldType::kKeys:
      return kind == Kind::kObject || kind == Kind::kArray;
    default:
      return kind == Kind::kObject;
  }
}

// "an attribute", "a key".
std::string with_article(std::string_view shape) {
  std::string name(shape);
  std::ranges::replace(name, '_', ' ');
  return fmt::format("{} {}", std::string_view("aeiou").contains(name.front()) ? "an" : "a", name);
}

std::string upgrade_hint(Version since) {
  return fmt::format("write dms_version: \"{}\", or leave it out", version_name(since));
}

class ShapeCheck {
 public:
  ShapeCheck(Version version, Problems& problems) : version_(version), problems_(problems) {}

  void object(const JsonNode& node, const Shape& shape, const std::string& path) {
    for (const JsonNode::Member& member : node.members) {
      const std::string at = path.empty() ? member.name : fmt::format("{}.{}", path, member.name);
      const auto field = std::ranges::find(shape.fields, member.name, &Field::name);
      if (field == shape.fields.end())
        unknown_field(member, shape, at);
      else if (field->since > version_)
        problems_.add_at({member.line, member.column}, at,
                         fmt::format("the field {} exists from version {} on; this document is of version {}",
                                     in_quotes(member.name), version_name(field->since), version_name(version_)),
                         upgrade_hint(field->since));
      else
        value(member.value, *field, at);
    }
    for (const Field& field : shape.fields)
      if (field.required && node.find(field.name) == nullptr)
        problems_.add_at({node.line, node.column},
                         path.empty() ? std::string(field.name) : fmt::format("{}.{}", path, field.name),
                         fmt::format("{} needs the field {}", with_article(shape.name), in_quotes(field.name)),
                         std::string(field.about));
  }

 private:
  void unknown_field(const JsonNode::Member& member, const Shape& shape, const std::string& at) {
    std::vector<std::string_view> known;
    for (const Field& field : shape.fields)
      if (field.since <= version_) known.push_back(field.name);
    problems_.add_at({member.line, member.column}, at,
                     fmt::format("unknown field {} in {}", in_quotes(member.name), with_article(shape.name)),
                     did_you_mean(member.name, known, fmt::format("the fields are {}", joined(known))));
  }

  void value(const JsonNode& node, const Field& field, const std::string& at) {
    if (!is_kind_of(node.kind, field.type)) return wrong_kind(node, field.name, wanted_name(field.type), at);
    switch (field.type) {
      case FieldType::kString:
      case FieldType::kInteger:
        return scalar(node, field, at);
      case FieldType::kObject:
        return object(node, kShapes[field.of], at);
      case FieldType::kObjects:
        return objects(node, field, at);
      case FieldType::kStrings:
        return strings(node, field, at);
      case FieldType::kKeys:
        // One object stands for a list of one.
        return node.kind == Kind::kObject ? object(node, kShapes[field.of], at + "[0]") : keys(node, field, at);
      default:
        return;
    }
  }

  void wrong_kind(const JsonNode& node, std::string_view name, std::string_view wanted, const std::string& at) {
    std::string hint;
    const bool is_scalar = node.kind == Kind::kNumber || node.kind == Kind::kBool;
    if (wanted == wanted_name(FieldType::kString) && is_scalar)
      hint = fmt::format("quote it: \"{}\"", node.kind == Kind::kBool ? (node.boolean ? "true" : "false") : node.text);
    else if (node.kind == Kind::kNull)
      hint = "leave the field out when it has no value";
    problems_.add(at, fmt::format("{} must be {}, not {}", in_quotes(name), wanted, kind_name(node.kind)),
                  std::move(hint));
  }

  void scalar(const JsonNode& node, const Field& field, const std::string& at) {
    if (field.values.empty()) return;
    const auto allowed = std::ranges::find(field.values, node.text, &AllowedValue::text);
    if (allowed == field.values.end()) return unknown_value(node.text, field, at);
    if (allowed->since > version_)
      problems_.add(at,
                    fmt::format("{} {} exists from version {} on; this document is of version {}", field.called,
                                in_quotes(node.text), version_name(allowed->since), version_name(version_)),
                    upgrade_hint(allowed->since));
  }

  void unknown_value(std::string_view text, const Field& field, const std::string& at) {
    std::vector<std::string_view> known;
    for (const AllowedValue& allowed : field.values)
      if (allowed.since <= version_) known.push_back(allowed.text);
    known.insert(known.end(), field.prefixes.begin(), field.prefixes.end());
    problems_.add(at, fmt::format("unknown {} {}", field.called, in_quotes(text)),
                  did_you_mean(text, known, fmt::format("one of {}", joined(known))));
  }

  void objects(const JsonNode& node, const Field& field, const std::string& at) {
    if (node.elements.size() < field.min_items)
      problems_.add(at, fmt::format("{} is empty", in_quotes(field.name)), std::string(field.about));
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
      const std::string element = fmt::format("{}[{}]", at, i);
      if (node.elements[i].kind == Kind::kObject)
        object(node.elements[i], kShapes[field.of], element);
      else
        problems_.add(element,
                      fmt::format("{} must be an object, not {}", with_article(kShapes[field.of].name),
                                  kind_name(node.elements[i].kind)),
                      {});
    }
  }

  void keys(const JsonNode& node, const Field& field, const std::string& at) {
    if (field.list_since > version_)
      return problems_.add(
          at,
          fmt::format("a list of key attributes exists from version {} on; this document is of version {}",
                      version_name(field.list_since), version_name(version_)),
          fmt::format("give one, or write dms_version: \"{}\"", version_name(field.list_since)));
    objects(node, field, at);
    if (node.elements.size() > field.max_items)
      problems_.add(at,
                    fmt::format("{} lists {} attributes; {} are the most", in_quotes(field.name), node.elements.size(),
                                field.max_items),
                    {});
  }

  void strings(const JsonNode& node, const Field& field, const std::string& at) {
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
      const JsonNode& element = node.elements[i];
      const std::string element_at = fmt::format("{}[{}]", at, i);
      const auto has_prefix = [&](std::string_view prefix) { return element.text.starts_with(prefix); };
      if (element.kind != Kind::kString)
        wrong_kind(element, fmt::format("{}[{}]", field.name, i), "a string", element_at);
      else if (!std::ranges::any_of(field.prefixes, has_prefix))
        scalar(element, field, element_at);
    }
  }

  Version version_;
  Problems& problems_;
};

const JsonNode* member_of(const JsonNode& node, std::string_view name, Kind kind) {
  const JsonNode* found = node.kind == Kind::kObject ? node.find(name) : nullptr;
  return found != nullptr && found->kind == kind ? found : nullptr;
}

// What a loaded index no longer tells from its absence: an empty `fields`, and a list of one key attribute.
void check_index_as_written(const JsonNode& index, const std::string& at, Problems& problems) {
  const JsonNode* projection = member_of(index, "projection", Kind::kObject);
  const JsonNode* projection_type = projection == nullptr ? nullptr : member_of(*projection, "type", Kind::kString);
  if (projection_type != nullptr && problems.sound(at + ".projection.type") && projection_type->text != "INCLUDE" &&
      member_of(*projection, "fields", Kind::kArray) != nullptr)
    problems.add(at + ".projection.fields", fmt::format("the projection {} takes no fields", projection_type->text),
                 "remove them, or use INCLUDE");
  const JsonNode* type = member_of(index, "type", Kind::kString);
  if (type == nullptr || type->text != "LSI") return;
  for (const std::string_view part : {"partition", "sort"})
    if (const std::string part_at = fmt::format("{}.{}", at, part);
        member_of(index, part, Kind::kArray) != nullptr && problems.sound(part_at))
      problems.add(part_at, "an LSI lists key attributes", "only a GSI may; give one attribute");
}

void check_indexes_as_written(const JsonNode& root, Problems& problems) {
  const JsonNode* models = member_of(root, "models", Kind::kArray);
  if (models == nullptr) return;
  for (std::size_t m = 0; m < models->elements.size(); ++m)
    if (const JsonNode* indexes = member_of(models->elements[m], "indexes", Kind::kArray))
      for (std::size_t i = 0; i < indexes->elements.size(); ++i)
        check_index_as_written(indexes->elements[i], fmt::format("models[{}].indexes[{}]", m, i), problems);
}

Version version_of(const JsonNode& root) {
  const JsonNode* written = root.find("dms_version");
  for (const Version version : {Version::k0_1, Version::k0_2})
    if (written != nullptr && written->kind == Kind::kString && written->text == version_name(version)) return version;
  return Version::k0_3;
}

}  // namespace

Version check_shape(const JsonNode& root, Problems& problems) {
  if (root.kind != Kind::kObject) {
    problems.add("", fmt::format("a document is an object, not {}", kind_name(root.kind)),
                 "begin with dms_version: \"0.2\"");
    return Version::k0_3;
  }
  const Version version = version_of(root);
  ShapeCheck(version, problems).object(root, kShapes[0], "");
  check_indexes_as_written(root, problems);
  return version;
}

}  // namespace tabletheory::dms
