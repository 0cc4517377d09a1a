// The answers and requests that faults on demand are made of (tabletheory/testing/faults.h). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tabletheory/transport.h"
#include "tabletheory/value.h"

namespace tabletheory::faults {

TransportAnswer throttled();
TransportAnswer unavailable();
TransportAnswer internal_error();
// TransactionConflictException; for a transaction TransactionCanceledException with one conflict among its reasons.
TransportAnswer conflict(const TransportCall& call);

// Whether a request is about the table.
bool names_table(std::string_view body, const std::string& table);

// A batch in two: what is handed on, and what is left unprocessed.
struct SplitBatch {
  std::string body;         // of the part that is handed on
  Map left;                 // as UnprocessedItems or UnprocessedKeys
  const char* member = "";  // which of the two
};
// nullopt when there is nothing to split. At least one element is left, and one handed on where there are two.
std::optional<SplitBatch> split_batch(const TransportCall& call, std::uint64_t seed);
TransportAnswer leave_unprocessed(TransportAnswer answer, const SplitBatch& split);

}  // namespace tabletheory::faults
