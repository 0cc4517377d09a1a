// Canonical keys of stored items: equal for equal keys, and equal to what write_key gives. Internal to ops.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/model.h"
#include "ops/document_table.h"
#include "value/wire.h"

namespace tabletheory::ops {

// Names of the key attributes, in byte order.
std::vector<std::string> key_names(const model::Model& model);
std::vector<std::string> key_names(const DocumentTable& table);

// The canonical key made of the named attributes of a stored item (or of a key); empty when one is missing.
std::string key_of_stored(value::WireElement item, std::span<const std::string> names);

}  // namespace tabletheory::ops
