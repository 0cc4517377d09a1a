#include "dms/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "dms/change_rules.h"
#include "dms/model_text.h"
#include "dms/rules.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;

constexpr bool rules_are_in_order() {
  for (std::size_t i = 0; i < std::size(kChangeRules); ++i)
    if (static_cast<std::size_t>(kChangeRules[i].kind) != i) return false;
  return std::size(kChangeRules) == static_cast<std::size_t>(ChangeKind::kLocalProjectionChanged) + 1;
}
static_assert(rules_are_in_order(), "kChangeRules has one entry for each ChangeKind, in its order");

bool same_tags(const std::vector<JsonNode::Member>& a, const std::vector<JsonNode::Member>& b);

// Equal but for places and the order of members. As deep as the readers allow.
bool same_node(const JsonNode& a, const JsonNode& b) {
  return a.kind == b.kind && a.boolean == b.boolean && a.text == b.text &&
         std::ranges::equal(a.elements, b.elements, same_node) && same_tags(a.members, b.members);
}

bool same_tags(const std::vector<JsonNode::Member>& a, const std::vector<JsonNode::Member>& b) {
  return a.size() == b.size() && std::ranges::all_of(a, [&](const JsonNode::Member& member) {
           const auto other = std::ranges::find(b, member.name, &JsonNode::Member::name);
           return other != b.end() && same_node(member.value, other->value);
         });
}

bool is_encrypted(const Model& model) {
  return std::ranges::any_of(model.attributes, [](const Attribute& a) { return a.encryption != 0; });
}

bool has_envelopes_bound_to_table(const Model& model) {
  return std::ranges::any_of(model.attributes, [](const Attribute& a) { return a.encryption == 2; });
}

std::string key_roles_text(const Attribute& attribute) {
  std::vector<std::string> roles;
  for (const std::string& role : attribute.roles)
    if (role == "pk" || role == "sk" || role.starts_with("index_")) roles.push_back(role);
  return list_text(std::move(roles));
}

// Neither a table key nor one the library writes by itself.
bool can_be_updated(const Model& model, const Attribute& attribute) {
  const bool is_key =
      attribute.attribute == model.partition.attribute || (model.sort && attribute.attribute == model.sort->attribute);
  return !is_key && !attribute.has_role("created_at") && !attribute.has_role("updated_at") &&
         !attribute.has_role("version");
}

// May code give it as a structured value with declared fields?
bool may_be_record(const Attribute& attribute) {
  return attribute.type == Type::kM || attribute.json;
}

// What an index holds besides keys.
std::string projection_text(const Index& index) {
  const std::string_view name = projection_name(index.projection);
  if (index.projection != Index::Projection::kInclude) return std::string(name);
  return fmt::format("{} {}", name, list_text(index.fields));
}

// Does `wide` hold all that `narrow` holds?
bool covers(const Index& wide, const Index& narrow) {
  using Projection = Index::Projection;
  if (wide.projection == Projection::kAll || narrow.projection == Projection::kKeysOnly) return true;
  if (wide.projection == Projection::kKeysOnly || narrow.projection == Projection::kAll) return false;
  return std::ranges::all_of(narrow.fields, [&](const std::string& field) {
    return std::ranges::find(wide.fields, field) != wide.fields.end();
  });
}

class Diff {
 public:
  Diff(const Document& old_document, const Document& new_document) : old_(old_document), new_(new_document) {}

  std::vector<Change> run() && {
    where_ = {1, 1};
    differ(ChangeKind::kVersionChanged, "dms_version", version_name(old_.version), version_name(new_.version));
    differ(ChangeKind::kNamespaceChanged, "namespace", named_or_none(old_.name_space), named_or_none(new_.name_space));
    for (const Model& model : new_.models) {
      where_ = model.place;
      const std::string path = "models." + model.name;
      if (const Model* before = old_.find(model.name))
        compare_models(*before, model, path);
      else
        add_model(model, path);
    }
    for (const Model& model : old_.models)
      if (new_.find(model.name) == nullptr)
        note_removed(ChangeKind::kModelRemoved, "models." + model.name, model.name, model.place);
    std::ranges::stable_sort(changes_, std::greater(), [](const Change& change) { return change.rule().change_class; });
    return std::move(changes_);
  }

