// create, put: whole items.
#include <optional>

#include "model/attribute_rules.h"
#include "ops/deploy_authority.h"
#include "ops/item_writer.h"
#include "ops/write_conditions.h"
#include "ops/write_plan.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using model::Presence;

// Writes one whole item: what the source holds, without what `omit_empty` drops, with the lifecycle in its place.
class WholeItem {
 public:
  WholeItem(const WriteInput& input, WritePlan& plan, std::optional<Number> version)
      : input_(input), model_(*input.model), plan_(plan), version_(version), authority_(model_) {}

  Result<void> write() {
    plan_.item = "{";
    for (std::size_t slot = 0; slot < model_.attributes().size(); ++slot) TT_CHECK(write_slot(slot));
    if (const auto& discriminator = model_.definition().discriminator;
        discriminator && model_.slot_of(discriminator->attribute) == model::kNoSlot) {
      comma();
      value::WireWriter writer(plan_.item);
      writer.key(discriminator->attribute);
      writer.attribute_string(discriminator->value);
    }
    plan_.item += '}';
    TT_CHECK(authority_.check(input_.source));
    if (missing_ != nullptr) return std::unexpected(missing_required(*missing_));
    return plan_.unsealed.empty() ? check_item_size(plan_.item) : Result<void>();  // sealing checks it
  }

 private:
  Result<void> write_slot(std::size_t slot) {
    if (slot == model_.created_at_slot()) return write_created_at(slot);
    if (slot == model_.updated_at_slot()) {
      plan_.lifecycle.updated_at = plan_.started;
      return write_timestamp(slot, plan_.started);
    }
    if (slot == model_.version_slot()) return write_version(slot);
    const model::Attribute& attribute = model_.attribute(slot);
    if (is_discriminator(attribute)) return write_discriminator(slot);

    const Presence presence = input_.source.presence(slot);
    const bool dropped =
        presence == Presence::kAbsent ||
        (attribute.definition.omit_empty && is_empty(presence, model_.version()) && !attribute.is_table_key);
    if (dropped) {
      if (attribute.definition.required && missing_ == nullptr) missing_ = &attribute;
      return {};
    }
    begin(slot);
    authority_.written(slot);
    if (attribute.definition.encryption == 0) {
      return write_value(attribute, input_.source, slot, presence, plan_.item);
    }
    TT_TRY(std::string wire, write_in_the_clear(attribute, input_.source, slot, presence));
    plan_.item += plan_.unsealed.add(slot, std::move(wire));
    return {};
  }

  // A put keeps the created_at it is given; a create never does.
  Result<void> write_created_at(std::size_t slot) {
    plan_.lifecycle.created_at = plan_.started;
    if (plan_.kind == WritePlan::Kind::kPut) {
      TT_TRY(const auto given, timestamp_of(model_, slot, input_.source));
      if (given) plan_.lifecycle.created_at = given;
    }
    return write_timestamp(slot, *plan_.lifecycle.created_at);
  }

  Result<void> write_timestamp(std::size_t slot, const Timestamp& timestamp) {
    begin(slot);
    plan_.item += wire_text(timestamp.to_string());
    return {};
  }

  Result<void> write_version(std::size_t slot) {
    if (!version_) {
      TT_TRY(const auto given, version_of(model_, input_.source));
      version_ = given.value_or(Number(0));
    }
    plan_.lifecycle.version = version_;
    begin(slot);
    plan_.item += wire_number(*version_);
    return {};
  }

  bool is_discriminator(const model::Attribute& attribute) const {
    const auto& discriminator = model_.definition().discriminator;
    return discriminator && discriminator->attribute == attribute.name();
  }

  Result<void> write_discriminator(std::size_t slot) {
    const std::string wire = wire_text(model_.definition().discriminator->value);
    if (!is_empty(input_.source.presence(slot), model_.version())) {
      std::string given;
      TT_CHECK(input_.source.write(slot, given));
      if (given != wire) {
        return model::misfit(model_.attribute(slot),
                             "it is the model's discriminator and holds another model's value; leave it out");
      }
    }
    begin(slot);
    plan_.item += wire;
    return {};
  }

  void comma() {
    if (plan_.item.size() > 1) plan_.item += ',';
  }
  void begin(std::size_t slot) {
    comma();
    plan_.item += model_.attribute(slot).json_key;
  }

  const WriteInput& input_;
  const model::Model& model_;
  WritePlan& plan_;
  std::optional<Number> version_;
  DeployAuthority authority_;
  const model::Attribute* missing_ = nullptr;
};

Result<WritePlan> whole_item(const WriteInput& input, WritePlan::Kind kind) {
  const model::Model& model = *input.model;
  const bool creates = kind == WritePlan::Kind::kCreate;
  TT_TRY(WritePlan plan, prepare(input, kind, creates ? WriteKind::kCreate : WriteKind::kReplace));
  TT_CHECK(check_old_values_only(input.options));

  std::vector<expr::Condition> conditions;
  std::optional<Number> version;
  plan.repeat = Repeat::kAlways;
  if (creates) {
    if (input.options.if_version) {
      return fail(ErrorCode::kInvalidOperator, "a create is conditional on absence; if_version belongs to `put`");
    }
    conditions.push_back(not_exists(model.attribute(model.partition_slot()).name()));
    plan.repeat = Repeat::kGuarded;
  } else {
    TT_TRY(plan.lock, explicit_version(model, input.options));
    if (plan.lock) {
      TT_TRY(version, next_version(*plan.lock));
      lock_conditions(model, *plan.lock, conditions);
      plan.repeat = Repeat::kGuarded;
    }
  }
  TT_CHECK(join_condition(input.options, plan, conditions));
  if (plan.has_other_condition && plan.repeat == Repeat::kAlways) plan.repeat = Repeat::kNever;

  TT_CHECK(WholeItem(input, plan, version).write());
  ExpressionMembers members;
  members.add_condition(std::move(conditions));
  plan.expressions = members.finish();
  return plan;
}

}  // namespace

Result<WritePlan> plan_create(const WriteInput& input) {
  return located(input, whole_item(input, WritePlan::Kind::kCreate));
}

Result<WritePlan> plan_put(const WriteInput& input) {
  return located(input, whole_item(input, WritePlan::Kind::kPut));
}

}  // namespace tabletheory::ops
