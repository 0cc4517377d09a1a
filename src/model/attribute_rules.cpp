#include "model/attribute_rules.h"

#include <fmt/format.h>

namespace tabletheory::model {

bool is_timestamp(const Attribute& attribute) {
  const dms::Attribute& definition = attribute.definition;
  return definition.type == Type::kS && (definition.format == dms::Format::kRfc3339Nano ||
                                         definition.has_role("created_at") || definition.has_role("updated_at"));
}

bool is_integer(const Attribute& attribute) {
  const dms::Attribute& definition = attribute.definition;
  return definition.type == Type::kN &&
         (definition.format == dms::Format::kInt || definition.format == dms::Format::kUnixSeconds ||
          definition.has_role("version") || definition.has_role("ttl"));
}

bool is_decimal_text(const Attribute& attribute) {
  return attribute.definition.type == Type::kS && attribute.definition.format == dms::Format::kDecimalString;
}

bool is_set(Type type) {
  return type == Type::kSS || type == Type::kNS || type == Type::kBS;
}

bool is_zero(const Timestamp& timestamp) {
  constexpr std::int64_t kYearOne = -62'135'596'800;  // 0001-01-01T00:00:00Z
  return timestamp == Timestamp() || timestamp == Timestamp(kYearOne, 0);
}

std::unexpected<Error> misfit(const Attribute& attribute, std::string_view what) {
  return fail(ErrorCode::kInvalidModel, fmt::format("attribute \"{}\": {}", attribute.name(), what));
}

std::unexpected<Error> wrong_type(const Attribute& attribute, Type found) {
  return misfit(attribute,
                fmt::format("the model declares type {}, but the value is of type {}; give a {} or change the model",
                            type_name(attribute.type()), type_name(found), type_name(attribute.type())));
}

Error concealed(const Attribute& attribute, Error error) {
  if (attribute.definition.encryption == 0) return error;
  return Error(error.code(),
               fmt::format("attribute \"{}\": the value does not fit what the model declares (type {}); what "
                           "is wrong with it is not shown, because the attribute is encrypted",
                           attribute.name(), type_name(attribute.type())));
}

Error unknown_attribute(const Model& model, std::string_view name) {
  const std::string closest = model.closest_name(name);
  return Error(
      ErrorCode::kInvalidModel,
      closest.empty()
          ? fmt::format("model {} has no attribute \"{}\"; declare it in the model or leave it out", model.name(), name)
          : fmt::format("model {} has no attribute \"{}\"; did you mean \"{}\"?", model.name(), name, closest));
}

}  // namespace tabletheory::model
