#include "ops/stream_records.h"

#include <fmt/format.h>

#include <cmath>

#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

using value::WireElement;

// Reads one record's members; remembers what is wrong first.
class RecordReader {
 public:
  RecordReader(WireElement record, std::size_t position) : record_(record), position_(position) {}

  Result<StreamEntry> read() {
    if (!record_.is_object()) return wrong("", "it has to be an object");
    StreamEntry entry;
    WireElement change;
    if (record_["dynamodb"].get(change) != simdjson::SUCCESS || !change.is_object()) {
      return wrong("dynamodb", "it has to be an object; is this an event of a DynamoDB stream?");
    }
    std::string event;
    TT_CHECK(text(record_, "eventName", event));
    if (event == "INSERT") {
      entry.kind = StreamEventKind::kInsert;
    } else if (event == "MODIFY") {
      entry.kind = StreamEventKind::kModify;
    } else if (event == "REMOVE") {
      entry.kind = StreamEventKind::kRemove;
    } else {
      return wrong("eventName", "it has to be INSERT, MODIFY or REMOVE");
    }
    TT_CHECK(text(record_, "eventID", entry.event_id));
    TT_CHECK(text(record_, "eventSourceARN", entry.source_arn));
    TT_CHECK(text(record_, "awsRegion", entry.region));
    TT_CHECK(text(change, "SequenceNumber", entry.sequence_number));
    TT_CHECK(text(change, "StreamViewType", entry.view_type));
    entry.table = table_of(entry.source_arn);
    TT_CHECK(read_time(change, entry));
    TT_CHECK(read_size(change, entry));
    TT_CHECK(read_identity(entry));
    TT_CHECK(read_items(change, entry));
    return entry;
  }

 private:
  std::unexpected<Error> wrong(std::string_view member, std::string_view what) const {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("stream record {}{}{}: {}", position_, member.empty() ? "" : ", ", member, what));
  }

  // False: absent, or null.
  static bool find(WireElement object, std::string_view name, WireElement& found) {
    return object[name].get(found) == simdjson::SUCCESS && !found.is_null();
  }

  // Absent is empty.
  Result<void> text(WireElement object, std::string_view name, std::string& out) const {
    WireElement found;
    if (!find(object, name, found)) return {};
    std::string_view view;
    if (found.get(view) != simdjson::SUCCESS) return wrong(name, "it has to be text");
    out = view;
    return {};
  }

  // Seconds since the epoch, with or without a fraction, to the millisecond.
  Result<void> read_time(WireElement change, StreamEntry& entry) const {
    constexpr std::string_view kName = "ApproximateCreationDateTime";
    constexpr double kEndOfYear9999 = 253'402'300'799.0;
    constexpr double kMilliseconds = 1000;
    WireElement found;
    if (!find(change, kName, found)) return {};
    double seconds = 0;
    if (found.get(seconds) != simdjson::SUCCESS || seconds < 0 || seconds > kEndOfYear9999) {
      return wrong(kName, "it has to be a time in Unix seconds");
    }
    entry.created_at = Timestamp::from_unix_milliseconds(std::llround(seconds * kMilliseconds));
    return {};
  }

  Result<void> read_size(WireElement change, StreamEntry& entry) const {
    WireElement found;
    if (!find(change, "SizeBytes", found)) return {};
    std::uint64_t size = 0;
    if (found.get(size) != simdjson::SUCCESS) return wrong("SizeBytes", "it has to be a whole number");
    entry.size_bytes = size;
    return {};
  }

  // Lambda writes `principalId`, the API `PrincipalId`.
  Result<void> read_identity(StreamEntry& entry) const {
    WireElement identity;
    if (!find(record_, "userIdentity", identity)) return {};
    if (!identity.is_object()) return wrong("userIdentity", "it has to be an object");
    entry.has_identity = true;
    for (const std::string_view name : {"type", "Type"}) TT_CHECK(text(identity, name, entry.identity_type));
    for (const std::string_view name : {"principalId", "PrincipalId"}) {
      TT_CHECK(text(identity, name, entry.identity_principal));
    }
    return {};
  }

  Result<void> read_items(WireElement change, StreamEntry& entry) const {
    if (!find(change, "Keys", entry.keys) || !entry.keys.is_object()) {
      return wrong("Keys", "they have to be an object of key attributes");
    }
    for (const auto& [name, image] :
         {std::pair("OldImage", &entry.old_image), std::pair("NewImage", &entry.new_image)}) {
      WireElement found;
      if (!find(change, name, found)) continue;
      if (!found.is_object()) return wrong(name, "it has to be an object of attributes");
      *image = found;
    }
    return {};
  }

  // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL
  static std::string table_of(std::string_view arn) {
    constexpr std::string_view kBefore = ":table/";
    const std::size_t at = arn.find(kBefore);
    if (at == std::string_view::npos) return {};
    const std::string_view name = arn.substr(at + kBefore.size());
    return std::string(name.substr(0, name.find('/')));
  }

  WireElement record_;
  std::size_t position_;
};

