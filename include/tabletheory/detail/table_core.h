// What Table, DynamicTable and DocumentTable have in common, with the item's type erased. Not for direct use.
//
// An item is a `T` of a described struct or an `Item`; the core knows which. Functions that read take a pointer to a
// default-constructed item and fill it. Thread-safe, immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/client.h"
#include "tabletheory/key.h"
#include "tabletheory/options.h"

namespace tabletheory {

// How a page went.
struct PageInfo {
  std::string cursor;             // leads on to the next page, in any process and language; empty: this was the last
  std::size_t scanned_count = 0;  // items the service evaluated
  std::size_t skipped_count = 0;  // of another model (discriminator), or hidden as expired
  double consumed_capacity = 0;   // 0 when the target does not say
};

struct TableDescription {
  std::string name;
  std::string status;  // "ACTIVE", …
  std::int64_t item_count = 0;
  std::int64_t size_bytes = 0;
  std::vector<std::string> indexes;
  std::string json;  // all of it, as the service says it
};

namespace detail {

using TablePointer = std::shared_ptr<const TableCore>;

TablePointer open_table(const std::shared_ptr<const ClientCore>& client, const Model& model, std::string table_name);
Result<TablePointer> open_record(const std::shared_ptr<const ClientCore>& client, const RecordInfo& record,
                                 const Model* schema_model);
TablePointer open_documents(const std::shared_ptr<const ClientCore>& client, std::string table_name,
                            std::vector<std::string> key);
// Several models of one table, read together. `choose` makes an entry one of the model at a position and gives the
// place that its item is read into.
using ChooseEntry = void* (*)(void* entry, std::size_t position, const std::string& model);
Result<TablePointer> open_shared(std::vector<TablePointer> tables, ChooseEntry choose);
TablePointer with_limits(const TablePointer& table, CallLimits limits);
const std::string& table_name(const TableCore& table);
const Model* model_of(const TableCore& table);  // nullptr for documents

enum class WriteKind : std::uint8_t { kCreate, kPut, kUpsert, kUpdate, kPatch };
// `stored` receives the item as it is now stored; for kCreate and kPut it is a copy of `item` already.
Result<void> write(const TablePointer& table, WriteKind kind, const void* item, std::span<const Path> selection,
                   const WriteOptions& options, void* stored);
Result<void> remove(const TablePointer& table, const Key& key, const WriteOptions& options);
// False: there is none (only when not `required`).
Result<bool> read(const TablePointer& table, const Key& key, const GetOptions& options, bool required, void* item);
// The item that a failed condition found, in the table's own type. False: the error holds none.
Result<bool> read_failed_item(const TablePointer& table, const Error& error, void* item);
// The client a table was opened with, its limits included.
Client client_of(const TablePointer& table);
// The key of an item.
Result<Key> key_of(const TablePointer& table, const void* item);

// Update builder.
struct UpdateStep {
  enum class Kind : std::uint8_t {
    kSet,
    kSetIfNotExists,
    kRemove,
    kAdd,
    kDelete,
    kAppend,
    kPrepend,
    kIncrement,
    kDecrement
  };
  Kind kind;
  Path path;
  Operand operand;
};
struct UpdatePlan {
  bool upsert = false;
  std::vector<UpdateStep> steps;
  WriteOptions options;
};
enum class Returned : std::uint8_t { kNothing, kAllOld, kAllNew, kUpdatedOld, kUpdatedNew };
// `item` (a T or Item) is filled for kAllOld and kAllNew, `part` for the others; false: nothing was returned.
Result<bool> update(const TablePointer& table, const Key& key, const UpdatePlan& plan, Returned returned, void* item,
                    Item* part);

// A raw update expression; `item` is filled with the item as it is now.
Result<void> update_expression(const TablePointer& table, const Key& key, const RawUpdate& update,
                               const WriteOptions& options, void* item);

// Reads of many.
struct ItemSink {
  void* items;
  void (*clear)(void* items, std::size_t expected);
  void* (*append)(void* items);
};
template <class T>
ItemSink sink(std::vector<T>& items) {
  return {&items, kSequenceOps<T>.clear, kSequenceOps<T>.append};
}
struct ReadPlan {
  bool is_scan = false;
  Condition partition, sort;
  std::optional<Value> partition_value;  // for the partition key of the table or of `index`
  std::string index;
  Condition filter;
  std::vector<Path> projection;
  std::optional<std::size_t> limit, page_size;
  std::string cursor;
  std::optional<std::string> cursor_key;
  bool descending = false, consistent = false, hide_expired = false;
  std::optional<std::uint32_t> segment, total_segments;
  std::uint32_t parallel = 1;
};
// One page, up to the plan's limit.
Result<PageInfo> read_page(const TablePointer& table, const ReadPlan& plan, const ItemSink& sink);
Result<std::size_t> count(const TablePointer& table, const ReadPlan& plan);
Result<Explanation> explain(const TablePointer& table, const ReadPlan& plan);

// Page after page. One thread at a time.
class PageReader {
 public:
  PageReader(TablePointer table, ReadPlan plan);
  PageReader(PageReader&&) noexcept;
  PageReader& operator=(PageReader&&) noexcept;
  ~PageReader();
  // False after the last page; an error ends the reading.
  Result<bool> next(const ItemSink& sink, PageInfo& info);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Table management.
enum class TableCall : std::uint8_t { kCreate, kEnsure, kDelete };
Result<void> manage_table(const TablePointer& table, TableCall call, const TableOptions& options);
Result<TableDescription> describe_table(const TablePointer& table);
Result<std::vector<TableDifference>> verify_table(const TablePointer& table);
Result<std::vector<std::string>> update_table(const TablePointer& table, const TableChanges& changes);

}  // namespace detail
}  // namespace tabletheory
