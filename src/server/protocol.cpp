#include "server/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "engine/error_answer.h"
#include "server/hosts.h"
#include "server/messages.h"
#include "server/signatures.h"

namespace tabletheory::server {
namespace {

constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson11 = "application/x-amz-json-1.1";
constexpr std::string_view kText = "text/plain";
constexpr std::size_t kMostQuotedBytes = 256;  // of a header, in a message

constexpr std::string_view kTables = "DynamoDB_20120810.";
constexpr std::string_view kStreams = "DynamoDBStreams_20120810.";
constexpr auto kStreamsOperations =
    std::to_array<std::string_view>({"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"});

Reply refuse(int status, std::string_view content_type, std::string_view type, std::string message) {
  engine::Answer answer = engine::error_answer({std::string(type), std::move(message), status});
  return {answer.status, content_type, std::move(answer.body), {}};
}

std::string_view quotable(std::string_view text) {
  return text.substr(0, kMostQuotedBytes);
}

// The type alone, without parameters.
std::string_view media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return content_type;
}

// The operation a target names, or empty when it names none of the service's.
std::string_view operation_in(std::string_view target) {
  const bool streams = target.starts_with(kStreams);
  if (!streams && !target.starts_with(kTables)) return {};
  const std::string_view operation = target.substr(streams ? kStreams.size() : kTables.size());
  const bool of_streams = std::ranges::find(kStreamsOperations, operation) != kStreamsOperations.end();
  return streams == of_streams ? operation : std::string_view();
}

Timestamp system_now() {
  return Timestamp::from(std::chrono::system_clock::now());
}

}  // namespace

Protocol::Protocol(engine::Engine& engine, ProtocolOptions options) : engine_(engine), options_(std::move(options)) {
  if (!options_.now) options_.now = system_now;
}

std::optional<Reply> Protocol::refuse_head(const RequestHead& head) const {
  if (!head.host) return refuse(400, kJson10, "AccessDeniedException", std::string(messages::kHostMissing));
  if (!is_served_host(*head.host, options_.allowed_hosts)) {
    return refuse(403, kJson10, "AccessDeniedException", fmt::format(messages::kHostRefused, quotable(*head.host)));
  }
  const std::string_view path = head.target.substr(0, head.target.find('?'));
  const bool health = head.method == "GET" || head.method == "HEAD";
  if (path != "/" || (!health && head.method != "POST")) {
    return refuse(404, kJson10, "UnknownOperationException", std::string(messages::kNotFound));
  }
  if (health) return std::nullopt;
  const std::string_view type = media_type(head.content_type);
  if (!http::same_name(type, kJson10) && !http::same_name(type, kJson11)) {
    return refuse(400, kJson10, "UnknownOperationException", fmt::format(messages::kContentType, quotable(type)));
  }
  return std::nullopt;
}

Reply Protocol::answer(const RequestHead& head, std::string_view body) const {
  if (head.method == "HEAD") return {200, kText, {}, {}};
  if (head.method == "GET") return {200, kText, fmt::format("healthy: {}\n", options_.endpoint), {}};
  const std::string_view content_type = http::same_name(media_type(head.content_type), kJson11) ? kJson11 : kJson10;
  if (head.amz_target.empty()) {
    return refuse(400, content_type, "UnknownOperationException", std::string(messages::kNoTarget));
  }
  const std::string_view operation = operation_in(head.amz_target);
  if (operation.empty()) {
    return refuse(400, content_type, "UnknownOperationException",
                  fmt::format(messages::kUnknownTarget, quotable(head.amz_target)));
  }
  if (verifies_signatures()) {
    if (auto refusal = check_signature(head, body, options_.credentials, options_.now())) {
      return refuse(refusal->status, content_type, refusal->type, std::move(refusal->message));
    }
  }
  engine::Answer answer = engine_.handle(operation, body);
  return {answer.status, content_type, std::move(answer.body), operation};
}

Reply refuse_unreadable(int status, std::string message) {
  return refuse(status, kJson10, status >= 500 ? "ServiceUnavailable" : "SerializationException", std::move(message));
}

}  // namespace tabletheory::server