 private:
  static std::string_view named_or_none(const std::string& text) { return text.empty() ? kNoPart : text; }

  void note(ChangeKind kind, std::string path, std::string_view before, std::string_view after) {
    changes_.push_back({kind, std::move(path), std::string(before), std::string(after), false, where_});
  }
  void note_removed(ChangeKind kind, std::string path, std::string_view before, Place place) {
    changes_.push_back({kind, std::move(path), std::string(before), std::string(kNoPart), true, place});
  }
  void differ(ChangeKind kind, std::string path, std::string_view before, std::string_view after) {
    if (before != after) note(kind, std::move(path), before, after);
  }
  // One kind of change for a flag that is set, another for one that is taken away.
  void differ(ChangeKind begun, ChangeKind ended, std::string path, bool before, bool after) {
    if (before != after) note(after ? begun : ended, std::move(path), flag_text(before), flag_text(after));
  }

  void compare_models(const Model& before, const Model& after, const std::string& path) {
    differ(has_envelopes_bound_to_table(before) ? ChangeKind::kEncryptedTableRenamed : ChangeKind::kTableRenamed,
           path + ".table.name", before.table_name, after.table_name);
    differ(ChangeKind::kNamingChanged, path + ".naming.convention", naming_name(before.naming),
           naming_name(after.naming));
    differ(ChangeKind::kTableKeyChanged, path + ".keys.partition", key_text({before.partition}),
           key_text({after.partition}));
    differ(ChangeKind::kTableKeyChanged, path + ".keys.sort", sort_key_text(before), sort_key_text(after));
    differ(after.write_mode == WriteMode::kWriteOnce ? ChangeKind::kWriteOnceBegun : ChangeKind::kWriteOnceEnded,
           path + ".write_policy.mode", write_mode_name(before.write_mode), write_mode_name(after.write_mode));
    compare_protection(before, after, path + ".write_policy.protected_attributes");
    compare_discriminators(before, after, path + ".discriminator");
    compare_attributes(before, after, path + ".attributes.");
    compare_indexes(before, after, path + ".indexes.");
  }

  void add_model(const Model& model, const std::string& path) {
    note(ChangeKind::kModelAdded, path, kNoPart, model.name);
    if (std::ranges::find(old_.models, model.table_name, &Model::table_name) == old_.models.end()) return;
    for (const Index& index : model.indexes) {  // of a table that exists
      where_ = index.place;
      add_index(model.table_name, index, path + ".indexes." + index.name);
    }
  }

  void compare_protection(const Model& before, const Model& after, const std::string& path) {
    const std::set<std::string> old_names(before.protected_attributes.begin(), before.protected_attributes.end());
    const std::set<std::string> new_names(after.protected_attributes.begin(), after.protected_attributes.end());
    for (const std::string& name : new_names)
      if (!old_names.contains(name)) note(ChangeKind::kAttributeProtected, path, kNoPart, name);
    for (const std::string& name : old_names)
      if (!new_names.contains(name)) note(ChangeKind::kAttributeUnprotected, path, name, kNoPart);
  }

  void compare_discriminators(const Model& before, const Model& after, const std::string& path) {
    const ChangeKind kind = !before.discriminator  ? ChangeKind::kDiscriminatorAdded
                            : !after.discriminator ? ChangeKind::kDiscriminatorRemoved
                                                   : ChangeKind::kDiscriminatorChanged;
    differ(kind, path, discriminator_text(before), discriminator_text(after));
  }

  // --- attributes ---------------------------------------------------------------------------------------------------

