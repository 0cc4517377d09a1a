// WritePlan: one write of one item with every local check behind it, as the JSON that single requests, transactions and
// batches have in common. Internal to ops.
//
//     auto plan = plan_create({environment, model, item, options, "create"});
//     plan->request(ReturnValues::kNone);   // a PutItem body
//     plan->transact_action();              // {"Put":{…}}
//
// The functions make all local checks in the order of docs/spec/operations.md ("Writes"); their errors say where.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "expr/printer.h"
#include "model/item_source.h"
#include "model/model.h"
#include "ops/call.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/unsealed.h"
#include "ops/update_builder.h"
#include "ops/writes.h"

namespace tabletheory::ops {

struct WritePlan {
  enum class Kind : std::uint8_t { kCreate, kPut, kUpsert, kUpdate, kDelete, kCondition };
  Kind kind = Kind::kPut;
  std::string_view name;                      // the caller's operation, for errors: "patch"; static text
  std::shared_ptr<const model::Model> model;  // null: a document
  std::string table;
  std::string item;                  // of puts: `{…}`
  std::string key;                   // canonical; empty for puts of documents whose key is not known
  std::string expressions;           // further members, each after a comma
  UnsealedValues unsealed;           // what placeholders in `item` and `expressions` stand for
  Lifecycle lifecycle;               // what is written
  Timestamp started;                 // the operation's instant
  std::optional<Number> lock;        // the version the stored item must have
  bool has_other_condition = false;  // beyond the lock: decides which error a failed condition is
  bool return_item = false;          // the caller wants the item of a failed condition
  Repeat repeat = Repeat::kAlways;

  // The texts of requests have envelopes for `unsealed` (ops/sealing.h); empty ones until they are sealed.
  std::string_view service_operation() const;  // "PutItem"
  std::string request(ReturnValues return_values) const;
  std::string transact_action() const;    // {"Put":{…}}
  std::string batch_request() const;      // {"PutRequest":{"Item":{…}}}
  std::string item_in_the_clear() const;  // of puts
  std::string identity() const;           // equal for writes of one item; empty when the key is not known
  Error locate(Error error) const;

 private:
  bool is_put() const { return kind == Kind::kCreate || kind == Kind::kPut; }
  bool asks_item() const { return return_item || (lock && has_other_condition); }
  void append_members(std::string& out) const;
  std::string sealed(std::string text) const { return unsealed.empty() ? text : unsealed.sealed(text); }
};

// What every plan of a model's item starts from. `name` is static text.
struct WriteInput {
  const Environment& environment;
  const std::shared_ptr<const model::Model>& model;
  const model::ItemSource& source;
  const WriteOptions& options;
  std::string_view name;
};
struct DocumentInput {
  const Environment& environment;
  const DocumentTable& table;
  const Item& item;  // or the key
  const WriteOptions& options;
  std::string_view name;
};

// Whether an update of a versioned model must be given its version. Transactions do without.
enum class VersionRule : std::uint8_t { kNeeded, kOptional };

Result<WritePlan> plan_create(const WriteInput& input);
Result<WritePlan> plan_put(const WriteInput& input);
Result<WritePlan> plan_upsert(const WriteInput& input);
Result<WritePlan> plan_update(const WriteInput& input, std::span<const std::string> selection, VersionRule rule);
Result<WritePlan> plan_patch(const WriteInput& input, VersionRule rule);
Result<WritePlan> plan_delete(const WriteInput& input);
Result<WritePlan> plan_condition(const WriteInput& input);
Result<WritePlan> plan_build(const WriteInput& input, const UpdateBuilder& builder);
Result<WritePlan> plan_update_expression(const WriteInput& input, const RawExpression& expression);

Result<WritePlan> plan_create(const DocumentInput& input);
Result<WritePlan> plan_put(const DocumentInput& input);
Result<WritePlan> plan_delete(const DocumentInput& input);
Result<WritePlan> plan_condition(const DocumentInput& input);
Result<WritePlan> plan_build(const DocumentInput& input, const UpdateBuilder& builder);
Result<WritePlan> plan_update_expression(const DocumentInput& input, const RawExpression& expression);

}  // namespace tabletheory::ops
