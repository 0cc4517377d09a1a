// Streams: records of a table's changes, decoded — from a Lambda event, or from the answer of GetRecords
// (docs/streams.md).
//
//     auto batch = tabletheory::StreamBatch::parse(event_json);               // Result<StreamBatch>
//     tabletheory::StreamHandlers handlers;
//     handlers.on(orders, [&](const StreamInfo& info, const Change<Order>& change) -> Result<void> {
//       if (info.event == StreamEvent::kRemove && info.is_ttl_delete()) return forget(*change.old_image);
//       return index(*change.new_image);
//     });
//     return handlers.run(*batch).response();        // {"batchItemFailures":[…]}: where Lambda goes on
//
// Which images a record has is the stream's view type; keys are always there. Typed and dynamic images of models with
// encrypted attributes need an encryption provider (ErrEncryptionNotConfigured); document images keep the envelopes.
//
// Batches and records are handles to immutable data: cheap to copy, safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tabletheory/table.h"

namespace tabletheory {

namespace detail {
struct StreamData;
}  // namespace detail

enum class StreamEvent : std::uint8_t { kInsert, kModify, kRemove };

// Who made a change that no caller made.
struct StreamIdentity {
  std::string type;          // "Service"
  std::string principal_id;  // "dynamodb.amazonaws.com"
};

// What a record says besides its items. Texts are empty where it does not say.
struct StreamInfo {
  StreamEvent event = StreamEvent::kInsert;
  std::string event_id;
  std::string sequence_number;          // orders the records of a shard
  std::optional<Timestamp> created_at;  // approximate, as the service says it
  std::string view_type;                // "NEW_AND_OLD_IMAGES", …
  std::string table;                    // from the source's ARN
  std::string source_arn;
  std::string region;
  std::size_t size_bytes = 0;
  std::optional<StreamIdentity> identity;

  // Removed by the service because its ttl had passed, not by a caller.
  bool is_ttl_delete() const;
};

// One item before and after. INSERT has no old image, REMOVE no new one, and either may be missing by the view type.
template <class T>
struct Change {
  Key key{Value()};
  std::optional<T> old_image, new_image;
};

class StreamRecord {
 public:
  const StreamInfo& info() const;

  // Whether the record can be of this table and model: the table's name where the record says one, the key attributes,
  // and the discriminator (DMS 0.3) where an image shows it. Models that share a table without one are told apart by
  // their keys, by you.
  template <class T>
  bool is_of(const ItemTable<T>& table) const {
    return is_of(*table.core());
  }
  // Typed by a Table, by model with a DynamicTable, as stored with a DocumentTable. ErrInvalidModel when the record is
  // not of the table or an image does not fit; ErrEncryptionNotConfigured.
  template <class T>
  Result<Change<T>> as(const ItemTable<T>& table) const {
    Change<T> change;
    auto read =
        read_into(table.core(), change.key, {&change.old_image, &change.new_image, detail::kOptionalOps<T>.emplace});
    if (!read) return std::unexpected(std::move(read).error());
    return change;
  }
  // As stored, whatever the table.
  Result<Change<Item>> document() const;

  // For the library.
  StreamRecord(std::shared_ptr<const detail::StreamData> data, std::size_t position)
      : data_(std::move(data)), position_(position) {}

 private:
  struct Images {
    void* old_image;
    void* new_image;
    void* (*emplace)(void* home);
  };
  bool is_of(const detail::TableCore& table) const;
  Result<void> read_into(const detail::TablePointer& table, Key& key, const Images& images) const;

  std::shared_ptr<const detail::StreamData> data_;
  std::size_t position_;
};

class StreamBatch {
 public:
  // Reads `{"Records":[…]}` — a Lambda event or an answer of GetRecords —, a list of records, or one record.
  // ErrInvalidModel naming the record and the member that cannot be read; images are read by `as`.
  static Result<StreamBatch> parse(std::string_view json);

  std::size_t size() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  const StreamRecord& operator[](std::size_t position) const { return records_[position]; }
  auto begin() const { return records_.begin(); }
  auto end() const { return records_.end(); }

 private:
  std::vector<StreamRecord> records_;
};

// How a batch went, and what to tell Lambda (its event source mapping must have ReportBatchItemFailures).
struct StreamOutcome {
  std::size_t handled = 0;       // records done before the first failure
  std::optional<Error> error;    // of that failure
  std::string failed;            // its sequence number
  std::string response() const;  // {"batchItemFailures":[{"itemIdentifier":"…"}]}, or an empty list
};

// Calls `handle(record)` — Result<void> — for each record in order, and stops at the first failure: Lambda retries from
// there on, so what follows would be handled twice.
template <class Handle>
StreamOutcome handle_in_order(const StreamBatch& batch, Handle handle) {
  StreamOutcome outcome;
  for (const StreamRecord& record : batch) {
    Result<void> done = handle(record);
    if (!done) {
      outcome.error = std::move(done).error();
      outcome.failed = record.info().sequence_number;
      break;
    }
    ++outcome.handled;
  }
  return outcome;
}

// Handlers by model. A record goes to the first whose table it is of; one of none is done, unless `otherwise` says
// what to do.
class StreamHandlers {
 public:
  template <class Self, class Handle>
    requires requires { typename Self::value_type; }
  StreamHandlers& on(const Self& table, Handle handle) {
    using T = typename Self::value_type;
    const ItemTable<T> of = table;
    entries_.push_back({[of](const StreamRecord& record) { return record.is_of(of); },
                        [of, handle = std::move(handle)](const StreamRecord& record) -> Result<void> {
                          auto change = record.as(of);
                          if (!change) return std::unexpected(std::move(change).error());
                          return handle(record.info(), *change);
                        }});
    return *this;
  }
  StreamHandlers& otherwise(std::function<Result<void>(const StreamRecord&)> handle) {
    otherwise_ = std::move(handle);
    return *this;
  }

  Result<void> handle(const StreamRecord& record) const {
    for (const Entry& entry : entries_)
      if (entry.takes(record)) return entry.handle(record);
    return otherwise_ ? otherwise_(record) : Result<void>();
  }
  StreamOutcome run(const StreamBatch& batch) const {
    return handle_in_order(batch, [this](const StreamRecord& record) { return handle(record); });
  }

 private:
  struct Entry {
    std::function<bool(const StreamRecord&)> takes;
    std::function<Result<void>(const StreamRecord&)> handle;
  };
  std::vector<Entry> entries_;
  std::function<Result<void>(const StreamRecord&)> otherwise_;
};

}  // namespace tabletheory
