#include "codegen/native.h"

#include <algorithm>

namespace tabletheory::codegen {
namespace {

Native native_text(const dms::Attribute& attribute) {
  if (attribute.format == dms::Format::kDecimalString) return Native::kNumber;
  const bool is_time = attribute.format == dms::Format::kRfc3339Nano || attribute.has_role("created_at") ||
                       attribute.has_role("updated_at");
  return is_time ? Native::kTimestamp : Native::kText;
}

Native native_number(const dms::Attribute& attribute) {
  const bool is_whole = attribute.format == dms::Format::kInt || attribute.format == dms::Format::kUnixSeconds ||
                        attribute.has_role("version") || attribute.has_role("ttl");
  return is_whole ? Native::kInteger : Native::kNumber;
}

}  // namespace

Native native_of(const dms::Attribute& attribute) {
  if (attribute.json) return Native::kJson;
  switch (attribute.type) {
    case Type::kS:
      return native_text(attribute);
    case Type::kN:
      return native_number(attribute);
    case Type::kB:
      return Native::kBytes;
    case Type::kBool:
      return Native::kBool;
    case Type::kNull:
      return Native::kNull;
    case Type::kM:
      return Native::kMap;
    case Type::kL:
      return Native::kList;
    case Type::kSS:
      return Native::kTextSet;
    case Type::kNS:
      return Native::kNumberSet;
    case Type::kBS:
      break;
  }
  return Native::kBytesSet;
}

bool is_key(const dms::Model& model, const dms::Attribute& attribute) {
  return attribute.attribute == model.partition.attribute ||
         (model.sort && attribute.attribute == model.sort->attribute);
}

bool is_kept(const dms::Attribute& attribute) {
  return attribute.has_role("created_at") || attribute.has_role("updated_at") || attribute.has_role("version");
}

bool is_always_there(const dms::Model& model, const dms::Attribute& attribute) {
  return is_key(model, attribute) || attribute.required || (is_kept(attribute) && !attribute.optional);
}

bool needs_optional(const dms::Model& model, const dms::Attribute& attribute) {
  if (is_always_there(model, attribute)) return false;
  const Native native = native_of(attribute);
  return !attribute.omit_empty || native == Native::kNull || native == Native::kJson;
}

}  // namespace tabletheory::codegen
