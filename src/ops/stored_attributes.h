// Single attributes of stored items, read without decoding the rest. Internal to ops.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/model.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"
#include "value/wire.h"

namespace tabletheory::ops {

// nullopt when the item does not have the attribute in this type.
std::optional<std::string_view> stored_text(value::WireElement item, std::string_view attribute);
std::optional<Number> stored_number(value::WireElement item, std::string_view attribute);
std::optional<Timestamp> stored_timestamp(value::WireElement item, std::string_view attribute);

// Whether the ttl of a stored item has passed: at or before `now`. A model without ttl role never expires.
bool is_expired(const model::Model& model, value::WireElement item, const Timestamp& now);

// Typed answers of the service: the object behind a member, or ErrTransport saying that the answer cannot be read.
Result<value::WireObject> read_body(value::WireDocument& document, std::string_view body, std::string_view operation);

// A stored item for an error: decoded through the model where that works, else as stored.
std::shared_ptr<const Map> item_for_error(const model::Model* model, value::WireElement item);

}  // namespace tabletheory::ops
