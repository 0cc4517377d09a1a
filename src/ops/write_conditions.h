// What the plans of writes share: their first checks, the conditions they bring, and the members of a request that hold
// expressions. Internal to ops.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/printer.h"
#include "model/model.h"
#include "ops/guards.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {

expr::Condition exists(const std::string& attribute);
expr::Condition not_exists(const std::string& attribute);
// The stored version is `version`; at 0 an item without a version attribute passes too.
expr::Condition version_is(const model::Model& model, const Number& version);
// The conditions of a lock: the item exists and has the version.
void lock_conditions(const model::Model& model, const Number& version, std::vector<expr::Condition>& out);

// options.if_version as a Number. ErrInvalidModel when the model has no version role.
Result<std::optional<Number>> explicit_version(const model::Model& model, const WriteOptions& options);
// version + 1. ErrInvalidModel beyond 64 bits.
Result<Number> next_version(const Number& version);

// ErrInvalidOperator for return values that puts and deletes do not have.
Result<void> check_old_values_only(const WriteOptions& options);

// Collects a request's expressions; one printer serves them all.
class ExpressionMembers {
 public:
  expr::Printer printer;

  void add(std::string_view member, std::string_view expression);  // `,"UpdateExpression":"…"`
  void add_condition(std::vector<expr::Condition> conditions);     // joined by AND; nothing when there are none
  std::string finish();                                            // all members, with names and values

 private:
  std::string out_;
};

// The first checks of every write, in order: encryption, policy, key, names. The plan has its model, table, key and
// time.
Result<WritePlan> prepare(const WriteInput& input, WritePlan::Kind kind, WriteKind policy,
                          std::span<const std::string_view> touched = {});
Result<WritePlan> prepare(const DocumentInput& input, WritePlan::Kind kind);

// The caller's condition joined to `conditions`; the plan learns whether there is one.
Result<void> join_condition(const WriteOptions& options, WritePlan& plan, std::vector<expr::Condition>& conditions);

// An error of `plan` says where it happened.
Result<WritePlan> located(const WriteInput& input, Result<WritePlan> plan);
Result<WritePlan> located(const DocumentInput& input, Result<WritePlan> plan);

}  // namespace tabletheory::ops
