// Attribute values of requests, read with the service's refusals.
#pragma once

#include <optional>
#include <string_view>

#include "engine/operations.h"
#include "engine/service_error.h"
#include "tabletheory/value.h"
#include "value/wire.h"

namespace tabletheory::engine {

// The member that should hold typed attribute values (Item, Key, ExclusiveStartKey): SerializationException when it is
// not an object; its contents are not looked at yet.
Served<std::optional<value::WireElement>> get_attributes(const Request& request, std::string_view name);

// The same for an element of an array.
Served<void> check_attributes_type(value::WireElement element);

// An object of typed attribute values: the Item of a put, a Key, an ExclusiveStartKey.
Served<Item> read_attributes(value::WireElement element);

// What the service says of a value it cannot take. `element` is what was read, for the place of a wrong JSON type.
ServiceError attribute_error(value::WireElement element, const value::AttributeProblem& problem);

}  // namespace tabletheory::engine
