// What an attribute's declaration says about its values (docs/spec/dms.md, "Scalar encodings" and "Native types"),
// asked by everything that writes or reads one: dynamic items here, structs in the SDK. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "model/model.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::model {

// Text that holds an instant: created_at, updated_at, or format rfc3339nano.
bool is_timestamp(const Attribute& attribute);
// A number that must be an int64: version, ttl, or format int or unix_seconds.
bool is_integer(const Attribute& attribute);
// Text that holds a decimal: type S with format decimal_string.
bool is_decimal_text(const Attribute& attribute);
bool is_set(Type type);

// The zero instants of the languages: the epoch, and 0001-01-01 (which counts as empty everywhere).
bool is_zero(const Timestamp& timestamp);

// ErrInvalidModel: `attribute "total": <what>`.
std::unexpected<Error> misfit(const Attribute& attribute, std::string_view what);
// ErrInvalidModel for a stored or given value of another type than declared.
std::unexpected<Error> wrong_type(const Attribute& attribute, Type found);
// Appends a value that lies inside an attribute, below `depth` maps or lists, as it stands. ErrInvalidModel naming the
// attribute for what cannot be stored.
Result<void> write_nested(const Attribute& attribute, const Value& value, int depth, std::string& out);

// An error about a value of the attribute. Its message may quote the value, so that of an encrypted one is left out.
Error concealed(const Attribute& attribute, Error error);

// ErrInvalidModel for a name that the model does not have, with a "did you mean".
Error unknown_attribute(const Model& model, std::string_view name);

}  // namespace tabletheory::model
