#include "ops/stored_attributes.h"

#include <fmt/format.h>

#include "model/dynamic_item.h"

namespace tabletheory::ops {
namespace {

std::optional<std::string_view> content(value::WireElement item, std::string_view attribute, std::string_view type) {
  value::WireObject object, typed;
  std::string_view text;
  if (item.get(object) != simdjson::SUCCESS || object.at_key(attribute).get(typed) != simdjson::SUCCESS ||
      typed.at_key(type).get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return text;
}

}  // namespace

std::optional<std::string_view> stored_text(value::WireElement item, std::string_view attribute) {
  return content(item, attribute, "S");
}

std::optional<Number> stored_number(value::WireElement item, std::string_view attribute) {
  const auto text = content(item, attribute, "N");
  if (!text) return std::nullopt;
  auto number = Number::parse(*text);
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<Timestamp> stored_timestamp(value::WireElement item, std::string_view attribute) {
  const auto text = content(item, attribute, "S");
  if (!text) return std::nullopt;
  auto timestamp = Timestamp::parse(*text);
  return timestamp ? std::optional(*timestamp) : std::nullopt;
}

bool is_expired(const model::Model& model, value::WireElement item, const Timestamp& now) {
  if (model.ttl_slot() == model::kNoSlot) return false;
  const auto ttl = stored_number(item, model.attribute(model.ttl_slot()).name());
  return ttl && *ttl <= Number(now.unix_seconds());
}

Result<value::WireObject> read_body(value::WireDocument& document, std::string_view body, std::string_view operation) {
  value::WireObject object;
  const auto root = document.parse(body);
  if (root && root->get(object) == simdjson::SUCCESS) return object;
  return fail(
      ErrorCode::kTransport,
      fmt::format("the answer to {} is not a JSON object; check that the address is a DynamoDB endpoint", operation));
}

std::shared_ptr<const Map> item_for_error(const model::Model* model, value::WireElement item) {
  if (model != nullptr) {
    if (auto decoded = model::decode_item(*model, item)) return std::make_shared<const Map>(std::move(*decoded));
  }
  if (auto read = value::read_item(item)) return std::make_shared<const Map>(std::move(*read));
  return nullptr;
}

}  // namespace tabletheory::ops
