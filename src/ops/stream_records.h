// Stream records: a Lambda event or an answer of GetRecords, read up to its images. Pure.
//
//     TT_TRY(const auto entries, read_stream_records(document, json));
//     if (is_record_of(*model, entries[0])) … decode entries[0].new_image by the model …
//
// Borrowed views into the WireDocument. No message holds a value of an item.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "ops/document_table.h"
#include "tabletheory/timestamp.h"
#include "value/wire.h"

namespace tabletheory::ops {

enum class StreamEventKind : std::uint8_t { kInsert, kModify, kRemove };

struct StreamEntry {
  StreamEventKind kind = StreamEventKind::kInsert;
  std::string event_id, sequence_number, view_type, source_arn, region;
  std::string table;  // from the ARN; empty when there is none
  std::optional<Timestamp> created_at;
  std::size_t size_bytes = 0;
  bool has_identity = false;
  std::string identity_type, identity_principal;
  value::WireElement keys;
  std::optional<value::WireElement> old_image, new_image;
};

// `{"Records":[…]}`, a list of records, or one record. ErrInvalidModel naming record and member.
Result<std::vector<StreamEntry>> read_stream_records(value::WireDocument& document, std::string_view json);

// Whether a record can be of the model: table name (where it says one), key attributes and their types, discriminator
// (where an image shows it).
bool is_record_of(const model::Model& model, const StreamEntry& entry);
bool is_record_of(const DocumentTable& table, const StreamEntry& entry);

// `{"batchItemFailures":[{"itemIdentifier":"<sequence number>"}]}`; nothing failed without a number.
std::string batch_item_failures(std::optional<std::string_view> sequence_number);

}  // namespace tabletheory::ops
