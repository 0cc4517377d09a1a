// delete, and the condition check of transactions.
#include "ops/write_conditions.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {
namespace {

Result<WritePlan> by_key(const WriteInput& input, WritePlan::Kind kind) {
  const model::Model& model = *input.model;
  TT_TRY(WritePlan plan, prepare(input, kind, WriteKind::kDelete));
  TT_CHECK(check_old_values_only(input.options));
  std::vector<expr::Condition> conditions;
  TT_TRY(plan.lock, explicit_version(model, input.options));
  if (plan.lock) lock_conditions(model, *plan.lock, conditions);
  TT_CHECK(join_condition(input.options, plan, conditions));
  if (conditions.empty() && kind == WritePlan::Kind::kCondition) {
    return fail(ErrorCode::kInvalidOperator, "a condition action checks nothing; give a condition or if_version");
  }
  plan.repeat = plan.lock ? Repeat::kGuarded : plan.has_other_condition ? Repeat::kNever : Repeat::kAlways;
  ExpressionMembers members;
  members.add_condition(std::move(conditions));
  plan.expressions = members.finish();
  return plan;
}

}  // namespace

Result<WritePlan> plan_delete(const WriteInput& input) {
  return located(input, by_key(input, WritePlan::Kind::kDelete));
}

Result<WritePlan> plan_condition(const WriteInput& input) {
  return located(input, by_key(input, WritePlan::Kind::kCondition));
}

}  // namespace tabletheory::ops