bool is_of_table(const std::string& table, const StreamEntry& entry) {
  return entry.table.empty() || entry.table == table;
}

bool has_key(const model::Attribute& attribute, WireElement keys) {
  WireElement value, content;
  return keys[attribute.name()].get(value) == simdjson::SUCCESS && value.is_object() &&
         value[type_name(attribute.type())].get(content) == simdjson::SUCCESS;
}

bool has_keys_of(const model::Model& model, WireElement keys) {
  std::size_t count = 0;
  for (const std::size_t slot : {model.partition_slot(), model.sort_slot()}) {
    if (slot == model::kNoSlot) continue;
    if (!has_key(model.attribute(slot), keys)) return false;
    ++count;
  }
  value::WireObject object;
  return keys.get(object) == simdjson::SUCCESS && object.size() == count;
}

// Where no image shows the discriminator, nothing speaks against the model.
bool has_discriminator_of(const model::Model& model, const StreamEntry& entry) {
  const auto& discriminator = model.definition().discriminator;
  if (!discriminator) return true;
  for (const auto& image : {entry.new_image, entry.old_image}) {
    if (image) return stored_text(*image, discriminator->attribute) == discriminator->value;
  }
  return true;
}

}  // namespace

Result<std::vector<StreamEntry>> read_stream_records(value::WireDocument& document, std::string_view json) {
  TT_TRY(const WireElement root, document.parse(json));
  WireElement list = root;
  const bool is_single = root.is_object() && root["Records"].get(list) != simdjson::SUCCESS;
  std::vector<StreamEntry> entries;
  if (is_single) {
    TT_TRY(StreamEntry entry, RecordReader(root, 0).read());
    entries.push_back(std::move(entry));
    return entries;
  }
  value::WireArray records;
  if (list.get(records) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidModel,
                "a batch of stream records is {\"Records\":[…]}, a list of records, or one record");
  }
  entries.reserve(records.size());
  for (const WireElement record : records) {
    TT_TRY(StreamEntry entry, RecordReader(record, entries.size()).read());
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool is_record_of(const model::Model& model, const StreamEntry& entry) {
  return is_of_table(model.table(), entry) && has_keys_of(model, entry.keys) && has_discriminator_of(model, entry);
}

bool is_record_of(const DocumentTable& table, const StreamEntry& entry) {
  return is_of_table(table.name, entry);
}

std::string batch_item_failures(std::optional<std::string_view> sequence_number) {
  std::string json = R"({"batchItemFailures":[)";
  if (sequence_number) {
    value::WireWriter writer(json);
    writer.raw(R"({"itemIdentifier":)");
    writer.string(*sequence_number);
    writer.raw('}');
  }
  return json + "]}";
}

}  // namespace tabletheory::ops
