// Rules of attributes: names, types, roles, formats, json, binary, encryption.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "dms/fields_table.h"
#include "dms/names.h"
#include "dms/rules.h"
#include "dms/wording.h"
#include "value/limits.h"

namespace tabletheory::dms {
namespace {

constexpr std::string_view kLifecycleRoles[] = {"created_at", "updated_at", "version", "ttl"};
std::string unknown_role_hint(std::string_view role) {
  std::vector<std::string_view> known;
  for (const AllowedValue& allowed : kAttributeRolesValues) known.push_back(allowed.text);
  known.insert(known.end(), std::begin(kAttributeRolesPrefixes), std::end(kAttributeRolesPrefixes));
  return did_you_mean(role, known, "one of " + joined(known));
}

bool is_lifecycle(std::string_view role) {
  return std::ranges::find(kLifecycleRoles, role) != std::end(kLifecycleRoles);
}

Type lifecycle_type(std::string_view role) {
  return role == "version" || role == "ttl" ? Type::kN : Type::kS;
}

// The types a format fits, as "N" or "S or N"; decimal_string is a decimal written as text in either.
bool format_fits(Format format, Type type) {
  switch (format) {
    case Format::kRfc3339Nano:
      return type == Type::kS;
    case Format::kUnixSeconds:
    case Format::kInt:
      return type == Type::kN;
    case Format::kDecimalString:
      return type == Type::kN || type == Type::kS;
    default:
      return true;
  }
}

std::string_view format_types(Format format) {
  if (format == Format::kRfc3339Nano) return "S";
  return format == Format::kDecimalString ? "N or S" : "N";
}

bool can_carry_json(Type type) {
  return type == Type::kS || type == Type::kN || type == Type::kBool || type == Type::kNull || type == Type::kL ||
         type == Type::kM;
}

class AttributeRules {
 public:
  AttributeRules(const Model& model, const std::string& path, Problems& problems)
      : model_(model), path_(path), problems_(problems) {
    note_keys();
  }

  void check() {
    for (std::size_t i = 0; i < model_.attributes.size(); ++i) {
      const std::string at = fmt::format("{}.attributes[{}]", path_, i);
      if (!problems_.sound(at)) continue;
      const Attribute& attribute = model_.attributes[i];
      check_name(attribute, at);
      check_flags(attribute, at);
      check_key_use(attribute, at);
      check_roles(attribute, at);
    }
  }

 private:
  // Which attributes are keys, and of what.
  void note_keys() {
    key_uses_.try_emplace(model_.partition.attribute, "the partition key");
    if (model_.sort) key_uses_.try_emplace(model_.sort->attribute, "the sort key");
    for (const Index& index : model_.indexes)
      for (const auto* keys : {&index.partition, &index.sort})
        for (const KeyAttribute& key : *keys)
          key_uses_.try_emplace(key.attribute, fmt::format("a key of index {}", in_quotes(index.name)));
  }

  void check_name(const Attribute& attribute, const std::string& path) {
    const std::string at = path + ".attribute";
    if (!problems_.sound(at)) return;
    const std::string& name = attribute.attribute;
    if (const std::string unsafe = unsafe_reason(name); !unsafe.empty())
      problems_.add(at, fmt::format("the attribute name {} {}", in_quotes(name), unsafe), "choose a name without it");
    else if (name.size() > limits::kAttributeNameBytes)
      problems_.add(at, fmt::format("the attribute name is longer than {} bytes", limits::kAttributeNameBytes),
                    "choose a shorter name");
    else if (problems_.sound(path_ + ".naming.convention") && !fits_convention(name, model_.naming))
      problems_.add(at,
                    fmt::format("the attribute name {} breaks the naming convention {}", in_quotes(name),
                                naming_name(model_.naming)),
                    name_hint(name));
    if (!name.empty() && !names_.insert(name).second)
      problems_.add(at, fmt::format("the attribute {} is declared twice", in_quotes(name)), "remove one of the two");
  }

