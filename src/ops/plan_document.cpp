// create, put, delete and condition of documents: items are sent as they are.
#include <fmt/format.h>

#include "ops/item_writer.h"
#include "ops/write_conditions.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {
namespace {

Result<void> finish(const DocumentInput& input, WritePlan& plan, std::vector<expr::Condition> conditions) {
  TT_CHECK(check_old_values_only(input.options));
  TT_CHECK(join_condition(input.options, plan, conditions));
  ExpressionMembers members;
  members.add_condition(std::move(conditions));
  plan.expressions = members.finish();
  return {};
}

Result<WritePlan> whole_document(const DocumentInput& input, WritePlan::Kind kind) {
  TT_TRY(WritePlan plan, prepare(input, kind));
  TT_TRY(plan.key, key_of_document(input.table, input.item));
  TT_TRY(plan.item, write_document(input.item));
  TT_CHECK(check_item_size(plan.item));
  std::vector<expr::Condition> conditions;
  if (kind == WritePlan::Kind::kCreate) {
    if (input.table.key.empty()) {
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("to create a document only if it is absent, the key of table {} must be known; give the "
                              "names of its key attributes",
                              input.table.name));
    }
    conditions.push_back(not_exists(input.table.key.front()));
  }
  TT_CHECK(finish(input, plan, std::move(conditions)));
  plan.repeat = kind == WritePlan::Kind::kCreate ? Repeat::kGuarded
                : plan.has_other_condition       ? Repeat::kNever
                                                 : Repeat::kAlways;
  return plan;
}

Result<WritePlan> by_key(const DocumentInput& input, WritePlan::Kind kind) {
  TT_TRY(WritePlan plan, prepare(input, kind));
  TT_TRY(plan.key, write_document_key(input.item));
  TT_CHECK(finish(input, plan, {}));
  if (!plan.has_other_condition && kind == WritePlan::Kind::kCondition) {
    return fail(ErrorCode::kInvalidOperator, "a condition action checks nothing; give a condition");
  }
  plan.repeat = plan.has_other_condition ? Repeat::kNever : Repeat::kAlways;
  return plan;
}

}  // namespace

Result<WritePlan> plan_create(const DocumentInput& input) {
  return located(input, whole_document(input, WritePlan::Kind::kCreate));
}

Result<WritePlan> plan_put(const DocumentInput& input) {
  return located(input, whole_document(input, WritePlan::Kind::kPut));
}

Result<WritePlan> plan_delete(const DocumentInput& input) {
  return located(input, by_key(input, WritePlan::Kind::kDelete));
}

Result<WritePlan> plan_condition(const DocumentInput& input) {
  return located(input, by_key(input, WritePlan::Kind::kCondition));
}

}  // namespace tabletheory::ops
