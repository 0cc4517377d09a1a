// Items and keys to request bytes, by the rules of the model (docs/spec/dms.md, "Emptiness" and "Scalar encodings";
// docs/spec/operations.md, "Writes"). Internal to ops.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/document_table.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"

namespace tabletheory::ops {

// Whether `omit_empty` drops a value of this presence: a record whose fields are all empty is empty in 0.1 only.
bool is_empty(model::Presence presence, dms::Version version);

// An empty S or B, which the service takes for no key.
bool is_empty_key(const Value& value);

// The key as a JSON object, names in byte order, values canonical: equal keys have equal text.
// ErrMissingPrimaryKey when a part is missing or empty; ErrInvalidModel when one does not fit.
Result<std::string> write_key(const model::Model& model, const model::ItemSource& source);
// The same of a document. All attributes of `key` are taken as the key.
Result<std::string> write_document_key(const Item& key);
// The key of a whole document, when the table's key is known; else empty.
Result<std::string> key_of_document(const DocumentTable& table, const Item& item);

// A document as it stands.
Result<std::string> write_document(const Item& item);

// One attribute's value, appended. An empty S or B that keys an index is ErrInvalidModel.
Result<void> write_value(const model::Attribute& attribute, const model::ItemSource& source, std::size_t slot,
                         model::Presence presence, std::string& out);

// ErrInvalidModel: a `required` attribute that would be missing.
Error missing_required(const model::Attribute& attribute);

// The version an item carries; nullopt when it has none. The model has a version role.
Result<std::optional<Number>> version_of(const model::Model& model, const model::ItemSource& source);
// A timestamp an item carries; nullopt when absent or zero.
Result<std::optional<Timestamp>> timestamp_of(const model::Model& model, std::size_t slot,
                                              const model::ItemSource& source);

// The service's limit of 400 KB for an item, of which `json` is the text. ErrInvalidModel.
Result<void> check_item_size(const std::string& json);

// Attributes in typed JSON.
std::string wire_text(std::string_view text);
std::string wire_number(const Number& number);

}  // namespace tabletheory::ops
