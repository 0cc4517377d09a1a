#include "tabletheory/streams.h"

#include "ops/guards.h"
#include "ops/item_decryption.h"
#include "ops/stream_records.h"
#include "sdk/driver.h"
#include "sdk/stream_info.h"
#include "sdk/table_core.h"

namespace tabletheory {
namespace detail {

// Elements point into the document, which therefore never moves.
struct StreamData {
  value::WireDocument document;
  std::vector<ops::StreamEntry> entries;
  std::vector<StreamInfo> infos;
};

namespace {

constexpr std::string_view kOperation = "stream_record";

// Reads items by a table: its struct, its model, or as stored.
class ImageReader {
 public:
  explicit ImageReader(const TableCore& table) : table_(table), reader_(table) {}
  Result<void> read(value::WireElement image, void* item) { return reader_.read(image, item, {}); }
  Result<Item> keys(value::WireElement keys) const {
    Item item;
    TT_CHECK(table_.read_map(keys, item));
    return item;
  }

 private:
  const TableCore& table_;
  ItemReader reader_;
};

}  // namespace

StreamInfo to_stream_info(const ops::StreamEntry& entry) {
  StreamInfo info;
  info.event = static_cast<StreamEvent>(entry.kind);
  info.event_id = entry.event_id;
  info.sequence_number = entry.sequence_number;
  info.created_at = entry.created_at;
  info.view_type = entry.view_type;
  info.table = entry.table;
  info.source_arn = entry.source_arn;
  info.region = entry.region;
  info.size_bytes = entry.size_bytes;
  if (entry.has_identity) {
    info.identity = StreamIdentity{entry.identity_type, entry.identity_principal};
  }
  return info;
}

}  // namespace detail

bool StreamInfo::is_ttl_delete() const {
  return event == StreamEvent::kRemove && identity && identity->type == "Service" &&
         identity->principal_id == "dynamodb.amazonaws.com";
}

const StreamInfo& StreamRecord::info() const {
  return data_->infos[position_];
}

bool StreamRecord::is_of(const detail::TableCore& table) const {
  const ops::StreamEntry& entry = data_->entries[position_];
  return table.is_document() ? ops::is_record_of(table.documents(), entry) : ops::is_record_of(*table.model(), entry);
}

Result<void> StreamRecord::read_into(const detail::TablePointer& table, Key& key, const Images& images) const {
  const auto& model = table->model();
  const auto located = [&](Error error) {
    return std::unexpected(ops::located(std::move(error), detail::kOperation, model.get(), table->name()));
  };
  if (model != nullptr) {
    // Whatever images there are: without a provider nothing of the model is read.
    auto allowed = ops::check_encryption(table->environment(), *model);
    if (!allowed) return located(std::move(allowed).error());
  }
  if (!is_of(*table)) {
    return located(
        Error(ErrorCode::kInvalidModel, "the stream record is of another table or model; ask is_of before as"));
  }
  const ops::StreamEntry& entry = data_->entries[position_];
  detail::ImageReader reader(*table);
  auto keys = reader.keys(entry.keys);
  if (!keys) return located(std::move(keys).error());
  key = Key::named(std::move(*keys));
  const std::pair<const std::optional<value::WireElement>*, void*> wanted[] = {{&entry.old_image, images.old_image},
                                                                               {&entry.new_image, images.new_image}};
  ops::ItemDecryption decryption(table->environment(), detail::kOperation);
  if (model != nullptr) {
    for (const auto& [image, home] : wanted)
      if (*image) TT_CHECK(decryption.add(model, **image));
    TT_CHECK(detail::Driver(table->client()).run(decryption));
  }
  std::size_t number = 0;
  for (const auto& [image, home] : wanted) {
    if (!*image) continue;
    const value::WireElement item = model != nullptr ? decryption.item(number++) : **image;
    if (auto read = reader.read(item, images.emplace(home)); !read) return located(std::move(read).error());
  }
  return {};
}

Result<Change<Item>> StreamRecord::document() const {
  const ops::StreamEntry& entry = data_->entries[position_];
  const auto read = [](value::WireElement element) -> Result<Item> {
    auto item = value::read_item(element);
    if (item) return std::move(*item);
    return fail(ErrorCode::kInvalidModel, "an item of a stream record cannot be read: " + item.error().message());
  };
  Change<Item> change;
  TT_TRY(Item keys, read(entry.keys));
  change.key = Key::named(std::move(keys));
  if (entry.old_image) {
    TT_TRY(change.old_image, read(*entry.old_image));
  }
  if (entry.new_image) {
    TT_TRY(change.new_image, read(*entry.new_image));
  }
  return change;
}

Result<StreamBatch> StreamBatch::parse(std::string_view json) {
  const auto data = std::make_shared<detail::StreamData>();
  TT_TRY(data->entries, ops::read_stream_records(data->document, json));
  StreamBatch batch;
  for (const ops::StreamEntry& entry : data->entries) {
    data->infos.push_back(detail::to_stream_info(entry));
    batch.records_.emplace_back(data, batch.records_.size());
  }
  return batch;
}

std::string StreamOutcome::response() const {
  return ops::batch_item_failures(error ? std::optional<std::string_view>(failed) : std::nullopt);
}

}  // namespace tabletheory
