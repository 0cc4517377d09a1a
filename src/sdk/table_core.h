// TableCore: one table as a handle sees it — client, model and how items are held. Immutable; shared.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/dynamic_item.h"
#include "model/item_source.h"
#include "model/model.h"
#include "ops/document_table.h"
#include "sdk/client_core.h"
#include "sdk/record_reader.h"
#include "tabletheory/detail/table_core.h"
#include "value/wire.h"

namespace tabletheory::detail {

class TableCore {
 public:
  // Typed when `record` is given, else dynamic.
  TableCore(std::shared_ptr<const ClientCore> client, Model handle, std::string table_name, const RecordInfo* record);
  // Documents.
  TableCore(std::shared_ptr<const ClientCore> client, ops::DocumentTable documents);
  // Several models of one table, for reads only; `view` is what they look like together (ops/shared_view.h).
  TableCore(std::vector<TablePointer> parts, std::shared_ptr<const model::Model> view, ChooseEntry choose);
  TableCore(const TableCore& table, std::shared_ptr<const ClientCore> client);
  TableCore(const TableCore&) = delete;

  const ClientCore& client() const { return *client_; }
  const std::shared_ptr<const ClientCore>& client_pointer() const { return client_; }
  const ops::Environment& environment() const { return client_->environment(); }
  const std::string& name() const { return model_ ? model_->table() : documents_.name; }
  const Model* handle() const { return handle_ ? &*handle_ : nullptr; }

  bool is_document() const { return model_ == nullptr; }
  bool is_record() const { return plan_ != nullptr; }
  const std::shared_ptr<const model::Model>& model() const { return model_; }  // null for documents
  const ops::DocumentTable& documents() const { return documents_; }
  const RecordPlan& plan() const { return *plan_; }

  // The tables of the single models, when there are several; then `model` is their view.
  const std::vector<TablePointer>& parts() const { return parts_; }
  ChooseEntry choose_entry() const { return choose_entry_; }

  // An item to be written, of a model's table: a struct or a map. Borrows `item`.
  std::unique_ptr<model::ItemSource> source(const void* item) const;
  // The key attributes by name. ErrMissingPrimaryKey, ErrInvalidModel.
  Result<Item> key_item(const Key& key) const;

  // A stored item into a default-constructed struct or map; attributes named in `dropped` are left out.
  Result<void> read_item(value::WireElement stored, void* item, std::span<const std::string> dropped = {}) const;
  // The same into a map, also for typed tables: parts of items.
  Result<void> read_map(value::WireElement stored, Item& item, std::span<const std::string> dropped = {}) const;

 private:
  std::shared_ptr<const ClientCore> client_;
  std::optional<Model> handle_;
  std::shared_ptr<const model::Model> model_;
  std::shared_ptr<const RecordPlan> plan_;
  ops::DocumentTable documents_;
  std::vector<TablePointer> parts_;
  ChooseEntry choose_entry_ = nullptr;
};

// Reads the items of one page.
class ItemReader {
 public:
  explicit ItemReader(const TableCore& table);
  // As TableCore::read_item. `owner`: whose item it is, for tables of several models.
  Result<void> read(value::WireElement stored, void* item, std::span<const std::string> dropped,
                    const model::Model* owner = nullptr);

 private:
  const TableCore& table_;
  std::optional<RecordReader> records_;
  std::vector<ItemReader> parts_;
};

// A key as operations take it. Owns what it needs.
class KeySource {
 public:
  static Result<KeySource> make(const TableCore& table, const Key& key);
  const Item& item() const { return *item_; }
  const model::ItemSource& source() const { return *source_; }  // not for documents

 private:
  std::shared_ptr<const Item> item_;
  std::shared_ptr<const model::ItemSource> source_;
};

}  // namespace tabletheory::detail
