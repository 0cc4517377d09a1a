// What attributes are in code: the table "Native types" of docs/spec/dms.md, once for all languages. Pure.
#pragma once

#include <cstdint>

#include "dms/document.h"

namespace tabletheory::codegen {

enum class Native : std::uint8_t {
  kText,
  kTimestamp,
  kInteger,
  kNumber,
  kBytes,
  kBool,
  kNull,
  kMap,
  kList,
  kTextSet,
  kNumberSet,
  kBytesSet,
  kJson,
};

Native native_of(const dms::Attribute& attribute);

// How many there are, for tables of them.
inline constexpr std::size_t kNatives = static_cast<std::size_t>(Native::kJson) + 1;

bool is_key(const dms::Model& model, const dms::Attribute& attribute);
// created_at, updated_at, version: the library writes them when the caller does not.
bool is_kept(const dms::Attribute& attribute);
// Whether items that were read hold it: keys, required attributes, and those the library keeps, unless optional.
bool is_always_there(const dms::Model& model, const dms::Attribute& attribute);

// How to say "no value", in languages whose plain types have none (C++, Go). An attribute that is always there needs no
// way; nor does one with omit_empty, whose empty value is not stored. NULL and json keep theirs: their null is a value.
bool needs_optional(const dms::Model& model, const dms::Attribute& attribute);

}  // namespace tabletheory::codegen
