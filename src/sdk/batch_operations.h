// What batches and transactions are filled with, and their preparation, for those that drive the operations.
//
// All additions are checked and the operation is ready to be driven, or there is an error. The entries' tables must
// outlive the operation.
#pragma once

#include <string>
#include <vector>

#include "ops/batches.h"
#include "ops/transactions.h"
#include "tabletheory/batch.h"
#include "tabletheory/transaction.h"

namespace tabletheory::detail {

Result<void> prepare(ops::BatchRead& batch, const std::vector<SlotRead>& reads);
Result<void> prepare(ops::TransactRead& batch, const std::vector<SlotRead>& reads);
Result<void> prepare(ops::BatchWrite& batch, const std::vector<BatchPut>& writes);
// `token` may be empty.
Result<void> prepare(ops::TransactWrite& transaction, const std::vector<TransactAction>& actions,
                     const std::string& token);

}  // namespace tabletheory::detail
