#include "ops/transaction_limits.h"

#include <fmt/format.h>

#include "ops/capability_check.h"
#include "value/limits.h"

namespace tabletheory::ops {

Result<void> check_transaction(const Environment& environment, std::string_view verb, std::size_t count,
                               std::string_view parts) {
  TT_CHECK(require(environment.target, Capability::kTransactions, fmt::format("{} the items one by one", verb)));
  if (count == 0) return fail(ErrorCode::kInvalidOperator, fmt::format("the transaction has no {}; add one", parts));
  if (count > limits::kTransactionActions)
    return fail(ErrorCode::kInvalidOperator,
                fmt::format("the transaction has {} {}, the service takes at most {}; split it", count, parts,
                            limits::kTransactionActions));
  return {};
}

}  // namespace tabletheory::ops
