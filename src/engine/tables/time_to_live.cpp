#include <fmt/format.h>

#include <mutex>

#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/tables/table_reference.h"
#include "engine/tables/table_request.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

struct TtlRequest {
  std::string_view table;
  std::string_view attribute;
  bool enabled = false;
};

Served<TtlRequest> read_ttl(const Request& request) {
  TtlRequest out;
  ConstraintErrors errors;
  TT_SERVE(const auto specification, get_object(request, "TimeToLiveSpecification", "TimeToLiveSpecification"));
  if (!specification) {
    errors.null("timeToLiveSpecification");
  } else {
    TT_SERVE(const auto attribute, get_string(*specification, "AttributeName"));
    TT_SERVE(const auto enabled, get_bool(*specification, "Enabled"));
    errors.required(attribute, "timeToLiveSpecification.attributeName");
    errors.required(enabled, "timeToLiveSpecification.enabled");
    if (attribute) {
      errors.length(*attribute, "timeToLiveSpecification.attributeName", 1, limits::kKeyAttributeNameBytes);
    }
    out.attribute = attribute.value_or("");
    out.enabled = enabled.value_or(false);
  }
  TT_SERVE(out.table, read_table_name(request, errors));
  TT_SERVE_CHECK(errors.result());
  return out;
}

Served<void> check_change(const TtlRequest& asked, const std::optional<std::string>& current) {
  if (!current) {
    if (!asked.enabled) return refuse(std::string(messages::kTtlDisabledAlready));
    return {};
  }
  if (*current != asked.attribute) return refuse(fmt::format(messages::kTtlOtherAttribute, *current));
  if (asked.enabled) return refuse(std::string(messages::kTtlEnabledAlready));
  return {};
}

}  // namespace

// Unlike the service, which takes up to an hour and refuses another change meanwhile, a change is done at once.
Served<std::string> update_time_to_live(Context& context, const Request& request) {
  TT_SERVE(const auto asked, read_ttl(request));
  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto found, controlled_table(context, asked.table));
  TT_SERVE_CHECK(check_change(asked, found->ttl_attribute));
  Table table = *found;
  table.ttl_attribute = asked.enabled ? std::optional(std::string(asked.attribute)) : std::nullopt;
  TT_SERVE_CHECK(context.catalog.put(std::move(table)));

  std::string out = R"({"TimeToLiveSpecification":{"AttributeName":)";
  value::WireWriter writer(out);
  writer.string(asked.attribute);
  writer.raw(asked.enabled ? R"(,"Enabled":true}})" : R"(,"Enabled":false}})");
  return out;
}

Served<std::string> describe_time_to_live(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto name, read_table_name(request, errors));
  TT_SERVE_CHECK(errors.result());
  TT_SERVE(const auto table, controlled_table(context, name));
  if (!table->ttl_attribute) return R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})";
  std::string out = R"({"TimeToLiveDescription":{"AttributeName":)";
  value::WireWriter writer(out);
  writer.string(*table->ttl_attribute);
  writer.raw(R"(,"TimeToLiveStatus":"ENABLED"}})");
  return out;
}

}  // namespace tabletheory::engine
