// ServiceError: an error answer of the service, read and mapped to the library's codes (docs/spec/errors.md).
//
//     ServiceError refusal = ServiceError::read(response);
//     if (refusal.is_condition_failure()) …look at refusal.item…
//     return std::unexpected(refusal.to_error());
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/operation.h"
#include "tabletheory/error.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct ServiceError {
  struct Reason {  // of a cancelled transaction
    std::string code, message;
    std::optional<value::WireElement> item;
    // Whether the same transaction may go through when it is sent again: a conflict, throttling, an internal error.
    bool is_retryable() const;
    bool is_none() const { return code.empty() || code == "None"; }
  };

  int status = 0;
  std::string type;  // without its prefix: "ValidationException"; empty when the body does not say
  std::string message;
  std::string request_id;
  std::shared_ptr<value::WireDocument> document;  // owns the bytes of `item` and of the reasons' items
  std::optional<value::WireElement> item;         // the stored item of a failed condition, when asked for
  std::vector<Reason> reasons;                    // of a cancelled transaction
  std::vector<std::string> throttling;            // "reason (resource)" of a throttled request

  // Reads an answer whose status is not 200. Never fails: what cannot be read is left empty.
  static ServiceError read(const Response& response);

  bool is_condition_failure() const { return type == "ConditionalCheckFailedException"; }
  bool is_transaction_cancelled() const { return type == "TransactionCanceledException"; }
  bool is_throttling() const;
  // The service refused the request before it did anything, and may accept it when repeated.
  bool is_safe_to_repeat() const;
  // The service may have done the work all the same: 500, 502, 504.
  bool is_outcome_unknown() const;

  Error to_error() const;
};

}  // namespace tabletheory::ops
