#include "sdk/table_core.h"

#include <fmt/format.h>

#include "model/attribute_rules.h"
#include "ops/shared_view.h"
#include "sdk/condition_tree.h"
#include "sdk/record_writer.h"
#include "sdk/schema_data.h"

namespace tabletheory::detail {
namespace {

std::unexpected<Error> no_such_key(const TableCore& table, std::string_view what) {
  return std::unexpected(Error(ErrorCode::kMissingPrimaryKey, fmt::format("table {}: {}", table.name(), what)));
}

}  // namespace

TableCore::TableCore(std::shared_ptr<const ClientCore> client, Model handle, std::string table_name,
                     const RecordInfo* record)
    : client_(std::move(client)), handle_(std::move(handle)) {
  const dms::Model& definition = handle_->data().definition;
  if (table_name.empty()) table_name = client_->table_name(definition.table_name);
  model_ = model::Model::compile(definition, std::move(table_name));
  if (record != nullptr) plan_ = std::make_shared<RecordPlan>(model_, *record);
}

TableCore::TableCore(std::shared_ptr<const ClientCore> client, ops::DocumentTable documents)
    : client_(std::move(client)), documents_(std::move(documents)) {}

TableCore::TableCore(std::vector<TablePointer> parts, std::shared_ptr<const model::Model> view, ChooseEntry choose)
    : client_(parts.front()->client_), model_(std::move(view)), parts_(std::move(parts)), choose_entry_(choose) {}

TableCore::TableCore(const TableCore& table, std::shared_ptr<const ClientCore> client)
    : client_(std::move(client)),
      handle_(table.handle_),
      model_(table.model_),
      plan_(table.plan_),
      documents_(table.documents_),
      parts_(table.parts_),
      choose_entry_(table.choose_entry_) {}

std::unique_ptr<model::ItemSource> TableCore::source(const void* item) const {
  if (is_record()) return std::make_unique<RecordItem>(*plan_, item);
  return std::make_unique<model::DynamicItem>(*model_, *static_cast<const Item*>(item));
}

Result<Item> TableCore::key_item(const Key& key) const {
  if (key.by_name()) return *key.by_name();
  std::vector<std::string> names = documents_.key;
  if (model_) {
    names.push_back(model_->attribute(model_->partition_slot()).name());
    if (model_->sort_slot() != model::kNoSlot) names.push_back(model_->attribute(model_->sort_slot()).name());
  }
  if (names.empty()) {
    return no_such_key(*this, "its key attributes are not known; use Key::named, or name them in Client::documents");
  }
  Item item{{names[0], key.partition()}};
  if (key.sort() && names.size() < 2) {
    return fail(ErrorCode::kInvalidModel, fmt::format("table {} has no sort key, but the key gives one", name()));
  }
  if (!key.sort() && names.size() > 1)
    return no_such_key(*this, fmt::format("the key lacks the sort key \"{}\"", names[1]));
  if (key.sort()) item.set(names[1], *key.sort());
  return item;
}

Result<void> TableCore::read_item(value::WireElement stored, void* item, std::span<const std::string> dropped) const {
  if (model_) TT_CHECK(ops::check_owner(*model_, stored));
  if (!is_record()) return read_map(stored, *static_cast<Item*>(item), dropped);
  return RecordReader(*plan_).read_item(stored, item, dropped);
}

Result<void> TableCore::read_map(value::WireElement stored, Item& item, std::span<const std::string> dropped) const {
  if (model_) {
    TT_TRY(item, model::decode_item(*model_, stored));
  } else {
    auto read = value::read_item(stored);
    if (!read) return fail(ErrorCode::kInvalidModel, "a stored item cannot be read: " + read.error().message());
    item = std::move(*read);
  }
  for (const std::string& name : dropped) item.erase(name);
  return {};
}

ItemReader::ItemReader(const TableCore& table) : table_(table) {
  if (table.is_record()) records_.emplace(table.plan());
  for (const TablePointer& part : table.parts()) parts_.emplace_back(*part);
}

Result<void> ItemReader::read(value::WireElement stored, void* item, std::span<const std::string> dropped,
                              const model::Model* owner) {
  if (!parts_.empty()) {
    const auto& parts = table_.parts();
    std::size_t position = 0;  // of the only model, which needs no owner
    while (owner != nullptr && parts[position]->model().get() != owner) ++position;
    void* const place = table_.choose_entry()(item, position, parts[position]->model()->name());
    return parts_[position].read(stored, place, dropped);
  }
  if (records_) return records_->read_item(stored, item, dropped);
  return table_.read_map(stored, *static_cast<Item*>(item), dropped);
}

Result<KeySource> KeySource::make(const TableCore& table, const Key& key) {
  TT_TRY(Item item, table.key_item(key));
  KeySource source;
  source.item_ = std::make_shared<const Item>(std::move(item));
  if (!table.is_document()) source.source_ = std::make_shared<model::DynamicItem>(*table.model(), *source.item_);
  return source;
}

TablePointer open_table(const std::shared_ptr<const ClientCore>& client, const Model& model, std::string table_name) {
  return std::make_shared<const TableCore>(client, model, std::move(table_name), nullptr);
}

Result<TablePointer> open_record(const std::shared_ptr<const ClientCore>& client, const RecordInfo& record,
                                 const Model* schema_model) {
  TT_TRY(dms::Model definition, model_from_record(record));
  Model code = make_model(std::move(definition));
  if (schema_model != nullptr) {
    TT_CHECK(check_equivalent(code, *schema_model));
    code = *schema_model;
  }
  return std::make_shared<const TableCore>(client, std::move(code), std::string(), &record);
}

TablePointer open_documents(const std::shared_ptr<const ClientCore>& client, std::string table_name,
                            std::vector<std::string> key) {
  return std::make_shared<const TableCore>(client, ops::DocumentTable{std::move(table_name), std::move(key)});
}

Result<TablePointer> open_shared(std::vector<TablePointer> tables, ChooseEntry choose) {
  std::vector<std::shared_ptr<const model::Model>> models;
  for (const TablePointer& table : tables) models.push_back(table->model());
  TT_TRY(auto view, ops::shared_view(models));
  return std::make_shared<const TableCore>(std::move(tables), std::move(view), choose);
}

TablePointer with_limits(const TablePointer& table, CallLimits limits) {
  return std::make_shared<const TableCore>(*table,
                                           std::make_shared<const ClientCore>(table->client(), std::move(limits)));
}

const std::string& table_name(const TableCore& table) {
  return table.name();
}
const Model* model_of(const TableCore& table) {
  return table.handle();
}
Client client_of(const TablePointer& table) {
  return Client(table->client_pointer());
}

Result<Key> key_of(const TablePointer& table, const void* item) {
  Item named;
  if (table->is_document()) {
    const Item& document = *static_cast<const Item*>(item);
    for (const std::string& name : table->documents().key) {
      const Value* value = document.find(name);
      if (value == nullptr) return no_such_key(*table, fmt::format("the item lacks the key attribute \"{}\"", name));
      named.set(name, *value);
    }
    if (named.empty()) return no_such_key(*table, "its key attributes are not known; name them in Client::documents");
    return Key::named(std::move(named));
  }
  const auto source = table->source(item);
  for (const std::size_t slot : {table->model()->partition_slot(), table->model()->sort_slot()}) {
    if (slot == model::kNoSlot) continue;
    const model::Attribute& attribute = table->model()->attribute(slot);
    if (source->presence(slot) == model::Presence::kAbsent) {
      return no_such_key(*table, fmt::format("the item lacks the key attribute \"{}\"", attribute.name()));
    }
    std::string wire = R"({"v":)";
    TT_CHECK(source->write(slot, wire));
    wire += '}';
    TT_TRY(Item written, item_from_wire_json(wire));
    named.set(attribute.name(), std::move(*written.find("v")));
  }
  return Key::named(std::move(named));
}

}  // namespace tabletheory::detail
