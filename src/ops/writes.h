// Writes of one item: create, put, upsert, update, patch, delete, and the raw update expression.
//
//     auto write = ItemWrite::update(environment, orders, item, {"status"}, {.if_version = 3});
//     if (!write) return write.error();          // every local check has run, nothing was sent
//     …drive **write (ops/operation.h)…
//     (*write)->lifecycle().version;              // 4: what the caller's object holds from now on
//
// A factory makes all local checks, in the order of docs/spec/operations.md ("Writes"), and the exact request; the item
// source, the model's key source and the options are not used afterwards. `environment` must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/condition_failure.h"
#include "ops/condition_input.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/explanation.h"
#include "ops/single_call.h"
#include "tabletheory/timestamp.h"
#include "value/wire.h"

namespace tabletheory::ops {

// What the service gives back. Puts and deletes know kNone and kAllOld only (else ErrInvalidOperator).
enum class ReturnValues : std::uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };

struct WriteOptions {
  ConditionInput condition{};                  // joined by AND with the condition the operation brings
  std::optional<std::int64_t> if_version{};    // the version the stored item must have
  std::vector<std::string> extra_protected{};  // attributes this call must not touch, besides the model's
  ReturnValues return_values = ReturnValues::kNone;
  bool return_item_on_failure = false;  // a failed condition returns the item as it stands (Error::item)
};

// Lifecycle values as they stand after the write, for the caller's object. Unset where the model has no such role or
// the value is known to the service only (created_at of an update; the version of an unlocked update, unless returned).
struct Lifecycle {
  std::optional<Timestamp> created_at, updated_at;
  std::optional<Number> version;
};

struct WritePlan;     // ops/write_plan.h
class UpdateBuilder;  // ops/update_builder.h

class ItemWrite final : public SingleCall {
 public:
  using Model = std::shared_ptr<const model::Model>;
  using Source = model::ItemSource;
  using Created = Result<std::unique_ptr<ItemWrite>>;

  static Created create(const Environment& environment, Model model, const Source& item,
                        const WriteOptions& options = {});
  static Created put(const Environment& environment, Model model, const Source& item, const WriteOptions& options = {});
  static Created upsert(const Environment& environment, Model model, const Source& item,
                        const WriteOptions& options = {});
  // Writes the selected attributes only; an empty selection touches updated_at and version. The version is
  // options.if_version, else the item's own.
  static Created update(const Environment& environment, Model model, const Source& item,
                        std::span<const std::string> selection, const WriteOptions& options = {});
  // Selects every non-empty value of the item.
  static Created patch(const Environment& environment, Model model, const Source& item,
                       const WriteOptions& options = {});
  // Only the key of `key` is used.
  static Created remove(const Environment& environment, Model model, const Source& key,
                        const WriteOptions& options = {});
  // The update builder; `builder.requires_item()` tells update from upsert.
  static Created build(const Environment& environment, Model model, const Source& key, const UpdateBuilder& builder,
                       const WriteOptions& options = {});
  // A raw update expression, guarded like the builder.
  static Created update_expression(const Environment& environment, Model model, const Source& key,
                                   const RawExpression& expression, const WriteOptions& options = {});

  // The same without a model: nothing is added, nothing left out.
  static Created create(const Environment& environment, const DocumentTable& table, const Item& item,
                        const WriteOptions& options = {});
  static Created put(const Environment& environment, const DocumentTable& table, const Item& item,
                     const WriteOptions& options = {});
  static Created remove(const Environment& environment, const DocumentTable& table, const Item& key,
                        const WriteOptions& options = {});
  static Created build(const Environment& environment, const DocumentTable& table, const Item& key,
                       const UpdateBuilder& builder, const WriteOptions& options = {});
  static Created update_expression(const Environment& environment, const DocumentTable& table, const Item& key,
                                   const RawExpression& expression, const WriteOptions& options = {});

  ~ItemWrite() override;

  // After Done.
  const Lifecycle& lifecycle() const;
  // The attributes the service returned (ReturnValues); nullptr when none. Valid while the operation lives.
  const value::WireElement* attributes() const { return attributes_ ? &*attributes_ : nullptr; }

  // Of a put or create: the item as it is written, encrypted values in the clear.
  std::string written_item() const;

  Explanation explain() const;

 private:
  ItemWrite(const Environment& environment, std::unique_ptr<WritePlan> plan, std::string body,
            ReturnValues return_values);
  static Created start(const Environment& environment, Result<WritePlan> plan, const WriteOptions& options);
  Detour before_sending(CallGroup& calls) override;
  Result<void> settle(Outcome& outcome) override;
  Detour before_ending(CallGroup& calls) override;
  std::unexpected<Error> refused(const ShownItem& shown) const;
  void open(value::WireElement item);
  Result<void> read_answer(const std::string& body);
  void take_attributes(value::WireElement attributes);

  struct Keys;  // what encrypted attributes need
  const Environment& environment_;
  std::unique_ptr<WritePlan> plan_;
  ReturnValues return_values_;
  std::unique_ptr<Keys> keys_;           // null: the model has no encrypted attributes
  std::optional<ServiceError> refusal_;  // a failed condition
  Verdict verdict_ = Verdict::kNotOurs;  // on that
  value::WireDocument document_;
  std::optional<value::WireElement> attributes_;
};

}  // namespace tabletheory::ops
