#include "dms/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "dms/names.h"
#include "dms/wording.h"
#include "value/limits.h"

namespace tabletheory::dms {
namespace {

void check_model_name(const Model& model, const std::string& path, Problems& problems) {
  const std::string at = path + ".name";
  if (!problems.sound(at)) return;
  const std::string_view language = reserved_by(model.name);
  if (!is_identifier(model.name))
    problems.add(at, fmt::format("the model name {} is no identifier in every language", quoted(model.name)),
                 "use letters, digits and single underscores, a letter first");
  else if (!language.empty())
    problems.add(at, fmt::format("the model name {} is a reserved word in {}", quoted(model.name), language),
                 "choose another name");
}

void check_table_name(const Model& model, const std::string& path, Problems& problems) {
  const std::string at = path + ".table.name";
  if (problems.sound(at) && !is_resource_name(model.table_name))
    problems.add(at, fmt::format("the table name {} is not allowed", quoted(model.table_name)),
                 "use 3 to 255 of A-Z a-z 0-9 _ . -");
}

void check_version(const Model& model, const std::string& path, Problems& problems) {
  if (model.version == Version::k0_3) return;
  const auto refuse = [&](const std::string& at, std::string_view what) {
    if (problems.sound(at))
      problems.add(
          at,
          fmt::format("{} exists from version 0.3 on; this model is of version {}", what, version_name(model.version)),
          "declare version 0.3, or leave it out");
  };
  if (model.naming == Naming::kVerbatim) refuse(path + ".naming.convention", "the naming convention verbatim");
  if (model.discriminator) refuse(path + ".discriminator", "a discriminator");
  for (std::size_t i = 0; i < model.attributes.size(); ++i)
    if (model.attributes[i].encryption == 2)
      refuse(fmt::format("{}.attributes[{}].encryption.v", path, i), "envelope version 2");
  for (std::size_t i = 0; i < model.indexes.size(); ++i) {
    const Index& index = model.indexes[i];
    if (index.partition.size() > 1)
      refuse(fmt::format("{}.indexes[{}].partition", path, i), "a list of key attributes");
    if (index.sort.size() > 1) refuse(fmt::format("{}.indexes[{}].sort", path, i), "a list of key attributes");
  }
}

void check_table_keys(const Model& model, const std::string& path, Problems& problems) {
  check_key(model, path, model.partition, path + ".keys.partition", "the partition key", problems);
  if (!model.sort) return;
  const std::string at = path + ".keys.sort";
  check_key(model, path, *model.sort, at, "the sort key", problems);
  const bool is_known = problems.sound(at + ".attribute") && problems.sound(path + ".keys.partition.attribute");
  if (is_known && model.sort->attribute == model.partition.attribute)
    problems.add(at + ".attribute", fmt::format("{} is partition key and sort key", quoted(model.sort->attribute)),
                 "choose another attribute for one of them");
}

void check_write_policy(const Model& model, const std::string& path, Problems& problems) {
  for (std::size_t i = 0; i < model.protected_attributes.size(); ++i)
    check_reference(model, path, model.protected_attributes[i],
                    fmt::format("{}.write_policy.protected_attributes[{}]", path, i), "the protected attribute",
                    problems);
}

void check_discriminator(const Model& model, const std::string& path, Problems& problems) {
  if (!model.discriminator) return;
  const std::string& name = model.discriminator->attribute;
  const std::string at = path + ".discriminator.attribute";
  if (const std::string value_at = path + ".discriminator.value";
      problems.sound(value_at) && model.discriminator->value.empty())
    problems.add(value_at, "the discriminator's value is empty", "give the text that marks items of this model");
  if (!problems.sound(at)) return;

  const auto found = std::ranges::find(model.attributes, name, &Attribute::attribute);
  if (found != model.attributes.end()) {
    const auto is_role = [](const std::string& role) { return !role.starts_with("index_"); };
    if (problems.sound(fmt::format("{}.attributes[{}].type", path, found - model.attributes.begin())) &&
        found->type != Type::kS)
      problems.add(at, fmt::format("the discriminator {} is of type {}", quoted(name), type_name(found->type)),
                   "a discriminator is of type S");
    if (found->encryption != 0 || found->json)
      problems.add(at, fmt::format("the discriminator {} is {}", quoted(name), found->json ? "json" : "encrypted"),
                   "a discriminator is stored as plain text");
    if (std::ranges::any_of(found->roles, is_role) || name == model.partition.attribute ||
        (model.sort && name == model.sort->attribute))
      problems.add(at, fmt::format("the discriminator {} has another role", quoted(name)),
                   "give the discriminator an attribute of its own");
    return;
  }
  if (const std::string unsafe = unsafe_reason(name); !unsafe.empty())
    problems.add(at, fmt::format("the attribute name {} {}", quoted(name), unsafe), "choose a name without it");
  else if (problems.sound(path + ".naming.convention") && !fits_convention(name, model.naming))
    problems.add(
        at,
        fmt::format("the attribute name {} breaks the naming convention {}", quoted(name), naming_name(model.naming)),
        std::string(convention_rule(model.naming)));
}

void check_model(const Model& model, const std::string& path, Problems& problems) {
  check_model_name(model, path, problems);
  check_table_name(model, path, problems);
  check_version(model, path, problems);
  check_attributes(model, path, problems);
  check_table_keys(model, path, problems);
  check_write_policy(model, path, problems);
  check_indexes(model, path, problems);
  check_discriminator(model, path, problems);
}

void check_model_names_unique(const Document& document, Problems& problems) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < document.models.size(); ++i) {
    const std::string at = fmt::format("models[{}].name", i);
    const std::string& name = document.models[i].name;
    if (!problems.sound(at) || first.try_emplace(name, i).second) continue;
    problems.add(at, fmt::format("the model name {} occurs twice", quoted(name)), "model names are unique");
  }
}

