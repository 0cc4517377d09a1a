#include "ops/migration_guards.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"

namespace tabletheory::ops {
namespace {

std::unexpected<Error> misfit(std::string message) {
  return fail(ErrorCode::kInvalidModel, std::move(message));
}

const dms::Attribute* find(const model::Model& model, std::string_view name) {
  return model.definition().find_attribute(name);
}

Result<void> check_names(const model::Model& source, const model::Model& target, const AttributeMapping& mapping) {
  for (const auto& [from, to] : mapping.rename) {
    if (find(source, from) == nullptr) return std::unexpected(model::unknown_attribute(source, from));
    if (find(target, to) == nullptr) return std::unexpected(model::unknown_attribute(target, to));
  }
  for (const std::string& name : mapping.drop)
    if (find(source, name) == nullptr) return std::unexpected(model::unknown_attribute(source, name));
  return {};
}

// One encrypted attribute of the source.
Result<void> check_encrypted(const model::Model& source, const model::Model& target, const dms::Attribute& attribute,
                             const std::string& to) {
  const std::string& name = attribute.attribute;
  if (to != name) {
    return misfit(
        fmt::format("the encrypted attribute \"{}\" is renamed to \"{}\", but an envelope is bound to the "
                    "name it was made for; keep the name",
                    name, to));
  }
  const dms::Attribute* arrives = find(target, to);
  if (arrives == nullptr || arrives->encryption == 0) {
    return misfit(
        fmt::format("attribute \"{}\" is encrypted in model {} and would be plaintext in model {}; encrypt it "
                    "there too, or drop it",
                    name, source.name(), target.name()));
  }
  if (arrives->encryption < attribute.encryption) {
    return misfit(
        fmt::format("attribute \"{}\" has envelopes of version {}, which model {} (version {}) cannot read; "
                    "declare version {} there",
                    name, attribute.encryption, target.name(), arrives->encryption, attribute.encryption));
  }
  constexpr int kBoundToItem = 2;
  const bool is_bound = attribute.encryption >= kBoundToItem;
  const bool same_place = source.document_table() == target.document_table() &&
                          source.definition().partition == target.definition().partition &&
                          source.definition().sort == target.definition().sort;
  if (is_bound && !same_place) {
    return fail(
        ErrorCode::kMigrationEncryptionRequired,
        fmt::format("the envelopes of \"{}\" are bound to table {} and its key, so items for table {} have to be "
                    "encrypted anew; read and write them through clients with an encryption provider",
                    name, source.document_table(), target.document_table()));
  }
  return {};
}

}  // namespace

const std::string* AttributeMapping::target_of(const std::string& source) const {
  if (std::ranges::find(drop, source) != drop.end()) return nullptr;
  const auto renamed = rename.find(source);
  return renamed == rename.end() ? &source : &renamed->second;
}

Result<void> check_migration(const model::Model& source, const model::Model& target, const AttributeMapping& mapping) {
  TT_CHECK(check_names(source, target, mapping));
  for (const dms::Attribute& attribute : source.definition().attributes) {
    const std::string* to = mapping.target_of(attribute.attribute);
    if (to == nullptr) continue;
    if (attribute.encryption != 0) {
      TT_CHECK(check_encrypted(source, target, attribute, *to));
      continue;
    }
    const dms::Attribute* arrives = find(target, *to);
    if (arrives != nullptr && arrives->encryption != 0) {
      return fail(ErrorCode::kMigrationEncryptionRequired,
                  fmt::format("attribute \"{}\" is plaintext in model {} and encrypted in model {}, which needs an "
                              "encryption provider; read and write the items through clients that have one",
                              attribute.attribute, source.name(), target.name()));
    }
  }
  return {};
}

std::vector<std::string> copied_envelopes(const model::Model& source, const AttributeMapping& mapping) {
  std::vector<std::string> names;
  for (const dms::Attribute& attribute : source.definition().attributes) {
    if (attribute.encryption != 0 && mapping.target_of(attribute.attribute) != nullptr) {
      names.push_back(attribute.attribute);
    }
  }
  return names;
}

std::string not_an_envelope(const std::vector<std::string>& attributes, Map& names) {
  std::string text;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const std::string name = fmt::format("#a{}", i);
    names.set(name, Value(attributes[i]));
    text += fmt::format(
        "{0}(attribute_exists({1}) AND NOT (attribute_exists({1}.v) AND attribute_exists({1}.edk) AND "
        "attribute_exists({1}.nonce) AND attribute_exists({1}.ct)))",
        i == 0 ? "" : " OR ", name);
  }
  return text;
}

namespace {

bool is_envelope(const Value& value) {
  const auto* parts = value.get_if<Map>();
  if (parts == nullptr) return false;
  const Value* version = parts->find("v");
  const auto is_binary = [&](const char* name) {
    const Value* part = parts->find(name);
    return part != nullptr && part->is(Type::kB) && !part->bytes().empty();
  };
  return version != nullptr && version->is(Type::kN) && is_binary("edk") && is_binary("nonce") && is_binary("ct");
}

Result<void> check_stored(const model::Attribute& attribute, const Value& value) {
  if (attribute.definition.encryption != 0) {
    if (is_envelope(value)) return {};
    return fail(
        ErrorCode::kInvalidEncryptedEnvelope,
        fmt::format("attribute \"{}\" of a source item is no envelope, but the models say that it is encrypted; "
                    "write such items through a client with an encryption provider first",
                    attribute.name()));
  }
  // NULL is no value, or an empty set; `json` is kept as text or as native values.
  if (value.type() == attribute.type() || value.is_null() || attribute.definition.json) return {};
  return std::unexpected(
      model::misfit(attribute, fmt::format("the item would store a value of type {}; let the transform convert it",
                                           type_name(value.type())))
          .error());
}

}  // namespace

Result<void> check_stored(const model::Model& target, const Item& item) {
  for (const auto& [name, value] : item) {
    const std::size_t slot = target.slot_of(name);
    const auto& discriminator = target.definition().discriminator;
    if (slot == model::kNoSlot && discriminator && discriminator->attribute == name) continue;
    if (slot == model::kNoSlot) return std::unexpected(model::unknown_attribute(target, name));
    TT_CHECK(check_stored(target.attribute(slot), value));
  }
  for (const model::Attribute& attribute : target.attributes()) {
    if (!attribute.is_table_key && !attribute.definition.required) continue;
    const Value* value = item.find(attribute.name());
    if (value != nullptr && !value->is_null()) continue;
    return fail(attribute.is_table_key ? ErrorCode::kMissingPrimaryKey : ErrorCode::kInvalidModel,
                fmt::format("a source item has no \"{}\", which model {} needs; let the transform give it a value",
                            attribute.name(), target.name()));
  }
  return {};
}

}  // namespace tabletheory::ops