  void compare_attributes(const Model& old_model, const Model& new_model, const std::string& path) {
    for (const Attribute& after : new_model.attributes) {
      where_ = after.place;
      const std::string at = path + after.attribute;
      const Attribute* before = old_model.find_attribute(after.attribute);
      if (before == nullptr) {
        note(after.required ? ChangeKind::kRequiredAttributeAdded : ChangeKind::kAttributeAdded, at, kNoPart,
             type_name(after.type));
        compare_roles(Attribute{}, after, at + ".roles", false);
      } else {
        compare_attribute(*before, after, at);
        compare_emptiness(old_model, *before, new_model, after, at);
      }
    }
    for (const Attribute& before : old_model.attributes)
      if (new_model.find_attribute(before.attribute) == nullptr)
        note_removed(ChangeKind::kAttributeRemoved, path + before.attribute, type_name(before.type), before.place);
    if (!is_encrypted(old_model) && is_encrypted(new_model)) note_first_encryption(new_model, path);
  }

  void note_first_encryption(const Model& new_model, const std::string& path) {
    const auto first = std::ranges::find_if(new_model.attributes, [](const Attribute& a) { return a.encryption != 0; });
    where_ = first->place;
    note(ChangeKind::kFirstEncryption, path + first->attribute + ".encryption", kNoPart,
         encryption_text(first->encryption));
  }

  void compare_attribute(const Attribute& before, const Attribute& after, const std::string& path) {
    differ(ChangeKind::kTypeChanged, path + ".type", type_name(before.type), type_name(after.type));
    differ(ChangeKind::kRequiredBegun, ChangeKind::kRequiredEnded, path + ".required", before.required, after.required);
    differ(ChangeKind::kOptionalChanged, ChangeKind::kOptionalChanged, path + ".optional", before.optional,
           after.optional);
    differ(ChangeKind::kOmitEmptyBegun, ChangeKind::kOmitEmptyEnded, path + ".omit_empty", before.omit_empty,
           after.omit_empty);
    compare_roles(before, after, path + ".roles", true);
    compare_formats(before, after, path + ".format");
    const ChangeKind json = after.type == Type::kS ? ChangeKind::kJsonTextChanged : ChangeKind::kNativeJsonChanged;
    differ(json, json, path + ".json", before.json, after.json);
    differ(ChangeKind::kBinaryChanged, ChangeKind::kBinaryChanged, path + ".binary", before.binary, after.binary);
    compare_encryption(before.encryption, after.encryption, path + ".encryption");
    if (!same_tags(before.tags, after.tags)) note(ChangeKind::kTagsChanged, path + ".tags", "other tags", "these tags");
  }

  // `is_stored`: items may hold the attribute already.
  void compare_roles(const Attribute& before, const Attribute& after, const std::string& path, bool is_stored) {
    const auto compare_role = [&](std::string_view role, ChangeKind added, ChangeKind removed) {
      const bool had = before.has_role(role), has = after.has_role(role);
      if (had != has) note(has ? added : removed, path, had ? role : kNoPart, has ? role : kNoPart);
    };
    compare_role("version", ChangeKind::kVersionRoleAdded, ChangeKind::kVersionRoleRemoved);
    compare_role("ttl", ChangeKind::kTtlRoleAdded, ChangeKind::kTtlRoleRemoved);
    if (!is_stored) return;
    compare_role("created_at", ChangeKind::kTimeRoleAdded, ChangeKind::kTimeRoleRemoved);
    compare_role("updated_at", ChangeKind::kTimeRoleAdded, ChangeKind::kTimeRoleRemoved);
    differ(ChangeKind::kKeyRolesChanged, path, key_roles_text(before), key_roles_text(after));
  }

  void compare_formats(const Attribute& before, const Attribute& after, const std::string& path) {
    const ChangeKind kind = before.format == Format::kNone  ? ChangeKind::kFormatAdded
                            : after.format == Format::kNone ? ChangeKind::kFormatRemoved
                            : after.type == Type::kN        ? ChangeKind::kNumberFormatChanged
                                                            : ChangeKind::kTextFormatChanged;
    differ(kind, path, format_text(before.format), format_text(after.format));
  }

