#include "ops/migration_guards.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"

namespace tabletheory::ops {
namespace {

// Encryption would be lost: the guard's own code, and that of models that do not fit together.
std::unexpected<Error> weakened(std::string message) {
  return std::unexpected(
      Error(ErrorCode::kMigrationEncryptionRequired, std::move(message)).also(ErrorCode::kInvalidModel));
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
Result<EnvelopeCopy> check_encrypted(const model::Model& source, const model::Model& target,
                                     const dms::Attribute& attribute, const std::string& to, bool has_provider) {
  const std::string& name = attribute.attribute;
  if (to != name) {
    return weakened(
        fmt::format("the encrypted attribute \"{}\" is renamed to \"{}\", but an envelope is bound to the "
                    "name it was made for; keep the name",
                    name, to));
  }
  const dms::Attribute* arrives = find(target, to);
  if (arrives == nullptr || arrives->encryption == 0) {
    return weakened(
        fmt::format("attribute \"{}\" is encrypted in model {} and would be plaintext in model {}; encrypt it "
                    "there too, or drop it",
                    name, source.name(), target.name()));
  }
  constexpr int kBoundToItem = 2;
  const bool same_place = source.document_table() == target.document_table() &&
                          source.definition().partition == target.definition().partition &&
                          source.definition().sort == target.definition().sort;
  const bool is_readable = attribute.encryption <= arrives->encryption;
  const bool is_bound_elsewhere = attribute.encryption >= kBoundToItem && !same_place;
  if (has_provider) {
    const bool same = arrives->encryption == attribute.encryption && !is_bound_elsewhere;
    return same ? EnvelopeCopy::kAsTheyAre : EnvelopeCopy::kAnew;
  }
  if (is_readable && !is_bound_elsewhere) return EnvelopeCopy::kAsTheyAre;
  return fail(ErrorCode::kMigrationEncryptionRequired,
              is_readable
                  ? fmt::format("the envelopes of \"{}\" are bound to table {} and its key, so items for table {} "
                                "have to be encrypted anew; configure an encryption provider when connecting",
                                name, source.document_table(), target.document_table())
                  : fmt::format("the envelopes of \"{}\" have version {}, which model {} (version {}) cannot "
                                "read; configure an encryption provider when connecting, or declare version {}",
                                name, attribute.encryption, target.name(), arrives->encryption, attribute.encryption));
}

}  // namespace

const std::string* AttributeMapping::target_of(const std::string& source) const {
  if (std::ranges::find(drop, source) != drop.end()) return nullptr;
  const auto renamed = rename.find(source);
  return renamed == rename.end() ? &source : &renamed->second;
}

Result<EnvelopeCopy> check_migration(const model::Model& source, const model::Model& target,
                                     const AttributeMapping& mapping, bool has_provider) {
  TT_CHECK(check_names(source, target, mapping));
  auto copy = EnvelopeCopy::kAsTheyAre;
  for (const dms::Attribute& attribute : source.definition().attributes) {
    const std::string* to = mapping.target_of(attribute.attribute);
    if (to == nullptr) continue;
    if (attribute.encryption != 0) {
      TT_TRY(const EnvelopeCopy one, check_encrypted(source, target, attribute, *to, has_provider));
      copy = std::max(copy, one);
      continue;
    }
    const dms::Attribute* arrives = find(target, *to);
    if (arrives == nullptr || arrives->encryption == 0) continue;
    copy = EnvelopeCopy::kAnew;
    if (has_provider) continue;
    return fail(ErrorCode::kMigrationEncryptionRequired,
                fmt::format("attribute \"{}\" is plaintext in model {} and encrypted in model {}; configure an "
                            "encryption provider when connecting",
                            attribute.attribute, source.name(), target.name()));
  }
  return copy;
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

Result<void> check_stored(const model::Attribute& attribute, const Value& value, EnvelopeCopy copy) {
  if (attribute.definition.encryption != 0 && copy == EnvelopeCopy::kAsTheyAre) {
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

Result<void> check_stored(const model::Model& target, const Item& item, EnvelopeCopy copy) {
  for (const auto& [name, value] : item) {
    const std::size_t slot = target.slot_of(name);
    const auto& discriminator = target.definition().discriminator;
    if (slot == model::kNoSlot && discriminator && discriminator->attribute == name) continue;
    if (slot == model::kNoSlot) return std::unexpected(model::unknown_attribute(target, name));
    TT_CHECK(check_stored(target.attribute(slot), value, copy));
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