// False when an attribute's name could not be read: it may be the one that is asked for.
bool all_names_known(const Model& model, const std::string& path, const Problems& problems) {
  if (!problems.sound(path + ".attributes")) return false;
  for (std::size_t i = 0; i < model.attributes.size(); ++i)
    if (model.attributes[i].attribute.empty() && !problems.sound(fmt::format("{}.attributes[{}].attribute", path, i)))
      return false;
  return true;
}

std::vector<std::string_view> attribute_names(const Model& model) {
  std::vector<std::string_view> names;
  for (const Attribute& attribute : model.attributes) names.push_back(attribute.attribute);
  return names;
}

}  // namespace

std::string key_text(const std::vector<KeyAttribute>& keys) {
  if (keys.empty()) return "(none)";
  std::string out;
  for (const KeyAttribute& key : keys)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key.attribute, type_name(key.type));
  return out;
}

void check_reference(const Model& model, const std::string& model_path, const std::string& name,
                     const std::string& path, const std::string& what, Problems& problems) {
  if (!problems.sound(path) || model.find_attribute(name) != nullptr) return;
  if (model.discriminator && model.discriminator->attribute == name) return;
  if (!all_names_known(model, model_path, problems)) return;
  problems.add(path, fmt::format("{} {} is not among the attributes", what, quoted(name)),
               did_you_mean(name, attribute_names(model), "declare it under attributes"));
}

void check_key(const Model& model, const std::string& model_path, const KeyAttribute& key, const std::string& key_path,
               const std::string& what, Problems& problems) {
  const std::string name_at = key_path + ".attribute";
  const std::string type_at = key_path + ".type";
  if (!problems.sound(name_at)) return;
  if (key.attribute.size() > limits::kKeyAttributeNameBytes)
    problems.add(name_at, fmt::format("the name of {} is longer than {} bytes", what, limits::kKeyAttributeNameBytes),
                 "choose a shorter name");
  const auto found = std::ranges::find(model.attributes, key.attribute, &Attribute::attribute);
  if (found == model.attributes.end()) {
    if (all_names_known(model, model_path, problems))
      problems.add(name_at, fmt::format("{} {} is not among the attributes", what, quoted(key.attribute)),
                   did_you_mean(key.attribute, attribute_names(model), "declare it under attributes"));
    return;
  }
  const auto position = found - model.attributes.begin();
  if (!problems.sound(type_at) || !problems.sound(fmt::format("{}.attributes[{}].type", model_path, position))) return;
  if (key.type != found->type)
    problems.add(type_at,
                 fmt::format("{} {} is of type {} here and of type {} under attributes", what, quoted(key.attribute),
                             type_name(key.type), type_name(found->type)),
                 "a key is S, N or B, and the same in both places");
  else if (key.type != Type::kS && key.type != Type::kN && key.type != Type::kB)
    problems.add(type_at, fmt::format("{} {} is of type {}", what, quoted(key.attribute), type_name(key.type)),
                 "a key is S, N or B");
}

void check_document(const Document& document, Problems& problems) {
  if (const std::string unsafe = unsafe_reason(document.name_space);
      !document.name_space.empty() && !unsafe.empty() && problems.sound("namespace"))
    problems.add("namespace", fmt::format("the namespace {} {}", quoted(document.name_space), unsafe),
                 "choose a name without it");
  for (std::size_t i = 0; i < document.models.size(); ++i)
    if (const std::string path = fmt::format("models[{}]", i); problems.sound(path))
      check_model(document.models[i], path, problems);
  check_model_names_unique(document, problems);
  check_shared_tables(document, problems);
}

}  // namespace tabletheory::dms