  std::string name_hint(const std::string& name) const {
    const std::string converted = attribute_name(name, model_.naming);
    if (converted != name && fits_convention(converted, model_.naming))
      return fmt::format("did you mean {}?", in_quotes(converted));
    return std::string(convention_rule(model_.naming));
  }

  void check_flags(const Attribute& attribute, const std::string& path) {
    const std::string name = in_quotes(attribute.attribute);
    if (attribute.required && attribute.optional)
      problems_.add(path + ".optional", fmt::format("the attribute {} is required and optional", name), "remove one");
    if (attribute.json && attribute.binary)
      problems_.add(path + ".binary", fmt::format("the attribute {} is json and binary", name), "remove one");
    if (attribute.encryption < 0 || attribute.encryption > 2)
      problems_.add(path + ".encryption.v", fmt::format("unknown envelope version {}", attribute.encryption), "1 or 2");
    if (!problems_.sound(path + ".type")) return;
    if (attribute.binary && attribute.type != Type::kB)
      problems_.add(path + ".binary",
                    fmt::format("the attribute {} is binary and of type {}", name, type_name(attribute.type)),
                    "binary requires type B");
    if (attribute.json && !can_carry_json(attribute.type))
      problems_.add(path + ".json", fmt::format("type {} cannot carry json", type_name(attribute.type)),
                    "use S, N, BOOL, NULL, L or M");
    if (!format_fits(attribute.format, attribute.type))
      problems_.add(
          path + ".format",
          fmt::format("the format {} does not fit type {}", format_name(attribute.format), type_name(attribute.type)),
          fmt::format("it is for {}", format_types(attribute.format)));
  }

  void check_key_use(const Attribute& attribute, const std::string& path) {
    const auto use = key_uses_.find(attribute.attribute);
    if (use == key_uses_.end() || attribute.attribute.empty()) return;
    if (attribute.encryption != 0)
      problems_.add(path + ".encryption",
                    fmt::format("{} is {} and encrypted", in_quotes(attribute.attribute), use->second),
                    "a key cannot be encrypted: the table could not find it");
    if (attribute.json)
      problems_.add(path + ".json", fmt::format("{} is {} and json", in_quotes(attribute.attribute), use->second),
                    "a key is plain S, N or B");
  }

  void check_roles(const Attribute& attribute, const std::string& path) {
    std::string_view lifecycle;
    for (std::size_t i = 0; i < attribute.roles.size(); ++i) {
      const std::string at = fmt::format("{}.roles[{}]", path, i);
      const std::string& role = attribute.roles[i];
      if (!problems_.sound(at)) continue;
      const bool refers_to_keys = !is_lifecycle(role);
      if (refers_to_keys && attribute.attribute.empty()) continue;  // noted; which key it is cannot be told
      if (role.starts_with("index_pk:") || role.starts_with("index_sk:"))
        check_index_role(attribute, role, at);
      else if (role == "pk" || role == "sk")
        check_key_role(attribute, role, at);
      else if (refers_to_keys)
        problems_.add(at, fmt::format("unknown role {}", in_quotes(role)), unknown_role_hint(role));
      else if (!lifecycle.empty() && lifecycle != role)
        problems_.add(
            at,
            fmt::format("the attribute {} has the roles {} and {}", in_quotes(attribute.attribute), lifecycle, role),
            "give each an attribute of its own");
      else
        check_lifecycle_role(attribute, lifecycle = role, path, at);
    }
  }

  void check_once(const Attribute& attribute, const std::string& role, const std::string& at) {
    const auto [first, is_new] = first_with_role_.try_emplace(role, attribute.attribute);
    if (!is_new)
      problems_.add(at,
                    fmt::format("the role {} occurs twice: {} and {}", role, in_quotes(first->second),
                                in_quotes(attribute.attribute)),
                    "remove one of the two");
  }

