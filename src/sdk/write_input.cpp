#include "sdk/write_input.h"

#include <fmt/format.h>

#include "sdk/condition_tree.h"

namespace tabletheory::detail {
namespace {

using Kind = UpdateStep::Kind;

Result<Number> to_number(const std::string& path, const Value& value) {
  if (const Number* number = value.get_if<Number>()) return *number;
  return fail(ErrorCode::kInvalidModel, fmt::format("increment and decrement of \"{}\" take a number", path));
}

Result<List> to_list(const std::string& path, const Value& value) {
  if (const List* list = value.get_if<List>()) return *list;
  return fail(ErrorCode::kInvalidModel, fmt::format("append and prepend to \"{}\" take a list of elements", path));
}

Result<void> add_step(const TableCore& table, const UpdateStep& step, ops::UpdateBuilder& builder) {
  const PathData& path = step.path.data();
  TT_TRY(std::string text, to_path_text(table.model().get(), path));
  if (step.kind == Kind::kRemove) {
    builder.remove(std::move(text));
    return {};
  }
  TT_TRY(Value value, to_value(table.model().get(), path, step.operand));
  switch (step.kind) {
    case Kind::kSet:
      builder.set(std::move(text), std::move(value));
      break;
    case Kind::kSetIfNotExists:
      builder.set_if_not_exists(std::move(text), std::move(value));
      break;
    case Kind::kAdd:
      builder.add(std::move(text), std::move(value));
      break;
    case Kind::kDelete:
      builder.delete_elements(std::move(text), std::move(value));
      break;
    case Kind::kIncrement:
    case Kind::kDecrement: {
      TT_TRY(const Number by, to_number(text, value));
      step.kind == Kind::kIncrement ? builder.increment(std::move(text), by) : builder.decrement(std::move(text), by);
      break;
    }
    default: {
      TT_TRY(List elements, to_list(text, value));
      step.kind == Kind::kAppend ? builder.append(std::move(text), std::move(elements))
                                 : builder.prepend(std::move(text), std::move(elements));
    }
  }
  return {};
}

}  // namespace

Result<ops::WriteOptions> to_write_options(const TableCore& table, const WriteOptions& options) {
  ops::WriteOptions input;
  TT_TRY(input.condition, to_condition_input(table.model().get(), options.condition));
  input.if_version = options.if_version;
  input.extra_protected = options.protect;
  input.return_item_on_failure = options.return_item_on_failure;
  return input;
}

Result<ops::UpdateBuilder> to_update_builder(const TableCore& table, const UpdatePlan& plan) {
  ops::UpdateBuilder builder(plan.upsert ? ops::UpdateBuilder::Mode::kUpsert : ops::UpdateBuilder::Mode::kUpdate);
  for (const UpdateStep& step : plan.steps) TT_CHECK(add_step(table, step, builder));
  return builder;
}

Explanation to_explanation(ops::Explanation explanation) {
  return {std::string(explanation.operation), std::move(explanation.request), std::move(explanation.index),
          std::move(explanation.reason),      explanation.capacity_units,     std::move(explanation.capacity_basis),
          std::move(explanation.hints)};
}

}  // namespace tabletheory::detail
