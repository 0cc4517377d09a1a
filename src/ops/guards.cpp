#include "ops/guards.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"

namespace tabletheory::ops {
namespace {

bool is_protected(const model::Model& model, std::span<const std::string> extra, std::string_view name) {
  const std::size_t slot = model.slot_of(name);
  if (slot != model::kNoSlot && model.attribute(slot).is_protected) return true;
  return std::ranges::find(extra, name) != extra.end();
}

std::unexpected<Error> protected_field(std::string what) {
  return fail(ErrorCode::kProtectedFieldMutation, std::move(what));
}

}  // namespace

Result<void> check_encryption(const Environment& environment, const model::Model& model) {
  if (!model.has_encrypted_attributes() || environment.keys) return {};
  const auto encrypted = std::ranges::find_if(
      model.attributes(), [](const model::Attribute& attribute) { return attribute.definition.encryption != 0; });
  return fail(ErrorCode::kEncryptionNotConfigured,
              fmt::format("attribute \"{}\" is encrypted, and no encryption provider is configured; configure one when "
                          "connecting",
                          encrypted->name()));
}

Result<void> check_policy(const model::Model& model, WriteKind kind, std::span<const std::string> extra_protected,
                          std::span<const std::string_view> touched) {
  if (kind == WriteKind::kCreate) return {};
  if (model.is_write_once()) {
    return fail(ErrorCode::kImmutableModelMutation,
                fmt::format("model {} is write_once: items are created and never changed, replaced or deleted; write a "
                            "new item with `create`",
                            model.name()));
  }
  if (kind == WriteKind::kReplace) {
    if (!extra_protected.empty()) {
      return protected_field(fmt::format(
          "a put replaces the whole item, the protected attribute \"{}\" too; use `update`", extra_protected.front()));
    }
    const auto found = std::ranges::find_if(model.attributes(), &model::Attribute::is_protected);
    if (found == model.attributes().end()) return {};
    return protected_field(
        fmt::format("a put replaces the whole item, and model {} protects \"{}\"; use `create` for new items and "
                    "`update` for the attributes that may change",
                    model.name(), found->name()));
  }
  for (const std::string_view name : touched) {
    if (!is_protected(model, extra_protected, name)) continue;
    return protected_field(
        fmt::format("attribute \"{}\" is protected: it is set by `create` and never changed; leave it out", name));
  }
  return {};
}

Result<void> check_known(const model::Model& model, std::span<const std::string> names) {
  for (const std::string& name : names)
    if (model.slot_of(name) == model::kNoSlot) return std::unexpected(model::unknown_attribute(model, name));
  return {};
}

bool is_lifecycle(const model::Model& model, std::size_t slot) {
  return slot == model.created_at_slot() || slot == model.updated_at_slot() || slot == model.version_slot();
}

bool is_selectable(const model::Model& model, std::size_t slot) {
  const model::Attribute& attribute = model.attribute(slot);
  if (attribute.is_table_key || is_lifecycle(model, slot)) return false;
  const auto& discriminator = model.definition().discriminator;
  return !discriminator || discriminator->attribute != attribute.name();
}

Result<void> check_selectable(const model::Model& model, std::size_t slot) {
  if (is_selectable(model, slot)) return {};
  const model::Attribute& attribute = model.attribute(slot);
  if (attribute.is_table_key) {
    return model::misfit(attribute, "it is part of the key and cannot be updated; create a new item instead");
  }
  if (is_lifecycle(model, slot)) {
    return model::misfit(attribute, "the library keeps it (created_at, updated_at, version); do not select it");
  }
  return model::misfit(attribute, "it is the model's discriminator and cannot be updated");
}

Error located(Error error, std::string_view operation, const model::Model* model, std::string_view table) {
  return std::move(error).at(operation, model == nullptr ? std::string_view() : std::string_view(model->name()), table);
}

}  // namespace tabletheory::ops
