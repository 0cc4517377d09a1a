// Calls on one item: create, put, upsert, update, patch, remove, get, find, and the update builder.
#include <fmt/format.h>

#include "ops/documents.h"
#include "sdk/condition_tree.h"
#include "sdk/driver.h"
#include "sdk/item_operations.h"
#include "sdk/write_input.h"

namespace tabletheory::detail {
namespace {

using ops::ItemRead;
using ops::ItemWrite;

Result<std::unique_ptr<ItemWrite>> plan_write(const TableCore& table, WriteKind kind, const void* item,
                                              std::span<const Path> selection, ops::WriteOptions options) {
  const ops::Environment& environment = table.environment();
  if (table.is_document()) {
    const Item& document = *static_cast<const Item*>(item);
    if (kind == WriteKind::kCreate) return ItemWrite::create(environment, table.documents(), document, options);
    return ItemWrite::put(environment, table.documents(), document, options);
  }
  const auto source = table.source(item);
  switch (kind) {
    case WriteKind::kCreate:
      return ItemWrite::create(environment, table.model(), *source, options);
    case WriteKind::kPut:
      return ItemWrite::put(environment, table.model(), *source, options);
    default:
      break;
  }
  options.return_values = ops::ReturnValues::kAllNew;
  if (kind == WriteKind::kUpsert) return ItemWrite::upsert(environment, table.model(), *source, options);
  if (kind == WriteKind::kPatch) return ItemWrite::patch(environment, table.model(), *source, options);
  TT_TRY(const std::vector<std::string> names,
         to_path_texts(table.model().get(), std::vector<Path>(selection.begin(), selection.end())));
  return ItemWrite::update(environment, table.model(), *source, names, options);
}

// A lifecycle value into the caller's struct, by the member's own codec.
Result<void> store(const TableCore& table, std::size_t slot, std::string_view wire, void* record) {
  const RecordPlan::Member* member = slot == model::kNoSlot ? nullptr : table.plan().at_slot(slot);
  if (member == nullptr) return {};
  value::WireDocument document;
  TT_TRY(const value::WireElement stored, document.parse(wire));
  return RecordReader(table.plan()).read_attribute(*member, stored, record);
}

Result<void> store_timestamp(const TableCore& table, std::size_t slot, const std::optional<Timestamp>& timestamp,
                             void* record) {
  if (!timestamp) return {};
  const RecordPlan::Member* member = slot == model::kNoSlot ? nullptr : table.plan().at_slot(slot);
  if (member != nullptr && member->field->codec->shape == Shape::kTimestamp) {
    *reinterpret_cast<Timestamp*>(static_cast<char*>(record) + member->field->offset) = *timestamp;
    return {};
  }
  return store(table, slot, fmt::format(R"({{"S":"{}"}})", timestamp->to_string()), record);
}

// What a put wrote, as the caller reads it back: the struct with its lifecycle members, or the item of the request.
Result<void> read_back(const TableCore& table, const ItemWrite& write, void* stored) {
  if (table.is_document()) return {};
  if (!table.is_record()) {
    value::WireDocument document;
    TT_TRY(const value::WireElement written, document.parse(write.written_item()));
    return table.read_item(written, stored);
  }
  const model::Model& model = *table.model();
  const ops::Lifecycle& lifecycle = write.lifecycle();
  TT_CHECK(store_timestamp(table, model.created_at_slot(), lifecycle.created_at, stored));
  TT_CHECK(store_timestamp(table, model.updated_at_slot(), lifecycle.updated_at, stored));
  if (!lifecycle.version) return {};
  return store(table, model.version_slot(), fmt::format(R"({{"N":"{}"}})", lifecycle.version->to_string()), stored);
}

ops::ReturnValues to_return_values(Returned returned) {
  switch (returned) {
    case Returned::kAllOld:
      return ops::ReturnValues::kAllOld;
    case Returned::kAllNew:
      return ops::ReturnValues::kAllNew;
    case Returned::kUpdatedOld:
      return ops::ReturnValues::kUpdatedOld;
    case Returned::kUpdatedNew:
      return ops::ReturnValues::kUpdatedNew;
    case Returned::kNothing:
      break;
  }
  return ops::ReturnValues::kNone;
}

}  // namespace

Error no_item_returned() {
  return Error(ErrorCode::kTransport,
               "the target answered an update without the item it was asked for; check its compatibility");
}

Result<std::unique_ptr<ItemWrite>> make_write(const TableCore& table, WriteKind kind, const void* item,
                                              std::span<const Path> selection, const WriteOptions& options) {
  TT_TRY(ops::WriteOptions input, to_write_options(table, options));
  return plan_write(table, kind, item, selection, std::move(input));
}

Result<std::unique_ptr<ItemWrite>> make_removal(const TableCore& table, const Key& key, const WriteOptions& options) {
  TT_TRY(const KeySource source, KeySource::make(table, key));
  TT_TRY(const ops::WriteOptions input, to_write_options(table, options));
  if (table.is_document()) {
    return ItemWrite::remove(table.environment(), table.documents(), source.item(), input);
  }
  return ItemWrite::remove(table.environment(), table.model(), source.source(), input);
}

Result<std::unique_ptr<ItemRead>> make_read(const TableCore& table, const Key& key, const GetOptions& options,
                                            bool required) {
  TT_TRY(const KeySource source, KeySource::make(table, key));
  ops::GetOptions input{.consistent = options.consistent, .hide_expired = options.hide_expired};
  TT_TRY(input.projection, to_path_texts(table.model().get(), options.projection));
  const ops::Environment& environment = table.environment();
  if (table.is_document()) {
    return required ? ItemRead::get(environment, table.documents(), source.item(), input)
                    : ItemRead::find(environment, table.documents(), source.item(), input);
  }
  return required ? ItemRead::get(environment, table.model(), source.source(), input)
                  : ItemRead::find(environment, table.model(), source.source(), input);
}

Result<std::unique_ptr<ItemWrite>> make_update(const TableCore& table, const Key& key, const UpdatePlan& plan,
                                               Returned returned) {
  TT_TRY(const KeySource source, KeySource::make(table, key));
  TT_TRY(const ops::UpdateBuilder builder, to_update_builder(table, plan));
  TT_TRY(ops::WriteOptions input, to_write_options(table, plan.options));
  input.return_values = to_return_values(returned);
  if (table.is_document()) {
    return ItemWrite::build(table.environment(), table.documents(), source.item(), builder, input);
  }
  return ItemWrite::build(table.environment(), table.model(), source.source(), builder, input);
}

Result<std::unique_ptr<ItemWrite>> make_update_expression(const TableCore& table, const Key& key,
                                                          const RawUpdate& update, const WriteOptions& options) {
  TT_TRY(const KeySource source, KeySource::make(table, key));
  TT_TRY(ops::WriteOptions input, to_write_options(table, options));
  input.return_values = ops::ReturnValues::kAllNew;
  ops::RawExpression expression{update.expression, {}, update.values};
  for (const auto& [placeholder, name] : update.names) expression.names.set(placeholder, Value(name));
  if (table.is_document()) {
    return ItemWrite::update_expression(table.environment(), table.documents(), source.item(), expression, input);
  }
  return ItemWrite::update_expression(table.environment(), table.model(), source.source(), expression, input);
}

Result<void> write(const TablePointer& table, WriteKind kind, const void* item, std::span<const Path> selection,
                   const WriteOptions& options, void* stored) {
  TT_TRY(const auto operation, make_write(*table, kind, item, selection, options));
  TT_CHECK(Driver(table->client()).run(*operation));
  if (kind == WriteKind::kCreate || kind == WriteKind::kPut) return read_back(*table, *operation, stored);
  if (const value::WireElement* attributes = operation->attributes()) return table->read_item(*attributes, stored);
  return std::unexpected(no_item_returned());
}

Result<void> remove(const TablePointer& table, const Key& key, const WriteOptions& options) {
  TT_TRY(const auto operation, make_removal(*table, key, options));
  TT_CHECK(Driver(table->client()).run(*operation));
  return {};
}

Result<bool> read(const TablePointer& table, const Key& key, const GetOptions& options, bool required, void* item) {
  TT_TRY(const auto operation, make_read(*table, key, options, required));
  TT_CHECK(Driver(table->client()).run(*operation));
  if (operation->item() == nullptr) return false;
  TT_CHECK(table->read_item(*operation->item(), item, operation->dropped()));
  return true;
}

Result<bool> read_failed_item(const TablePointer& table, const Error& error, void* item) {
  if (error.item() == nullptr) return false;
  if (!table->is_record()) {
    *static_cast<Item*>(item) = *error.item();
    return true;
  }
  // The error's item holds logical values; a struct is read from stored ones.
  const model::Model& model = *table->model();
  const model::DynamicItem source(model, *error.item());
  std::string wire = "{";
  for (std::size_t slot = 0; slot < model.attributes().size(); ++slot) {
    if (source.presence(slot) == model::Presence::kAbsent) continue;
    if (wire.size() > 1) wire += ',';
    wire += model.attribute(slot).json_key;
    TT_CHECK(source.write(slot, wire));
  }
  wire += '}';
  value::WireDocument document;
  TT_TRY(const value::WireElement stored, document.parse(wire));
  TT_CHECK(RecordReader(table->plan()).read_item(stored, item));
  return true;
}

Result<bool> update(const TablePointer& table, const Key& key, const UpdatePlan& plan, Returned returned, void* item,
                    Item* part) {
  TT_TRY(const auto operation, make_update(*table, key, plan, returned));
  TT_CHECK(Driver(table->client()).run(*operation));
  const value::WireElement* attributes = operation->attributes();
  if (attributes == nullptr || returned == Returned::kNothing) return false;
  if (item != nullptr) {
    TT_CHECK(table->read_item(*attributes, item));
  } else {
    TT_CHECK(table->read_map(*attributes, *part));
  }
  return true;
}

Result<void> update_expression(const TablePointer& table, const Key& key, const RawUpdate& update,
                               const WriteOptions& options, void* item) {
  TT_TRY(const auto operation, make_update_expression(*table, key, update, options));
  TT_CHECK(Driver(table->client()).run(*operation));
  if (const value::WireElement* attributes = operation->attributes()) return table->read_item(*attributes, item);
  return std::unexpected(no_item_returned());
}

}  // namespace tabletheory::detail
