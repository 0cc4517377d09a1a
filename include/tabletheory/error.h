// Error and Result: how every operation says what went wrong.
//
// An error carries a stable code, further codes it also answers to, a message that says what to do next, and where it
// happened. No message holds plaintext of encrypted attributes, credentials or whole items.
//
//     auto order = orders.get(key);                       // Result<Order>
//     if (!order && order.error().is(ErrorCode::kItemNotFound)) …
//
// `Result<T>` is `std::expected<T, Error>`. Immutable once built; safe to share between threads.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/error_codes.h"

namespace tabletheory {

class Map;
class Error;

template <class T>
using Result = std::expected<T, Error>;

// Why one action of a cancelled transaction stood in the way.
struct CancellationReason {
  std::size_t index = 0;            // position of the action
  std::string kind;                 // create, put, update, upsert, delete, condition
  std::string model;                // empty for documents
  std::string code;                 // the service's: None, ConditionalCheckFailed, TransactionConflict, …
  std::string message;              // the service's; empty for None
  std::shared_ptr<const Map> item;  // the item as it stood, when asked for
};

// One problem of a document, with its place.
struct Diagnostic {
  std::string file;
  int line = 0;    // from 1; 0: no place
  int column = 0;  // from 1, in bytes
  std::string message;
  std::string hint;  // "did you mean …", or empty

  // `FILE:LINE:COLUMN: error: MESSAGE (hint)`
  std::string to_string() const;
};

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message);

  ErrorCode code() const { return detail_->code; }
  // True for the code itself and for the further codes the error answers to.
  bool is(ErrorCode code) const;
  // The code, then the further ones.
  std::vector<ErrorCode> codes() const;
  const std::string& message() const { return detail_->message; }

  // Where: empty when not known or not applicable.
  const std::string& operation() const { return detail_->operation; }
  const std::string& model() const { return detail_->model; }
  const std::string& table() const { return detail_->table; }

  // What the service said, when a request was sent.
  const std::string& service_type() const { return detail_->service_type; }  // e.g. "ValidationException"
  const std::string& request_id() const { return detail_->request_id; }
  int http_status() const { return detail_->http_status; }  // 0: nothing was sent
  bool retryable() const { return detail_->retryable; }

  // The item as it stood when a condition failed and the item was asked for; else nullptr.
  const Map* item() const { return detail_->item.get(); }
  const std::vector<CancellationReason>& reasons() const { return detail_->reasons; }
  // The single problems, when a document was refused.
  const std::vector<Diagnostic>& diagnostics() const { return detail_->diagnostics; }

  // `ErrItemNotFound: no item has this key … (operation get, model Order, table orders)`
  std::string to_string() const;

  // Builders: each returns the error with one thing added.
  Error&& also(ErrorCode code) &&;
  Error&& at(std::string_view operation, std::string_view model, std::string_view table) &&;
  Error&& from_service(std::string type, std::string request_id, int http_status, bool retryable) &&;
  Error&& with_item(std::shared_ptr<const Map> item) &&;
  Error&& with_reasons(std::vector<CancellationReason> reasons) &&;
  Error&& with_diagnostics(std::vector<Diagnostic> diagnostics) &&;

 private:
  struct Detail {
    ErrorCode code;
    std::vector<ErrorCode> also;
    std::string message, operation, model, table, service_type, request_id;
    int http_status = 0;
    bool retryable = false;
    std::shared_ptr<const Map> item;
    std::vector<CancellationReason> reasons;
    std::vector<Diagnostic> diagnostics;
  };
  std::shared_ptr<Detail> detail_;  // written only by builders, on an error not shared yet
};

// "ErrItemNotFound" for ErrorCode::kItemNotFound.
std::string_view error_code_name(ErrorCode code);
// The code of a name such as "ErrItemNotFound".
std::optional<ErrorCode> error_code_from_name(std::string_view name);

// Shorthand for `std::unexpected(Error(code, message))`.
inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error(code, std::move(message)));
}

}  // namespace tabletheory

// Passes an error on: `TT_TRY(auto x, f());` declares x, or returns f()'s error.
#define TT_TRY(declaration, expression)                                                                             \
  auto TT_CONCAT(tt_result_, __LINE__) = (expression);                                                              \
  if (!TT_CONCAT(tt_result_, __LINE__)) return std::unexpected(std::move(TT_CONCAT(tt_result_, __LINE__)).error()); \
  declaration = std::move(*TT_CONCAT(tt_result_, __LINE__))
// The same for Result<void>.
#define TT_CHECK(expression) \
  if (auto tt_checked = (expression); !tt_checked) return std::unexpected(std::move(tt_checked).error())
#define TT_CONCAT_INNER(a, b) a##b
#define TT_CONCAT(a, b) TT_CONCAT_INNER(a, b)
