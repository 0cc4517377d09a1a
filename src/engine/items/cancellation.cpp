#include "engine/items/cancellation.h"

#include <fmt/format.h>

#include "engine/messages.h"
#include "value/wire.h"

namespace tabletheory::engine {

bool CancellationReasons::add(const ServiceError& error) {
  if (error.type == "ConditionalCheckFailedException") {
    reasons_.push_back({"ConditionalCheckFailed", error.message, error.members});
  } else if (error.type == "ValidationException") {
    reasons_.push_back({"ValidationError", error.message, {}});
  } else {
    return false;
  }
  any_ = true;
  return true;
}

ServiceError CancellationReasons::error() const {
  std::string codes;
  std::string members = ",\"CancellationReasons\":[";
  value::WireWriter writer(members);
  for (const Reason& reason : reasons_) {
    if (!codes.empty()) {
      codes += ", ";
      writer.raw(',');
    }
    codes += reason.code;
    writer.raw("{\"Code\":");
    writer.string(reason.code);
    if (!reason.message.empty()) {
      writer.raw(",\"Message\":");
      writer.string(reason.message);
    }
    writer.raw(reason.members);
    writer.raw('}');
  }
  writer.raw(']');
  return {"TransactionCanceledException", fmt::format(messages::kCancelled, codes), 400, std::move(members)};
}

}  // namespace tabletheory::engine
