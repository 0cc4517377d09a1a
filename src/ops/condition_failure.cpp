#include "ops/condition_failure.h"

#include <fmt/format.h>

#include "ops/stored_attributes.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {
namespace {

using Kind = WritePlan::Kind;

// The roles' values in a stored item.
struct Stored {
  std::optional<Number> version;
  std::optional<Timestamp> created_at, updated_at;
};

Stored read_roles(const model::Model& model, value::WireElement item) {
  Stored stored;
  const auto name = [&](std::size_t slot) -> const std::string& { return model.attribute(slot).name(); };
  if (model.version_slot() != model::kNoSlot) stored.version = stored_number(item, name(model.version_slot()));
  if (model.created_at_slot() != model::kNoSlot) {
    stored.created_at = stored_timestamp(item, name(model.created_at_slot()));
  }
  if (model.updated_at_slot() != model::kNoSlot) {
    stored.updated_at = stored_timestamp(item, name(model.updated_at_slot()));
  }
  return stored;
}

std::string conflict_message(const WritePlan& plan, const ServiceError& refusal) {
  std::string found = "the item is absent or has another version";
  if (refusal.item) {
    const auto version = read_roles(*plan.model, *refusal.item).version;
    found = version ? fmt::format("the stored item has version {}", version->to_string())
                    : std::string("the stored item has no version");
  }
  return fmt::format("the item is not at version {} ({}), nothing was changed; read it again and repeat the change",
                     plan.lock->to_string(), found);
}

std::string_view condition_message(const WritePlan& plan) {
  if (plan.kind == Kind::kCreate && !plan.has_other_condition) {
    return "an item with this key exists already, nothing was changed; use `put` to replace it or `update` to change "
           "it";
  }
  if (plan.kind == Kind::kUpdate && !plan.has_other_condition) {
    return "there is no item with this key, nothing was changed; create it first, or use `upsert`";
  }
  return "the condition did not hold for the stored item, nothing was changed; read the item and decide again";
}

}  // namespace

bool lost_lock(const WritePlan& plan, const std::optional<value::WireElement>& item) {
  if (!plan.lock) return false;
  if (!plan.has_other_condition || !item) return true;
  // At 0 an item without a version passes the lock.
  const Number stored = read_roles(*plan.model, *item).version.value_or(Number(0));
  return stored != *plan.lock;
}

Error condition_error(const WritePlan& plan, const ServiceError& refusal, const ShownItem& shown) {
  const bool conflict = lost_lock(plan, refusal.item);
  std::string message = conflict ? conflict_message(plan, refusal) : std::string(condition_message(plan));
  if (!shown.problem.empty()) message += fmt::format(" (the stored item cannot be shown: {})", shown.problem);
  Error error(conflict ? ErrorCode::kVersionConflict : ErrorCode::kConditionFailed, std::move(message));
  error = Error(std::move(error).from_service(refusal.type, refusal.request_id, refusal.status, false));
  if (plan.return_item && shown.item) {
    error = Error(std::move(error).with_item(item_for_error(plan.model.get(), *shown.item)));
  }
  return plan.locate(std::move(error));
}

Verdict judge(const WritePlan& plan, const std::optional<value::WireElement>& item) {
  // Without the item, or without roles to compare, nothing can be proved.
  if (!item || !plan.model) return Verdict::kUnknown;
  const Stored stored = read_roles(*plan.model, *item);
  const Lifecycle& ours = plan.lifecycle;
  const bool is_older = stored.created_at && *stored.created_at < plan.started;

  if (plan.kind == Kind::kDelete) return is_older ? Verdict::kNotOurs : Verdict::kUnknown;
  if (stored.version && ours.version && stored.updated_at && ours.updated_at && *stored.version == *ours.version &&
      *stored.updated_at == *ours.updated_at) {
    return Verdict::kOurs;
  }
  if (plan.kind == Kind::kCreate) return is_older ? Verdict::kNotOurs : Verdict::kUnknown;
  if (plan.lock && stored.version) {
    // Versions only grow, and ours would be the next one.
    if (*stored.version <= *plan.lock) return Verdict::kNotOurs;
    const bool same_version = ours.version && *stored.version == *ours.version;
    return same_version && stored.updated_at ? Verdict::kNotOurs : Verdict::kUnknown;
  }
  // Every later write of this library refreshes updated_at.
  return stored.updated_at && *stored.updated_at < plan.started ? Verdict::kNotOurs : Verdict::kUnknown;
}

}  // namespace tabletheory::ops
