#include "tabletheory/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tabletheory/value.h"

namespace tabletheory {
namespace {

// Builders write in place; an error somebody else holds a copy of is left as it was.
template <class Detail>
Detail& owned(std::shared_ptr<Detail>& detail) {
  if (detail.use_count() > 1) detail = std::make_shared<Detail>(*detail);
  return *detail;
}

}  // namespace

std::string Diagnostic::to_string() const {
  std::string out = file;
  if (line > 0) {
    if (!out.empty()) out.push_back(':');
    fmt::format_to(std::back_inserter(out), "{}:{}", line, column);
  }
  if (!out.empty()) out += ": ";
  out += "error: ";
  out += message;
  if (!hint.empty()) fmt::format_to(std::back_inserter(out), " ({})", hint);
  return out;
}

Error::Error(ErrorCode code, std::string message) : detail_(std::make_shared<Detail>()) {
  detail_->code = code;
  detail_->message = std::move(message);
}

bool Error::is(ErrorCode code) const {
  if (code == detail_->code || std::ranges::find(detail_->also, code) != detail_->also.end()) return true;
  return std::ranges::any_of(kErrorCodeAlso,
                             [&](const auto& pair) { return pair.code == detail_->code && pair.also == code; });
}

std::vector<ErrorCode> Error::codes() const {
  std::vector<ErrorCode> codes{detail_->code};
  for (const auto& pair : kErrorCodeAlso)
    if (pair.code == detail_->code) codes.push_back(pair.also);
  for (const ErrorCode code : detail_->also)
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  return codes;
}

std::string Error::to_string() const {
  std::string out = fmt::format("{}: {}", error_code_name(detail_->code), detail_->message);
  std::string where;
  const auto add = [&where](std::string_view label, std::string_view part) {
    if (!part.empty()) fmt::format_to(std::back_inserter(where), "{}{} {}", where.empty() ? "" : ", ", label, part);
  };
  add("operation", detail_->operation);
  add("model", detail_->model);
  add("table", detail_->table);
  add("service error", detail_->service_type);
  if (detail_->http_status != 0) add("HTTP status", fmt::format_int(detail_->http_status).str());
  add("request id", detail_->request_id);
  if (!where.empty()) fmt::format_to(std::back_inserter(out), " ({})", where);
  for (const Diagnostic& diagnostic : detail_->diagnostics) {
    out.push_back('\n');
    out += diagnostic.to_string();
  }
  return out;
}

Error&& Error::also(ErrorCode code) && {
  owned(detail_).also.push_back(code);
  return std::move(*this);
}

Error&& Error::at(std::string_view operation, std::string_view model, std::string_view table) && {
  Detail& detail = owned(detail_);
  detail.operation = operation;
  detail.model = model;
  detail.table = table;
  return std::move(*this);
}

Error&& Error::from_service(std::string type, std::string request_id, int http_status, bool retryable) && {
  Detail& detail = owned(detail_);
  detail.service_type = std::move(type);
  detail.request_id = std::move(request_id);
  detail.http_status = http_status;
  detail.retryable = retryable;
  return std::move(*this);
}

Error&& Error::with_item(std::shared_ptr<const Map> item) && {
  owned(detail_).item = std::move(item);
  return std::move(*this);
}

Error&& Error::with_reasons(std::vector<CancellationReason> reasons) && {
  owned(detail_).reasons = std::move(reasons);
  return std::move(*this);
}

Error&& Error::with_diagnostics(std::vector<Diagnostic> diagnostics) && {
  owned(detail_).diagnostics = std::move(diagnostics);
  return std::move(*this);
}

std::string_view error_code_name(ErrorCode code) {
  for (const auto& entry : kErrorCodeNames)
    if (entry.code == code) return entry.name;
  return "ErrInternal";
}

std::optional<ErrorCode> error_code_from_name(std::string_view name) {
  for (const auto& entry : kErrorCodeNames)
    if (entry.name == name) return entry.code;
  return std::nullopt;
}

}  // namespace tabletheory
