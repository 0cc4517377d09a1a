// update, patch and upsert: selected attributes of one item.
#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"
#include "ops/deploy_authority.h"
#include "ops/item_writer.h"
#include "ops/update_expression.h"
#include "ops/write_conditions.h"
#include "ops/write_plan.h"
#include "value/limits.h"

namespace tabletheory::ops {
namespace {

using model::Presence;

// Names of the attributes an update touches: the selected ones, and those the library keeps.
std::vector<std::string_view> touched_names(const model::Model& model, std::vector<std::string_view> selected,
                                            bool may_create) {
  for (const std::size_t slot : {model.updated_at_slot(), model.version_slot()})
    if (slot != model::kNoSlot) selected.emplace_back(model.attribute(slot).name());
  if (may_create && model.created_at_slot() != model::kNoSlot) {
    selected.emplace_back(model.attribute(model.created_at_slot()).name());
  }
  return selected;
}

std::vector<std::string_view> names_of(const model::Model& model, std::span<const std::size_t> slots) {
  std::vector<std::string_view> names;
  for (const std::size_t slot : slots) names.emplace_back(model.attribute(slot).name());
  return names;
}

Result<std::vector<std::size_t>> selected_slots(const model::Model& model, std::span<const std::string> selection) {
  std::vector<std::size_t> slots;
  for (const std::string& name : selection) {
    const std::size_t slot = model.slot_of(name, slots.empty() ? 0 : slots.back() + 1);
    if (slot == model::kNoSlot) return std::unexpected(model::unknown_attribute(model, name));
    TT_CHECK(check_selectable(model, slot));
    if (std::ranges::find(slots, slot) != slots.end()) {
      return model::misfit(model.attribute(slot), "it is selected twice; select it once");
    }
    slots.push_back(slot);
  }
  return slots;
}

// SET or REMOVE of one selected attribute (docs/spec/dms.md, "Emptiness"). REMOVE of a required one is told last.
Result<void> write_selected(const WriteInput& input, WritePlan& plan, std::size_t slot, UpdateText& text,
                            DeployAuthority& authority, const model::Attribute*& missing) {
  const model::Model& model = *input.model;
  const model::Attribute& attribute = model.attribute(slot);
  const Presence presence = input.source.presence(slot);
  // 0.1 stores an empty value as given, even where create would omit it.
  const bool drops_empty = attribute.definition.omit_empty && model.version() != dms::Version::k0_1;
  if (presence == Presence::kAbsent || (drops_empty && is_empty(presence, model.version()))) {
    if (attribute.definition.required && missing == nullptr) missing = &attribute;
    text.remove(attribute.name());
    authority.removed(slot);
    return {};
  }
  authority.written(slot);
  if (attribute.definition.encryption != 0) {
    TT_TRY(std::string clear, write_in_the_clear(attribute, input.source, slot, presence));
    text.set(attribute.name(), plan.unsealed.add(slot, std::move(clear)));
    return {};
  }
  std::string wire;
  TT_CHECK(write_value(attribute, input.source, slot, presence, wire));
  TT_CHECK(check_item_size(wire));
  text.set(attribute.name(), std::move(wire));
  return {};
}

// The lifecycle of an update. `missing_version` is what an item without a version counts as.
Result<void> touch(const model::Model& model, WritePlan& plan, const Number& missing_version, UpdateText& text) {
  if (model.updated_at_slot() != model::kNoSlot) {
    plan.lifecycle.updated_at = plan.started;
    text.set(model.attribute(model.updated_at_slot()).name(), wire_text(plan.started.to_string()));
  }
  if (model.version_slot() == model::kNoSlot) return {};
  const std::string& version = model.attribute(model.version_slot()).name();
  if (!plan.lock) {
    text.count_up(version, missing_version);
    return {};
  }
  TT_TRY(plan.lifecycle.version, next_version(*plan.lock));
  text.set(version, wire_number(*plan.lifecycle.version));
  return {};
}

// The explicit version is the lock, else the item's own — but not where a version is optional (transactions): there a
// caller who does not ask for a lock gets none.
Result<std::optional<Number>> lock_of(const WriteInput& input, VersionRule rule) {
  const model::Model& model = *input.model;
  TT_TRY(auto lock, explicit_version(model, input.options));
  if (lock || rule == VersionRule::kOptional || model.version_slot() == model::kNoSlot) return lock;
  TT_TRY(lock, version_of(model, input.source));
  if (lock) return lock;
  return model::misfit(model.attribute(model.version_slot()),
                       "an update of a versioned model needs the version it was read with; give it in the item or as "
                       "if_version, or use `upsert` or the update builder, which do not lock");
}

Result<void> finish(const WriteInput& input, WritePlan& plan, ExpressionMembers& members, UpdateText& text,
                    std::vector<expr::Condition> conditions) {
  if (!text.empty()) members.add("UpdateExpression", text.finish());  // an upsert may give the key only
  TT_CHECK(join_condition(input.options, plan, conditions));
  members.add_condition(std::move(conditions));
  plan.expressions = members.finish();
  return {};
}

// An update of an item that must exist.
Result<WritePlan> update_slots(const WriteInput& input, WritePlan plan, std::span<const std::size_t> slots,
                               VersionRule rule) {
  const model::Model& model = *input.model;
  if (slots.empty() && model.updated_at_slot() == model::kNoSlot && model.version_slot() == model::kNoSlot) {
    return fail(ErrorCode::kInvalidOperator,
                fmt::format("nothing is selected, and model {} has no updated_at or version to touch; select the "
                            "attributes to write",
                            model.name()));
  }
  TT_TRY(plan.lock, lock_of(input, rule));
  plan.repeat = Repeat::kGuarded;

  ExpressionMembers members;
  UpdateText text(members.printer);
  DeployAuthority authority(model);
  const model::Attribute* missing = nullptr;
  for (const std::size_t slot : slots) TT_CHECK(write_selected(input, plan, slot, text, authority, missing));
  TT_CHECK(authority.check(input.source));
  if (missing != nullptr) return std::unexpected(missing_required(*missing));
  TT_CHECK(touch(model, plan, Number(0), text));

  std::vector<expr::Condition> conditions;
  if (plan.lock) {
    lock_conditions(model, *plan.lock, conditions);
  } else {
    conditions.push_back(exists(model.attribute(model.partition_slot()).name()));
  }
  TT_CHECK(finish(input, plan, members, text, std::move(conditions)));
  return plan;
}

Result<WritePlan> update(const WriteInput& input, std::span<const std::string> selection, VersionRule rule) {
  const model::Model& model = *input.model;
  const auto touched = touched_names(model, {selection.begin(), selection.end()}, false);
  TT_TRY(WritePlan plan, prepare(input, WritePlan::Kind::kUpdate, WriteKind::kUpdate, touched));
  TT_TRY(const auto slots, selected_slots(model, selection));
  return update_slots(input, std::move(plan), slots, rule);
}

// Slots of the item's values that a caller may write and that `chosen` takes.
template <class Chosen>
std::vector<std::size_t> writable_slots(const WriteInput& input, Chosen chosen) {
  const model::Model& model = *input.model;
  std::vector<std::size_t> slots;
  for (std::size_t slot = 0; slot < model.attributes().size(); ++slot)
    if (is_selectable(model, slot) && chosen(input.source.presence(slot))) slots.push_back(slot);
  return slots;
}

Result<WritePlan> patch(const WriteInput& input, VersionRule rule) {
  const model::Model& model = *input.model;
  const auto slots = writable_slots(input, [](Presence presence) { return presence == Presence::kPresent; });
  const auto touched = touched_names(model, names_of(model, slots), false);
  TT_TRY(WritePlan plan, prepare(input, WritePlan::Kind::kUpdate, WriteKind::kUpdate, touched));
  return update_slots(input, std::move(plan), slots, rule);
}

// Every required attribute must be given to an upsert, which may have to create the item.
Result<void> check_required_given(const WriteInput& input) {
  const model::Model& model = *input.model;
  for (std::size_t slot = 0; slot < model.attributes().size(); ++slot) {
    const model::Attribute& attribute = model.attribute(slot);
    if (!attribute.definition.required || !is_selectable(model, slot)) continue;
    if (input.source.presence(slot) == Presence::kAbsent) return std::unexpected(missing_required(attribute));
  }
  return {};
}

Result<WritePlan> upsert(const WriteInput& input) {
  const model::Model& model = *input.model;
  const auto slots = writable_slots(input, [](Presence presence) { return presence != Presence::kAbsent; });
  const auto touched = touched_names(model, names_of(model, slots), true);
  TT_TRY(WritePlan plan, prepare(input, WritePlan::Kind::kUpsert, WriteKind::kUpdate, touched));
  TT_TRY(plan.lock, explicit_version(model, input.options));

  ExpressionMembers members;
  UpdateText text(members.printer);
  DeployAuthority authority(model);
  const model::Attribute* missing = nullptr;
  for (const std::size_t slot : slots) TT_CHECK(write_selected(input, plan, slot, text, authority, missing));
  TT_CHECK(authority.check(input.source));
  if (missing != nullptr) return std::unexpected(missing_required(*missing));
  TT_CHECK(check_required_given(input));

  if (const auto& discriminator = model.definition().discriminator) {
    text.set(discriminator->attribute, wire_text(discriminator->value));
  }
  if (model.created_at_slot() != model::kNoSlot) {
    text.set_if_not_exists(model.attribute(model.created_at_slot()).name(), wire_text(plan.started.to_string()));
  }
  // A new item begins at version 0, which is one above -1.
  TT_CHECK(touch(model, plan, Number(-1), text));

  std::vector<expr::Condition> conditions;
  if (plan.lock) lock_conditions(model, *plan.lock, conditions);
  TT_CHECK(finish(input, plan, members, text, std::move(conditions)));
  // A version that is counted up without a lock would be counted twice.
  const bool counts = model.version_slot() != model::kNoSlot;
  plan.repeat = plan.lock ? Repeat::kGuarded : plan.has_other_condition || counts ? Repeat::kNever : Repeat::kAlways;
  return plan;
}

}  // namespace

Result<WritePlan> plan_update(const WriteInput& input, std::span<const std::string> selection, VersionRule rule) {
  return located(input, update(input, selection, rule));
}

Result<WritePlan> plan_patch(const WriteInput& input, VersionRule rule) {
  return located(input, patch(input, rule));
}

Result<WritePlan> plan_upsert(const WriteInput& input) {
  return located(input, upsert(input));
}

}  // namespace tabletheory::ops
