#include "capi/errors.h"

#include "capi/values.h"

namespace tabletheory::capi {
namespace {

void write_item_member(const Error& error, const std::string& model, const Item& item, Call* call, TapeWriter& out) {
  out.name("item");
  write_logical(call == nullptr ? ItemFormat{} : call->failure_format(model.empty() ? error.model() : model), item,
                out);
}

void write_reasons(const Error& error, Call* call, TapeWriter& out) {
  out.name("reasons");
  out.list(error.reasons().size());
  for (const CancellationReason& reason : error.reasons()) {
    out.map(reason.item == nullptr ? 5 : 6);
    out.member("index", reason.index);
    out.member("kind", reason.kind);
    out.member("model", reason.model);
    out.member("code", reason.code);
    out.member("message", reason.message);
    if (reason.item != nullptr) write_item_member(error, reason.model, *reason.item, call, out);
  }
}

void write_diagnostics(const Error& error, TapeWriter& out) {
  out.name("diagnostics");
  out.list(error.diagnostics().size());
  for (const Diagnostic& problem : error.diagnostics()) {
    out.map(5);
    out.member("file", problem.file);
    out.member("line", problem.line);
    out.member("column", problem.column);
    out.member("message", problem.message);
    out.member("hint", problem.hint);
  }
}

}  // namespace

void write_error(const Error& error, Call* call, TapeWriter& out) {
  const auto open = out.open(Tag::kMap);
  std::size_t count = 12;
  out.member("code", static_cast<std::int64_t>(error.code()));
  const auto codes = error.codes();
  out.name("codes");
  out.list(codes.size());
  for (const ErrorCode code : codes) out.integer(static_cast<std::int64_t>(code));
  out.member("name", error_code_name(error.code()));
  out.member("message", error.message());
  out.member("operation", error.operation());
  out.member("model", error.model());
  out.member("table", error.table());
  out.member("service_type", error.service_type());
  out.member("request_id", error.request_id());
  out.member("http_status", error.http_status());
  out.member("retryable", error.retryable());
  out.member("text", error.to_string());
  if (error.item() != nullptr) {
    write_item_member(error, {}, *error.item(), call, out);
    ++count;
  }
  if (!error.reasons().empty()) {
    write_reasons(error, call, out);
    ++count;
  }
  if (!error.diagnostics().empty()) {
    write_diagnostics(error, out);
    ++count;
  }
  if (call != nullptr) count += call->write_failure(error, out);
  out.close(open, count);
}

}  // namespace tabletheory::capi
