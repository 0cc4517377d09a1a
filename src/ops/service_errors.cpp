#include "ops/service_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tabletheory::ops {
namespace {

using std::string_view_literals::operator""sv;

// The service's error types that have a code of their own. Anything else is ErrRequestRejected, or
// ErrServiceUnavailable when the status is 5xx.
constexpr std::pair<std::string_view, ErrorCode> kTypes[] = {
    {"ConditionalCheckFailedException", ErrorCode::kConditionFailed},
    {"TransactionCanceledException", ErrorCode::kTransactionCanceled},
    {"ResourceNotFoundException", ErrorCode::kTableNotFound},
    {"TableNotFoundException", ErrorCode::kTableNotFound},
    {"IndexNotFoundException", ErrorCode::kIndexNotFound},
    {"ResourceInUseException", ErrorCode::kTableInUse},
    {"TableInUseException", ErrorCode::kTableInUse},
    {"TableAlreadyExistsException", ErrorCode::kTableInUse},
    {"LimitExceededException", ErrorCode::kLimitExceeded},
    {"ItemCollectionSizeLimitExceededException", ErrorCode::kLimitExceeded},
};

constexpr std::array kThrottlingTypes = {"ProvisionedThroughputExceededException"sv,
                                         "ThrottlingException"sv,
                                         "ThrottledException"sv,
                                         "RequestLimitExceeded"sv,
                                         "RequestThrottledException"sv,
                                         "RequestThrottled"sv,
                                         "TooManyRequestsException"sv,
                                         "LimitExceededForPartitionKeyException"sv,
                                         "SlowDown"sv};

// Refused because something else was going on; nothing was done.
constexpr std::array kConflictTypes = {"TransactionConflictException"sv, "TransactionInProgressException"sv,
                                       "ReplicatedWriteConflictException"sv};

constexpr std::array kRetryableReasons = {"TransactionConflict"sv,           "ThrottlingError"sv,
                                          "ProvisionedThroughputExceeded"sv, "RequestLimitExceeded"sv,
                                          "InternalServerError"sv,           "InternalError"sv};

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::ranges::find(names, name) != names.end();
}

std::string text_member(value::WireObject object, std::string_view name) {
  std::string_view text;
  if (object.at_key(name).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::optional<value::WireElement> object_member(value::WireObject object, std::string_view name) {
  value::WireElement element;
  if (object.at_key(name).get(element) != simdjson::SUCCESS || !element.is_object()) return std::nullopt;
  return element;
}

void read_reasons(value::WireObject body, ServiceError& out) {
  value::WireArray reasons;
  if (body.at_key("CancellationReasons").get(reasons) != simdjson::SUCCESS) return;
  for (const value::WireElement element : reasons) {
    ServiceError::Reason reason;
    value::WireObject object;
    if (element.get(object) == simdjson::SUCCESS) {
      reason.code = text_member(object, "Code");
      reason.message = text_member(object, "Message");
      reason.item = object_member(object, "Item");
    }
    out.reasons.push_back(std::move(reason));
  }
}

void read_throttling(value::WireObject body, ServiceError& out) {
  value::WireArray reasons;
  if (body.at_key("ThrottlingReasons").get(reasons) != simdjson::SUCCESS &&
      body.at_key("throttlingReasons").get(reasons) != simdjson::SUCCESS) {
    return;
  }
  for (const value::WireElement element : reasons) {
    value::WireObject object;
    if (element.get(object) != simdjson::SUCCESS) continue;
    const std::string resource = text_member(object, "resource");
    std::string reason = text_member(object, "reason");
    if (!resource.empty()) reason += fmt::format(" ({})", resource);
    out.throttling.push_back(std::move(reason));
  }
}

bool names_missing_index(const ServiceError& error) {
  if (error.message.find("does not have the specified index") != std::string::npos) return true;
  return error.type == "ResourceNotFoundException" && error.message.find("Index: ") != std::string::npos;
}

ErrorCode code_of(const ServiceError& error) {
  if (names_missing_index(error)) return ErrorCode::kIndexNotFound;
  for (const auto& [type, code] : kTypes)
    if (error.type == type) return code;
  if (error.is_throttling()) return ErrorCode::kThrottled;
  if (error.status >= 500) return ErrorCode::kServiceUnavailable;
  return ErrorCode::kRequestRejected;
}

std::string_view advice(ErrorCode code) {
  switch (code) {
    case ErrorCode::kConditionFailed:
      return "the condition did not hold for the stored item, nothing was changed; read the item and decide again";
    case ErrorCode::kTransactionCanceled:
      return "the transaction was cancelled, nothing was changed; look at the reasons";
    case ErrorCode::kTableNotFound:
      return "the table does not exist; create it, or check the table name, the region and the address";
    case ErrorCode::kIndexNotFound:
      return "the table does not have this index; create it, or check its name";
    case ErrorCode::kTableInUse:
      return "the table exists already or is being changed; use `ensure`, or wait until it is ACTIVE";
    case ErrorCode::kLimitExceeded:
      return "a limit of the service was reached; ask for less, or have the limit raised";
    case ErrorCode::kThrottled:
      return "the service throttled the request; slow down, or raise the capacity of the table";
    case ErrorCode::kServiceUnavailable:
      return "the service could not answer; try again later";
    default:
      return "the service refused the request; its message says why";
  }
}

}  // namespace

bool ServiceError::Reason::is_retryable() const {
  return is_one_of(code, kRetryableReasons);
}

ServiceError ServiceError::read(const Response& response) {
  ServiceError error;
  error.status = response.status;
  error.request_id = response.request_id;
  auto document = std::make_shared<value::WireDocument>();
  const auto root = document->parse(response.body);
  value::WireObject body;
  if (!root || root->get(body) != simdjson::SUCCESS) return error;

  error.type = text_member(body, "__type");
  if (const auto hash = error.type.rfind('#'); hash != std::string::npos) error.type.erase(0, hash + 1);
  error.message = text_member(body, "message");
  if (error.message.empty()) error.message = text_member(body, "Message");
  error.item = object_member(body, "Item");
  read_reasons(body, error);
  read_throttling(body, error);
  error.document = std::move(document);
  return error;
}

bool ServiceError::is_throttling() const {
  return is_one_of(type, kThrottlingTypes) || status == 429;
}

bool ServiceError::is_safe_to_repeat() const {
  if (is_transaction_cancelled()) {
    bool any = false;
    for (const Reason& reason : reasons) {
      if (reason.is_none()) continue;
      if (!reason.is_retryable()) return false;
      any = true;
    }
    return any;
  }
  return is_throttling() || status == 503 || is_one_of(type, kConflictTypes);
}

bool ServiceError::is_outcome_unknown() const {
  return !is_safe_to_repeat() && (status == 500 || status == 502 || status == 504);
}

Error ServiceError::to_error() const {
  const ErrorCode code = code_of(*this);
  std::string text(advice(code));
  if (!message.empty()) {
    text += fmt::format(" (the service says: {})", message);
  } else if (type.empty()) {
    text += fmt::format(" (HTTP status {} without a readable answer)", status);
  }
  for (const std::string& reason : throttling) text += fmt::format("; throttled: {}", reason);
  std::vector<CancellationReason> given;
  for (const Reason& reason : reasons) given.push_back({given.size(), {}, {}, reason.code, reason.message, nullptr});
  return Error(code, std::move(text))
      .from_service(type, request_id, status, is_safe_to_repeat() || is_outcome_unknown())
      .with_reasons(std::move(given));
}

}  // namespace tabletheory::ops
