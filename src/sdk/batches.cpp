// Batch get and write, transactional get.
#include "ops/documents.h"
#include "sdk/batch_operations.h"
#include "sdk/driver.h"
#include "sdk/table_core.h"
#include "tabletheory/batch.h"

namespace tabletheory::detail {
namespace {

std::unexpected<BatchLeftovers> nothing_done(Error error, std::size_t size) {
  BatchLeftovers leftovers{std::move(error), {}};
  for (std::size_t i = 0; i < size; ++i) leftovers.positions.push_back(i);
  return std::unexpected(std::move(leftovers));
}

// A BatchRead or a TransactRead.
template <class Batch>
Result<void> add(Batch& batch, const SlotRead& read) {
  const TableCore& table = *read.table;
  TT_TRY(const KeySource key, KeySource::make(table, read.key));
  TT_CHECK(table.is_document() ? batch.add(table.documents(), key.item()) : batch.add(table.model(), key.source()));
  if constexpr (std::is_same_v<Batch, ops::BatchRead>) {
    if (read.consistent) batch.consistent(table.name());
  }
  return {};
}

Result<void> add(ops::BatchWrite& batch, const BatchPut& write) {
  const TableCore& table = *write.table;
  if (write.item == nullptr) {
    TT_TRY(const KeySource key, KeySource::make(table, write.key));
    TT_CHECK(table.is_document() ? batch.remove(table.documents(), key.item())
                                 : batch.remove(table.model(), key.source()));
    return {};
  }
  if (table.is_document()) {
    TT_CHECK(batch.put(table.documents(), *static_cast<const Item*>(write.item.get())));
  } else {
    TT_CHECK(batch.put(table.model(), *table.source(write.item.get())));
  }
  return {};
}

template <class Batch, class Entry>
Result<void> add_all(Batch& batch, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) TT_CHECK(add(batch, entry));
  return batch.prepare();
}

// The items that were read into their homes.
template <class Batch>
Result<void> fill(const Batch& batch, std::vector<SlotRead>& reads) {
  for (std::size_t i = 0; i < reads.size(); ++i) {
    SlotRead& read = reads[i];
    read.reset(read.home.get());
    const value::WireElement* stored = batch.item(i);
    if (stored == nullptr) continue;
    auto filled = read.table->read_item(*stored, read.emplace(read.home.get()));
    if (filled) continue;
    read.reset(read.home.get());
    return filled;
  }
  return {};
}

}  // namespace

Result<void> prepare(ops::BatchRead& batch, const std::vector<SlotRead>& reads) {
  return add_all(batch, reads);
}
Result<void> prepare(ops::TransactRead& batch, const std::vector<SlotRead>& reads) {
  return add_all(batch, reads);
}
Result<void> prepare(ops::BatchWrite& batch, const std::vector<BatchPut>& writes) {
  return add_all(batch, writes);
}

std::expected<void, BatchLeftovers> run_batch_get(const Client& client, std::vector<SlotRead>& reads,
                                                  const BatchOptions& options) {
  ops::BatchRead batch(client.core()->environment(), {.parallel = options.parallel});
  if (auto prepared = prepare(batch, reads); !prepared) return nothing_done(std::move(prepared).error(), reads.size());
  auto done = Driver(*client.core()).run(batch);
  auto filled = fill(batch, reads);
  if (!done) return std::unexpected(BatchLeftovers{std::move(done).error(), batch.leftovers()});
  if (!filled) return nothing_done(std::move(filled).error(), reads.size());
  return {};
}

Result<void> run_transact_get(const Client& client, std::vector<SlotRead>& reads) {
  ops::TransactRead batch(client.core()->environment());
  TT_CHECK(prepare(batch, reads));
  TT_CHECK(Driver(*client.core()).run(batch));
  return fill(batch, reads);
}

std::expected<void, BatchLeftovers> run_batch_write(const Client& client, const std::vector<BatchPut>& writes,
                                                    const BatchOptions& options) {
  ops::BatchWrite batch(client.core()->environment(), {.parallel = options.parallel});
  if (auto prepared = prepare(batch, writes); !prepared)
    return nothing_done(std::move(prepared).error(), writes.size());
  auto done = Driver(*client.core()).run(batch);
  if (!done) return std::unexpected(BatchLeftovers{std::move(done).error(), batch.leftovers()});
  return {};
}

}  // namespace tabletheory::detail