  void compare_encryption(int before, int after, const std::string& path) {
    const ChangeKind kind = before == 0      ? ChangeKind::kEncryptionBegun
                            : after == 0     ? ChangeKind::kEncryptionEnded
                            : after > before ? ChangeKind::kEncryptionRaised
                                             : ChangeKind::kEncryptionLowered;
    differ(kind, path, encryption_text(before), encryption_text(after));
  }

  // What 0.1 and later versions mean differently (docs/spec/dms.md, "Emptiness").
  void compare_emptiness(const Model& old_model, const Attribute& before, const Model& new_model,
                         const Attribute& after, const std::string& path) {
    const bool was_first = old_model.version == Version::k0_1, is_first = new_model.version == Version::k0_1;
    if (was_first == is_first || !before.omit_empty || !after.omit_empty) return;
    if (can_be_updated(new_model, after)) {
      const std::string_view otherwise = after.required ? "refused" : "removed";
      note(after.required ? ChangeKind::kEmptyRequiredUpdateChanged : ChangeKind::kEmptyUpdateChanged,
           path + ".omit_empty", was_first ? "written" : otherwise, is_first ? "written" : otherwise);
    }
    if (may_be_record(after))
      note(ChangeKind::kBlankRecordChanged, path + ".omit_empty", was_first ? "left out" : "written",
           is_first ? "left out" : "written");
  }

  // --- indexes ------------------------------------------------------------------------------------------------------

  void compare_indexes(const Model& old_model, const Model& new_model, const std::string& path) {
    for (const Index& after : new_model.indexes) {
      where_ = after.place;
      if (const Index* before = old_model.find_index(after.name))
        compare_index(*before, after, path + after.name);
      else
        add_index(old_model.table_name, after, path + after.name);
    }
    for (const Index& before : old_model.indexes)
      if (new_model.find_index(before.name) == nullptr)
        note_removed(ChangeKind::kIndexRemoved, path + before.name, index_type_text(before), before.place);
  }

  // An index the model did not have; the table may have it all the same, for another model.
  void add_index(const std::string& table, const Index& after, const std::string& path) {
    for (const Model& model : old_.models) {
      const Index* before = model.table_name == table ? model.find_index(after.name) : nullptr;
      if (before == nullptr) continue;
      note(ChangeKind::kIndexDeclared, path, kNoPart, index_type_text(after));
      return compare_index(*before, after, path);
    }
    note(after.global ? ChangeKind::kGlobalIndexAdded : ChangeKind::kLocalIndexAdded, path, kNoPart,
         index_type_text(after));
  }

  void compare_index(const Index& before, const Index& after, const std::string& path) {
    differ(ChangeKind::kIndexTypeChanged, path + ".type", index_type_text(before), index_type_text(after));
    differ(ChangeKind::kIndexKeyChanged, path + ".partition", key_text(before.partition), key_text(after.partition));
    differ(ChangeKind::kIndexKeyChanged, path + ".sort", key_text(before.sort), key_text(after.sort));
    const ChangeKind projection = !after.global           ? ChangeKind::kLocalProjectionChanged
                                  : covers(after, before) ? ChangeKind::kProjectionWidened
                                                          : ChangeKind::kProjectionNarrowed;
    differ(projection, path + ".projection", projection_text(before), projection_text(after));
  }

  const Document& old_;
  const Document& new_;
  Place where_;  // of what is compared, in the new document
  std::vector<Change> changes_;
};

}  // namespace

std::string_view change_class_name(ChangeClass change_class) {
  constexpr std::string_view kNames[] = {"safe", "needs-migration", "breaking"};
  return kNames[static_cast<std::size_t>(change_class)];
}

const ChangeRule& Change::rule() const {
  return kChangeRules[static_cast<std::size_t>(kind)];
}

std::vector<Change> diff(const Document& old_document, const Document& new_document) {
  return Diff(old_document, new_document).run();
}

ChangeClass gravest(const std::vector<Change>& changes) {
  ChangeClass gravest = ChangeClass::kSafe;
  for (const Change& change : changes) gravest = std::max(gravest, change.rule().change_class);
  return gravest;
}

}  // namespace tabletheory::dms
