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
    problems.add(at, fmt::format("the model name {} is no identifier in every language", in_quotes(model.name)),
                 "use letters, digits and single underscores, a letter first");
  else if (!language.empty())
    problems.add(at, fmt::format("the model name {} is a reserved word in {}", in_quotes(model.name), language),
                 "choose another name");
}

void check_table_name(const Model& model, const std::string& path, Problems& problems) {
  const std::string at = path + ".table.name";
  if (problems.sound(at) && !is_resource_name(model.table_name))
    problems.add(at, fmt::format("the table name {} is not allowed", in_quotes(model.table_name)),
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
  const AttributeNames names(model, path, problems);
  check_key(names, model.partition, path + ".keys.partition", "the partition key", problems);
  if (!model.sort) return;
  const std::string at = path + ".keys.sort";
  check_key(names, *model.sort, at, "the sort key", problems);
  const bool is_known = problems.sound(at + ".attribute") && problems.sound(path + ".keys.partition.attribute");
  if (is_known && model.sort->attribute == model.partition.attribute)
    problems.add(at + ".attribute", fmt::format("{} is partition key and sort key", in_quotes(model.sort->attribute)),
                 "choose another attribute for one of them");
}

void check_write_policy(const Model& model, const std::string& path, Problems& problems) {
  const AttributeNames names(model, path, problems);
  for (std::size_t i = 0; i < model.protected_attributes.size(); ++i)
    check_reference(names, model.protected_attributes[i],
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
      problems.add(at, fmt::format("the discriminator {} is of type {}", in_quotes(name), type_name(found->type)),
                   "a discriminator is of type S");
    if (found->encryption != 0 || found->json)
      problems.add(at, fmt::format("the discriminator {} is {}", in_quotes(name), found->json ? "json" : "encrypted"),
                   "a discriminator is stored as plain text");
    if (std::ranges::any_of(found->roles, is_role) || name == model.partition.attribute ||
        (model.sort && name == model.sort->attribute))
      problems.add(at, fmt::format("the discriminator {} has another role", in_quotes(name)),
                   "give the discriminator an attribute of its own");
    return;
  }
  if (const std::string unsafe = unsafe_reason(name); !unsafe.empty())
    problems.add(at, fmt::format("the attribute name {} {}", in_quotes(name), unsafe), "choose a name without it");
  else if (problems.sound(path + ".naming.convention") && !fits_convention(name, model.naming))
    problems.add(at,
                 fmt::format("the attribute name {} breaks the naming convention {}", in_quotes(name),
                             naming_name(model.naming)),
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
    problems.add(at, fmt::format("the model name {} occurs twice", in_quotes(name)), "model names are unique");
  }
}

}  // namespace

std::string key_text(const std::vector<KeyAttribute>& keys) {
  if (keys.empty()) return "(none)";
  std::string out;
  for (const KeyAttribute& key : keys)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key.attribute, type_name(key.type));
  return out;
}

AttributeNames::AttributeNames(const Model& model, const std::string& path, const Problems& problems)
    : model_(model), path_(path), all_known_(problems.sound(path + ".attributes")) {
  for (const Attribute& attribute : model.attributes) {
    by_name_.try_emplace(attribute.attribute, &attribute);
    if (attribute.attribute.empty() && !problems.sound(path_of(attribute) + ".attribute")) all_known_ = false;
  }
}

const Attribute* AttributeNames::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::string AttributeNames::path_of(const Attribute& attribute) const {
  return fmt::format("{}.attributes[{}]", path_, &attribute - model_.attributes.data());
}

std::string AttributeNames::suggestion(std::string_view name) const {
  std::vector<std::string_view> known;
  for (const Attribute& attribute : model_.attributes) known.push_back(attribute.attribute);
  return did_you_mean(name, known, "declare it under attributes");
}

void check_reference(const AttributeNames& names, const std::string& name, const std::string& path,
                     const std::string& what, Problems& problems) {
  if (!problems.sound(path) || names.find(name) != nullptr) return;
  const auto& discriminator = names.model().discriminator;
  if (discriminator && discriminator->attribute == name) return;
  if (names.all_known())
    problems.add(path, fmt::format("{} {} is not among the attributes", what, in_quotes(name)), names.suggestion(name));
}

void check_key(const AttributeNames& names, const KeyAttribute& key, const std::string& key_path,
               const std::string& what, Problems& problems) {
  const std::string name_at = key_path + ".attribute";
  const std::string type_at = key_path + ".type";
  if (!problems.sound(name_at)) return;
  if (key.attribute.size() > limits::kKeyAttributeNameBytes)
    problems.add(name_at, fmt::format("the name of {} is longer than {} bytes", what, limits::kKeyAttributeNameBytes),
                 "choose a shorter name");
  const Attribute* declared = names.find(key.attribute);
  if (declared == nullptr) {
    if (names.all_known())
      problems.add(name_at, fmt::format("{} {} is not among the attributes", what, in_quotes(key.attribute)),
                   names.suggestion(key.attribute));
    return;
  }
  if (!problems.sound(type_at) || !problems.sound(names.path_of(*declared) + ".type")) return;
  if (key.type != declared->type)
    problems.add(type_at,
                 fmt::format("{} {} is of type {} here and of type {} under attributes", what, in_quotes(key.attribute),
                             type_name(key.type), type_name(declared->type)),
                 "a key is S, N or B, and the same in both places");
  else if (key.type != Type::kS && key.type != Type::kN && key.type != Type::kB)
    problems.add(type_at, fmt::format("{} {} is of type {}", what, in_quotes(key.attribute), type_name(key.type)),
                 "a key is S, N or B");
}

void check_document(const Document& document, Problems& problems) {
  if (const std::string unsafe = unsafe_reason(document.name_space);
      !document.name_space.empty() && !unsafe.empty() && problems.sound("namespace"))
    problems.add("namespace", fmt::format("the namespace {} {}", in_quotes(document.name_space), unsafe),
                 "choose a name without it");
  for (std::size_t i = 0; i < document.models.size(); ++i)
    if (const std::string path = fmt::format("models[{}]", i); problems.sound(path))
      check_model(document.models[i], path, problems);
  check_model_names_unique(document, problems);
  check_shared_tables(document, problems);
}

}  // namespace tabletheory::dms
