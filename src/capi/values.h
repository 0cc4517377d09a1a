// Values and items between tapes, the library's values, and stored items.
#pragma once

#include <span>
#include <string>

#include "capi/tape.h"
#include "model/model.h"
#include "tabletheory/value.h"
#include "value/wire.h"

namespace tabletheory::capi {

// A value of a request. Times become their text; ErrInvalidModel for ABSENT, paths, and numbers that cannot be stored.
Result<Value> to_value(const Node& node);
// An item of a request: slots become names, a time of a number attribute Unix seconds. `model` is null for documents.
Result<Item> to_item(const model::Model* model, const Node& node);
// A MAP whose values are of any kind.
Result<Map> to_map(const Node& node);

void write_value(const Value& value, TapeWriter& out);

// How items of a table are written.
struct ItemFormat {
  const model::Model* model = nullptr;  // null: a document
  bool instants = false;                // timestamps as TIME
  std::size_t table = 0;                // its position in the request
};

// A stored item, as the model reads it; attributes named in `dropped` and those the model does not have are left out.
// ErrInvalidModel naming the attribute that does not fit.
Result<void> write_stored(const ItemFormat& format, value::WireElement stored, std::span<const std::string> dropped,
                          TapeWriter& out);
// An item of logical values, such as an error holds.
void write_logical(const ItemFormat& format, const Item& item, TapeWriter& out);

}  // namespace tabletheory::capi
