#include "engine/error_answer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/messages.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// Errors that the protocol layers in front of the service give (docs/spec/engine.md, "Operations").
constexpr auto kProtocolErrors = std::to_array<std::string_view>({
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "UnknownOperationException",
    "UnrecognizedClientException",
});

std::string_view prefix_of(std::string_view type) {
  if (type == "ValidationException") return "com.amazon.coral.validate#";
  if (std::ranges::find(kProtocolErrors, type) != kProtocolErrors.end()) return "com.amazon.coral.service#";
  return "com.amazonaws.dynamodb.v20120810#";
}

}  // namespace

Answer error_answer(const ServiceError& error) {
  Answer answer{error.status, {}};
  value::WireWriter writer(answer.body);
  writer.raw(R"({"__type":")");
  writer.raw(prefix_of(error.type));
  writer.raw(error.type);
  writer.raw(R"(","message":)");
  // A message may quote bytes of the request, cut anywhere; the answer is valid JSON all the same.
  writer.string(value::is_valid_utf8(error.message) ? std::string_view(error.message)
                                                    : std::string_view(messages::kUnprintable));
  writer.raw(error.members);
  writer.raw('}');
  return answer;
}

}  // namespace tabletheory::engine
