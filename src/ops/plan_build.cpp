// The update builder and raw update expressions.
#include "ops/conditions.h"
#include "ops/deploy_authority.h"
#include "ops/item_writer.h"
#include "ops/update_actions.h"
#include "ops/write_conditions.h"
#include "ops/write_plan.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

// The library's own actions: updated_at, version + 1, and created_at of an item that may be new.
Result<void> add_lifecycle(const model::Model& model, WritePlan& plan, expr::Update& update) {
  const auto path = [&](std::size_t slot) { return expr::Path::attribute(model.attribute(slot).name()); };
  const bool may_create = plan.kind == WritePlan::Kind::kUpsert;
  const std::string instant = plan.started.to_string();
  if (const auto& discriminator = model.definition().discriminator; discriminator && may_create) {
    update.actions.push_back(set_action(expr::Path::attribute(discriminator->attribute), Value(discriminator->value)));
  }
  if (may_create && model.created_at_slot() != model::kNoSlot) {
    update.actions.push_back(set_if_not_exists_action(path(model.created_at_slot()), Value(instant)));
  }
  if (model.updated_at_slot() != model::kNoSlot) {
    plan.lifecycle.updated_at = plan.started;
    update.actions.push_back(set_action(path(model.updated_at_slot()), Value(instant)));
  }
  if (model.version_slot() == model::kNoSlot) return {};
  if (plan.lock) {
    TT_TRY(plan.lifecycle.version, next_version(*plan.lock));
    update.actions.push_back(set_action(path(model.version_slot()), Value(*plan.lifecycle.version)));
  } else {
    // A new item begins at version 0, which is one above -1.
    update.actions.push_back(
        count_up_action(model.attribute(model.version_slot()).name(), Number(may_create ? -1 : 0)));
  }
  return {};
}

Repeat repeat_of(const WritePlan& plan, bool repeatable) {
  if (plan.lock) return Repeat::kGuarded;
  if (!repeatable) return Repeat::kNever;
  if (plan.kind == WritePlan::Kind::kUpdate) return Repeat::kGuarded;
  return plan.has_other_condition ? Repeat::kNever : Repeat::kAlways;
}

// Expressions of an update tree and its conditions. `key_attribute` tells that the item exists.
Result<void> finish(const WriteOptions& options, WritePlan& plan, const expr::Update& update,
                    const std::string& key_attribute) {
  std::vector<expr::Condition> conditions;
  if (plan.lock) {
    lock_conditions(*plan.model, *plan.lock, conditions);
  } else if (plan.kind == WritePlan::Kind::kUpdate) {
    conditions.push_back(exists(key_attribute));
  }
  TT_CHECK(join_condition(options, plan, conditions));
  ExpressionMembers members;
  members.add("UpdateExpression", members.printer.update(update));
  members.add_condition(std::move(conditions));
  plan.expressions = members.finish();
  return {};
}

std::vector<std::string_view> with_lifecycle(const model::Model& model, std::vector<std::string_view> roots,
                                             WritePlan::Kind kind) {
  for (const std::size_t slot : {model.updated_at_slot(), model.version_slot()})
    if (slot != model::kNoSlot) roots.emplace_back(model.attribute(slot).name());
  if (kind == WritePlan::Kind::kUpsert && model.created_at_slot() != model::kNoSlot) {
    roots.emplace_back(model.attribute(model.created_at_slot()).name());
  }
  return roots;
}

// Whole encrypted attributes are set to a value: what the service gets is its envelope.
void take_encrypted(const model::Model& model, WritePlan& plan, expr::Update& update) {
  if (!model.has_encrypted_attributes()) return;
  for (expr::UpdateAction& action : update.actions) {
    const std::size_t slot = model.slot_of(action.path.root());
    if (action.kind != expr::UpdateAction::Kind::kSet || slot == model::kNoSlot ||
        model.attribute(slot).definition.encryption == 0) {
      continue;
    }
    expr::Operand& operand = action.value.operands.empty() ? action.value : action.value.operands.front();
    std::string wire;
    value::WireWriter(wire).attribute(operand.literal);
    operand.literal = plan.unsealed.add_literal(slot, std::move(wire));
  }
}

Result<WritePlan> finish_update(const WriteInput& input, WritePlan plan, expr::Update update) {
  const model::Model& model = *input.model;
  // A version that is counted up without a lock would be counted twice.
  const bool repeatable = is_repeatable(update) && model.version_slot() == model::kNoSlot;
  TT_TRY(plan.lock, explicit_version(model, input.options));
  TT_CHECK(add_lifecycle(model, plan, update));
  TT_CHECK(finish(input.options, plan, update, model.attribute(model.partition_slot()).name()));
  plan.repeat = repeat_of(plan, repeatable);
  return plan;
}

Result<WritePlan> build(const WriteInput& input, const UpdateBuilder& builder) {
  const model::Model& model = *input.model;
  const auto kind = builder.requires_item() ? WritePlan::Kind::kUpdate : WritePlan::Kind::kUpsert;
  const auto touched = with_lifecycle(model, touched_roots(&model, builder), kind);
  TT_TRY(WritePlan plan, prepare(input, kind, WriteKind::kUpdate, touched));
  TT_TRY(expr::Update update, compile_actions(&model, builder));
  TT_CHECK(check_deploy_authority(model, builder));
  take_encrypted(model, plan, update);
  return finish_update(input, std::move(plan), std::move(update));
}

Result<WritePlan> raw(const WriteInput& input, const RawExpression& expression) {
  const model::Model& model = *input.model;
  constexpr auto kind = WritePlan::Kind::kUpdate;
  TT_CHECK(check_encryption(input.environment, model));
  TT_CHECK(check_policy(model, WriteKind::kUpdate, input.options.extra_protected));  // write_once, before parsing
  TT_TRY(expr::Update update, parse_raw_update(expression));
  TT_TRY(WritePlan plan, prepare(input, kind, WriteKind::kUpdate, with_lifecycle(model, touched_roots(update), kind)));
  TT_CHECK(check_raw_update(model, update));
  TT_CHECK(check_deploy_authority(model, update));
  return finish_update(input, std::move(plan), std::move(update));
}

// An update of a document: no lifecycle; any key attribute tells whether the item exists.
Result<WritePlan> document_update(const DocumentInput& input, WritePlan::Kind kind, expr::Update update) {
  TT_TRY(WritePlan plan, prepare(input, kind));
  TT_TRY(plan.key, write_document_key(input.item));
  TT_CHECK(finish(input.options, plan, update, input.item.begin()->first));
  plan.repeat = repeat_of(plan, is_repeatable(update));
  return plan;
}

}  // namespace

Result<WritePlan> plan_build(const WriteInput& input, const UpdateBuilder& builder) {
  return located(input, build(input, builder));
}

Result<WritePlan> plan_update_expression(const WriteInput& input, const RawExpression& expression) {
  return located(input, raw(input, expression));
}

Result<WritePlan> plan_build(const DocumentInput& input, const UpdateBuilder& builder) {
  auto update = compile_actions(nullptr, builder);
  if (!update) return located(input, std::unexpected(std::move(update).error()));
  const auto kind = builder.requires_item() ? WritePlan::Kind::kUpdate : WritePlan::Kind::kUpsert;
  return located(input, document_update(input, kind, std::move(*update)));
}

Result<WritePlan> plan_update_expression(const DocumentInput& input, const RawExpression& expression) {
  auto update = parse_raw_update(expression);
  if (!update) return located(input, std::unexpected(std::move(update).error()));
  return located(input, document_update(input, WritePlan::Kind::kUpdate, std::move(*update)));
}

}  // namespace tabletheory::ops
