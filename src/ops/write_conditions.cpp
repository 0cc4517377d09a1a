#include "ops/write_conditions.h"

#include <fmt/format.h>

#include "ops/conditions.h"
#include "ops/item_writer.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

expr::Condition on_attribute(expr::Condition::Kind kind, const std::string& attribute) {
  expr::Condition condition;
  condition.kind = kind;
  condition.operands.push_back(expr::Operand::of(expr::Path::attribute(attribute)));
  return condition;
}

}  // namespace

expr::Condition exists(const std::string& attribute) {
  return on_attribute(expr::Condition::Kind::kAttributeExists, attribute);
}

expr::Condition not_exists(const std::string& attribute) {
  return on_attribute(expr::Condition::Kind::kAttributeNotExists, attribute);
}

expr::Condition version_is(const model::Model& model, const Number& version) {
  const std::string& name = model.attribute(model.version_slot()).name();
  auto equal = expr::Condition::compare(expr::Operand::of(expr::Path::attribute(name)), expr::Comparator::kEq,
                                        expr::Operand::of(Value(version)));
  if (!version.is_zero()) return equal;
  std::vector<expr::Condition> either;
  either.push_back(std::move(equal));
  either.push_back(not_exists(name));
  return expr::Condition::any_of(std::move(either));
}

void lock_conditions(const model::Model& model, const Number& version, std::vector<expr::Condition>& out) {
  out.push_back(exists(model.attribute(model.partition_slot()).name()));
  out.push_back(version_is(model, version));
}

Result<std::optional<Number>> explicit_version(const model::Model& model, const WriteOptions& options) {
  if (!options.if_version) return std::nullopt;
  if (model.version_slot() != model::kNoSlot) return Number(*options.if_version);
  return fail(ErrorCode::kInvalidModel,
              fmt::format("model {} has no attribute with the role `version`, so if_version has nothing to compare; "
                          "give a condition instead",
                          model.name()));
}

Result<Number> next_version(const Number& version) {
  auto next = version.plus(Number(1));
  if (next && next->to_int64()) return *next;
  return fail(ErrorCode::kInvalidModel,
              fmt::format("version {} cannot be counted up: versions are 64-bit integers", version.to_string()));
}

Result<void> check_old_values_only(const WriteOptions& options) {
  if (options.return_values == ReturnValues::kNone || options.return_values == ReturnValues::kAllOld) return {};
  return fail(ErrorCode::kInvalidOperator,
              "puts and deletes return NONE or ALL_OLD only; the service has no other return values for them");
}

void ExpressionMembers::add(std::string_view member, std::string_view expression) {
  out_ += ",\"";
  out_ += member;
  out_ += "\":";
  value::WireWriter(out_).string(expression);
}

void ExpressionMembers::add_condition(std::vector<expr::Condition> conditions) {
  if (conditions.empty()) return;
  add("ConditionExpression", printer.condition(expr::Condition::all_of(std::move(conditions))));
}

std::string ExpressionMembers::finish() {
  const std::string names = printer.names_json(), values = printer.values_json();
  if (!names.empty()) (out_ += R"(,"ExpressionAttributeNames":)") += names;
  if (!values.empty()) (out_ += R"(,"ExpressionAttributeValues":)") += values;
  return std::move(out_);
}

Result<WritePlan> prepare(const WriteInput& input, WritePlan::Kind kind, WriteKind policy,
                          std::span<const std::string_view> touched) {
  const model::Model& model = *input.model;
  TT_CHECK(check_encryption(input.environment, model));
  if (kind != WritePlan::Kind::kCondition) {
    TT_CHECK(check_policy(model, policy, input.options.extra_protected, touched));
  }
  WritePlan plan;
  plan.kind = kind;
  plan.name = input.name;
  plan.model = input.model;
  plan.table = model.table();
  plan.return_item = input.options.return_item_on_failure;
  plan.started = input.environment.now().cut_to_milliseconds();
  TT_TRY(plan.key, write_key(model, input.source));
  TT_CHECK(input.source.check_names());
  TT_CHECK(check_known(model, input.options.extra_protected));
  return plan;
}

Result<WritePlan> prepare(const DocumentInput& input, WritePlan::Kind kind) {
  if (input.options.if_version) {
    return fail(ErrorCode::kInvalidOperator,
                "documents have no version role, so if_version has nothing to compare; give a condition instead");
  }
  WritePlan plan;
  plan.kind = kind;
  plan.name = input.name;
  plan.table = input.table.name;
  plan.return_item = input.options.return_item_on_failure;
  plan.started = input.environment.now().cut_to_milliseconds();
  return plan;
}

Result<void> join_condition(const WriteOptions& options, WritePlan& plan, std::vector<expr::Condition>& conditions) {
  TT_TRY(auto condition, compile_condition(plan.model.get(), options.condition));
  plan.has_other_condition = condition.has_value();
  if (condition) conditions.push_back(std::move(*condition));
  return {};
}

Result<WritePlan> located(const WriteInput& input, Result<WritePlan> plan) {
  if (plan) return plan;
  return std::unexpected(located(std::move(plan).error(), input.name, input.model.get(), input.model->table()));
}

Result<WritePlan> located(const DocumentInput& input, Result<WritePlan> plan) {
  if (plan) return plan;
  return std::unexpected(located(std::move(plan).error(), input.name, nullptr, input.table.name));
}

}  // namespace tabletheory::ops
