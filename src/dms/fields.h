// The shape of DMS documents as data: which objects there are, their fields, and since which version. The table itself
// (fields_table.h) is generated from data/dms_fields.json, as are the JSON Schemas in schema/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dms/document.h"

namespace tabletheory::dms {

enum class FieldType : std::uint8_t {
  kString,
  kBoolean,
  kInteger,
  kObject,   // one object of shape `of`
  kObjects,  // a list of them
  kStrings,  // a list of strings
  kKeys,     // one object of shape `of`; from version `list_since` on also a list of them
  kFree      // an object of anything
};

struct AllowedValue {
  std::string_view text;  // as written in a document
  Version since;
};

struct Field {
  std::string_view name;
  FieldType type;
  bool required;
  Version since;
  Version list_since;  // of kKeys
  std::size_t of;      // index into kShapes, for kObject, kObjects and kKeys
  std::size_t min_items;
  std::size_t max_items;
  std::span<const AllowedValue> values;        // empty: anything goes
  std::span<const std::string_view> prefixes;  // a value may also start with one of these
  std::string_view called;                     // what messages call its values
  std::string_view about;
};

struct Shape {
  std::string_view name;
  std::span<const Field> fields;
};

}  // namespace tabletheory::dms
