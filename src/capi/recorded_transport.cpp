#include "capi/recorded_transport.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace tabletheory::capi {
namespace {

using Json = simdjson::dom::element;

// Where two documents differ, as a JSON pointer of member names; nullopt: nowhere.
std::optional<std::string> difference(Json left, Json right);

std::optional<std::string> member_difference(simdjson::dom::object left, simdjson::dom::object right) {
  for (const auto [name, value] : left) {
    Json other;
    if (right[name].get(other) != simdjson::SUCCESS) return fmt::format("/{}", name);
    if (const auto place = difference(value, other)) return fmt::format("/{}{}", name, *place);
  }
  for (const auto [name, value] : right) {
    Json other;
    if (left[name].get(other) != simdjson::SUCCESS) return fmt::format("/{}", name);
  }
  return std::nullopt;
}

std::optional<std::string> element_difference(simdjson::dom::array left, simdjson::dom::array right) {
  auto at = right.begin();
  std::size_t position = 0;
  for (const Json value : left) {
    if (at == right.end()) return fmt::format("/{}", position);
    if (const auto place = difference(value, *at)) return fmt::format("/{}{}", position, *place);
    ++at;
    ++position;
  }
  if (at != right.end()) return fmt::format("/{}", position);
  return std::nullopt;
}

std::optional<std::string> difference(Json left, Json right) {
  if (left.is_object() && right.is_object()) return member_difference(left, right);
  if (left.is_array() && right.is_array()) return element_difference(left, right);
  if (left.is_object() || left.is_array() || simdjson::minify(left) != simdjson::minify(right)) return "";
  return std::nullopt;
}

Result<std::optional<std::string>> difference(std::string_view left, std::string_view right) {
  simdjson::dom::parser left_parser, right_parser;
  Json left_json, right_json;
  if (left_parser.parse(simdjson::padded_string(left)).get(left_json) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInternal, "a recorded request is no JSON");
  }
  if (right_parser.parse(simdjson::padded_string(right)).get(right_json) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInternal, "a request that was to be compared with a recorded one is no JSON");
  }
  return difference(left_json, right_json);
}

}  // namespace

Result<std::shared_ptr<RecordedTransport>> RecordedTransport::make(const Arguments& options) {
  TT_TRY(const auto given, options.list("exchanges"));
  std::vector<Exchange> exchanges;
  for (const Node* node : given) {
    TT_TRY(const Arguments entry, Arguments::of(*node, fmt::format("exchange {}", exchanges.size())));
    Exchange exchange;
    TT_TRY(exchange.operation, entry.require_text("operation"));
    TT_TRY(exchange.request, entry.require_text("request"));
    TT_TRY(exchange.body, entry.require_text("body"));
    TT_TRY(const std::int64_t status, entry.integer("status", 200));
    if (status < 100 || status > 599) return entry.misfit("status", "a status of HTTP");
    exchange.status = static_cast<int>(status);
    TT_CHECK(entry.check_all_known());
    exchanges.push_back(std::move(exchange));
  }
  return std::shared_ptr<RecordedTransport>(new RecordedTransport(std::move(exchanges)));
}

Result<TransportAnswer> RecordedTransport::call(const TransportCall& call) {
  const std::scoped_lock lock(mutex_);
  if (next_ == exchanges_.size()) {
    return fail(ErrorCode::kInternal, fmt::format("{} is called after the last recorded exchange", call.operation));
  }
  const Exchange& exchange = exchanges_[next_];
  if (call.operation != exchange.operation) {
    return fail(ErrorCode::kInternal, fmt::format("{} is called, but the recorded exchange {} is of {}", call.operation,
                                                  next_, exchange.operation));
  }
  TT_TRY(const auto place, difference(exchange.request, call.body));
  if (place) {
    return fail(ErrorCode::kInternal, fmt::format("the request of {} is not that of the recorded exchange {}: it "
                                                  "differs at \"{}\"",
                                                  call.operation, next_, *place));
  }
  ++next_;
  TransportAnswer answer;
  answer.status = exchange.status;
  answer.body = exchange.body;
  return answer;
}

Result<void> RecordedTransport::check_all_used() const {
  const std::scoped_lock lock(mutex_);
  if (next_ == exchanges_.size()) return {};
  return fail(ErrorCode::kInternal,
              fmt::format("{} of {} recorded exchanges were not asked for; the next is of {}",
                          exchanges_.size() - next_, exchanges_.size(), exchanges_[next_].operation));
}

}  // namespace tabletheory::capi