  void check_key_role(const Attribute& attribute, const std::string& role, const std::string& at) {
    check_once(attribute, role, at);
    const bool is_partition = role == "pk";
    const std::string key_at = path_ + (is_partition ? ".keys.partition.attribute" : ".keys.sort.attribute");
    if (!problems_.sound(at) || !problems_.sound(key_at) || !problems_.sound(path_ + ".keys")) return;
    if (!is_partition && !model_.sort)
      return problems_.add(
          at, fmt::format("{} has the role sk, and the table has no sort key", in_quotes(attribute.attribute)),
          "declare keys.sort, or remove the role");
    const std::string& key = is_partition ? model_.partition.attribute : model_.sort->attribute;
    if (key != attribute.attribute)
      problems_.add(
          at, fmt::format("{} has the role {}, and keys says {}", in_quotes(attribute.attribute), role, in_quotes(key)),
          "make the two agree");
  }

  void check_lifecycle_role(const Attribute& attribute, std::string_view role, const std::string& path,
                            const std::string& at) {
    check_once(attribute, std::string(role), at);
    if (problems_.sound(path + ".type") && attribute.type != lifecycle_type(role))
      problems_.add(at,
                    fmt::format("the role {} needs type {}; {} is of type {}", role, type_name(lifecycle_type(role)),
                                in_quotes(attribute.attribute), type_name(attribute.type)),
                    "change the type, or remove the role");
    if (attribute.encryption != 0)
      problems_.add(at, fmt::format("{} has the role {} and is encrypted", in_quotes(attribute.attribute), role),
                    "an encrypted attribute is stored as an envelope; leave it in the clear");
  }

  void check_index_role(const Attribute& attribute, const std::string& role, const std::string& at) {
    const std::string index_name = role.substr(role.find(':') + 1);
    if (model_.indexes.size() > limits::kGlobalIndexes + limits::kLocalIndexes) return;  // noted as too many
    const auto found = std::ranges::find(model_.indexes, index_name, &Index::name);
    if (found == model_.indexes.end()) {
      if (!index_names_known()) return;
      std::vector<std::string_view> names;
      for (const Index& index : model_.indexes) names.push_back(index.name);
      return problems_.add(at, fmt::format("the role {} names no index", in_quotes(role)),
                           did_you_mean(index_name, names, "declare the index, or remove the role"));
    }
    const bool is_partition = role.starts_with("index_pk:");
    const std::string index_at =
        fmt::format("{}.indexes[{}].{}", path_, found - model_.indexes.begin(), is_partition ? "partition" : "sort");
    const auto& keys = is_partition ? found->partition : found->sort;
    const auto is_unknown = [](const KeyAttribute& key) { return key.attribute.empty(); };
    if (!problems_.sound(index_at) || std::ranges::any_of(keys, is_unknown)) return;
    if (std::ranges::find(keys, attribute.attribute, &KeyAttribute::attribute) == keys.end())
      problems_.add(at,
                    fmt::format("{} has the role {}, and the index says {}", in_quotes(attribute.attribute),
                                in_quotes(role), key_text(keys)),
                    "make the two agree");
  }

  // False when an index or its name could not be read: it may be the one that is asked for.
  bool index_names_known() const {
    if (!problems_.sound(path_ + ".indexes")) return false;
    for (std::size_t i = 0; i < model_.indexes.size(); ++i)
      if (!problems_.sound(fmt::format("{}.indexes[{}].name", path_, i))) return false;
    return true;
  }

  const Model& model_;
  const std::string& path_;
  Problems& problems_;
  std::unordered_map<std::string_view, std::string> key_uses_;
  std::unordered_set<std::string_view> names_;
  std::unordered_map<std::string, std::string_view> first_with_role_;
};

}  // namespace

void check_attributes(const Model& model, const std::string& path, Problems& problems) {
  if (model.attributes.empty() && problems.sound(path + ".attributes"))
    problems.add(path + ".attributes", "the model has no attributes", "declare at least the key attributes");
  AttributeRules(model, path, problems).check();
}

}  // namespace tabletheory::dms
