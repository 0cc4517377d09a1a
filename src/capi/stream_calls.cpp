// Stream records, decoded by the first table they fit.
#include "capi/calls.h"
#include "ops/guards.h"
#include "ops/item_decryption.h"
#include "ops/stream_records.h"
#include "sdk/stream_info.h"

namespace tabletheory::capi {
namespace {

constexpr std::string_view kReadStream = "stream_record";

// A record with the images that are to be written: as stored, or opened by the decryption.
struct ReadRecord {
  const TableEntry* table = nullptr;  // none it fits: as stored
  std::size_t position = 0;           // of the table
  std::optional<std::size_t> old_image, new_image;
};

std::string_view event_name(StreamEvent event) {
  switch (event) {
    case StreamEvent::kInsert:
      return "INSERT";
    case StreamEvent::kModify:
      return "MODIFY";
    case StreamEvent::kRemove:
      return "REMOVE";
  }
  return "";
}

void write_info(const StreamInfo& info, TapeWriter& out) {
  out.map(11);
  out.member("event", event_name(info.event));
  out.member("event_id", info.event_id);
  out.member("sequence_number", info.sequence_number);
  out.name("created_at");
  info.created_at ? out.time(*info.created_at) : out.absent();
  out.member("view_type", info.view_type);
  out.member("table", info.table);
  out.member("source_arn", info.source_arn);
  out.member("region", info.region);
  out.member("size_bytes", info.size_bytes);
  out.name("identity");
  if (info.identity) {
    out.map(2);
    out.member("type", info.identity->type);
    out.member("principal_id", info.identity->principal_id);
  } else {
    out.absent();
  }
  out.member("is_ttl_delete", info.is_ttl_delete());
}

void write_key(const Item& key, TapeWriter& out) {
  out.map(key.size());
  for (const auto& [name, value] : key) {
    out.name(name);
    write_value(value, out);
  }
}

class StreamCall final : public Call {
 public:
  // `tables`: copies, as a scope's own may be gone.
  StreamCall(const ops::Environment& environment, std::vector<TableEntry> tables)
      : environment_(environment), tables_(std::move(tables)), decryption_(environment, kReadStream) {}

  Result<void> read(std::string_view json) {
    TT_TRY(entries_, ops::read_stream_records(document_, json));
    for (const ops::StreamEntry& entry : entries_) TT_CHECK(add(entry));
    return {};
  }

  ops::Operation* operation() override { return &decryption_; }

  Result<void> write(TapeWriter& out) override {
    out.list(records_.size());
    for (std::size_t i = 0; i < records_.size(); ++i) TT_CHECK(write_record(records_[i], entries_[i], out));
    return {};
  }

 private:
  Result<void> add(const ops::StreamEntry& entry) {
    ReadRecord record;
    for (std::size_t i = 0; i < tables_.size() && record.table == nullptr; ++i) {
      const detail::TableCore& table = *tables_[i].table;
      const bool fits =
          table.is_document() ? ops::is_record_of(table.documents(), entry) : ops::is_record_of(*table.model(), entry);
      if (!fits) continue;
      record.table = &tables_[i];
      record.position = i;
    }
    if (record.table != nullptr && !record.table->table->is_document()) {
      const auto& model = record.table->table->model();
      // Whatever images there are: without a provider nothing of the model is read.
      if (auto allowed = ops::check_encryption(environment_, *model); !allowed) {
        return std::unexpected(located(record, std::move(allowed).error()));
      }
      TT_TRY(record.old_image, add(model, entry.old_image));
      TT_TRY(record.new_image, add(model, entry.new_image));
    }
    records_.push_back(record);
    return {};
  }

  Result<std::optional<std::size_t>> add(const std::shared_ptr<const model::Model>& model,
                                         const std::optional<value::WireElement>& image) {
    if (!image) return std::nullopt;
    TT_TRY(const std::size_t number, decryption_.add(model, *image));
    return number;
  }

  static Error located(const ReadRecord& record, Error error) {
    const detail::TableCore* table = record.table == nullptr ? nullptr : record.table->table.get();
    return ops::located(std::move(error), kReadStream, table == nullptr ? nullptr : table->model().get(),
                        table == nullptr ? "" : table->name());
  }

  Result<void> write_image(const ReadRecord& record, const std::optional<value::WireElement>& stored,
                           std::optional<std::size_t> opened, TapeWriter& out) const {
    if (!stored) {
      out.absent();
      return {};
    }
    const ItemFormat format = record.table == nullptr ? ItemFormat() : record.table->format(record.position);
    return write_stored(format, opened ? decryption_.item(*opened) : *stored, {}, out);
  }

  static Result<Item> key_of(const ReadRecord& record, const ops::StreamEntry& entry) {
    if (record.table != nullptr) {
      Item key;
      TT_CHECK(record.table->table->read_map(entry.keys, key));
      return key;
    }
    auto key = value::read_item(entry.keys);
    if (key) return std::move(*key);
    return fail(ErrorCode::kInvalidModel, "the key of a stream record cannot be read: " + key.error().message());
  }

  Result<void> write_record(const ReadRecord& record, const ops::StreamEntry& entry, TapeWriter& out) const {
    auto key = key_of(record, entry);
    if (!key) return std::unexpected(located(record, std::move(key).error()));
    out.map(5);
    out.name("info");
    write_info(detail::to_stream_info(entry), out);
    out.name("table");
    record.table == nullptr ? out.absent() : out.integer(static_cast<std::int64_t>(record.position));
    out.name("key");
    write_key(*key, out);
    out.name("old_image");
    if (auto written = write_image(record, entry.old_image, record.old_image, out); !written) {
      return std::unexpected(located(record, std::move(written).error()));
    }
    out.name("new_image");
    if (auto written = write_image(record, entry.new_image, record.new_image, out); !written) {
      return std::unexpected(located(record, std::move(written).error()));
    }
    return {};
  }

  const ops::Environment& environment_;
  const std::vector<TableEntry> tables_;
  value::WireDocument document_;
  std::vector<ops::StreamEntry> entries_;
  std::vector<ReadRecord> records_;
  ops::ItemDecryption decryption_;
};

}  // namespace

CreatedCall make_read_stream(CallScope& scope, const Arguments& request) {
  TT_TRY(const std::string json, request.require_text("records"));
  std::vector<TableEntry> tables;
  if (request.find("tables") != nullptr) {
    TT_TRY(const auto entries, scope.tables(request));
    for (const TableEntry* entry : entries) tables.push_back(*entry);
  }
  auto call = std::make_unique<StreamCall>(scope.client().environment(), std::move(tables));
  TT_CHECK(call->read(json));
  return call;
}

}  // namespace tabletheory::capi
