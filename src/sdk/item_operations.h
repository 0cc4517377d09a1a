// The operations behind a table's calls, made but not driven: what the C++ SDK drives itself and the C ABI hands out.
//
// Each makes all local checks. The table must outlive the operation.
#pragma once

#include <memory>
#include <span>

#include "ops/paged_reads.h"
#include "ops/reads.h"
#include "ops/writes.h"
#include "sdk/table_core.h"

namespace tabletheory::detail {

// `item` is of the table's kind: a struct or an Item.
Result<std::unique_ptr<ops::ItemWrite>> make_write(const TableCore& table, WriteKind kind, const void* item,
                                                   std::span<const Path> selection, const WriteOptions& options);
Result<std::unique_ptr<ops::ItemWrite>> make_removal(const TableCore& table, const Key& key,
                                                     const WriteOptions& options);
Result<std::unique_ptr<ops::ItemRead>> make_read(const TableCore& table, const Key& key, const GetOptions& options,
                                                 bool required);
Result<std::unique_ptr<ops::ItemWrite>> make_update(const TableCore& table, const Key& key, const UpdatePlan& plan,
                                                    Returned returned);
Result<std::unique_ptr<ops::ItemWrite>> make_update_expression(const TableCore& table, const Key& key,
                                                               const RawUpdate& update, const WriteOptions& options);

enum class ReadPurpose : std::uint8_t { kPages, kOnePage, kCount };
Result<std::unique_ptr<ops::PagedRead>> make_paged_read(const TableCore& table, const ReadPlan& plan,
                                                        ReadPurpose purpose);

// ErrTransport: the target did not send back the item of an update.
Error no_item_returned();

}  // namespace tabletheory::detail
