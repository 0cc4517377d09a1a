// The engine's messages, as the service words them, once. Placeholders are fmt's; messages without placeholders may
// still be passed through fmt::format (braces are doubled where meant).
//
// Sections follow the order in which a request meets them. Sources: docs/spec/engine.md, the service's public
// documentation and published captures.
#pragma once

#include <string_view>

namespace tabletheory::engine::messages {

// --- Reading the request (SerializationException) ----------------------------------------------------------------
inline constexpr std::string_view kStructureNotExpected = "Start of structure or map found where not expected";
inline constexpr std::string_view kUnexpectedFieldType = "Unexpected field type";
inline constexpr std::string_view kCollectionNotExpected = "Unrecognized collection type class {}";
inline constexpr std::string_view kNotConvertible = "{} cannot be converted to {}";

// --- Constraints on members --------------------------------------------------------------------------------------
inline constexpr std::string_view kConstraintErrorOne = "1 validation error detected: {}";
inline constexpr std::string_view kConstraintErrorMany = "{} validation errors detected: {}";
inline constexpr std::string_view kConstraint = "Value '{}' at '{}' failed to satisfy constraint: {}";
inline constexpr std::string_view kConstraintNull =
    "Value null at '{}' failed to satisfy constraint: Member must not be null";
inline constexpr std::string_view kMinLength = "Member must have length greater than or equal to {}";
inline constexpr std::string_view kMaxLength = "Member must have length less than or equal to {}";
inline constexpr std::string_view kMinValue = "Member must have value greater than or equal to {}";
inline constexpr std::string_view kMaxValue = "Member must have value less than or equal to {}";
inline constexpr std::string_view kNamePattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
inline constexpr std::string_view kEnumeration = "Member must satisfy enum value set: [{}]";

// --- Whatever names a table --------------------------------------------------------------------------------------
inline constexpr std::string_view kResourceNotFound = "Requested resource not found";
inline constexpr std::string_view kTableNotFound = "Requested resource not found: Table: {} not found";
inline constexpr std::string_view kTableNameRequired =
    "The parameter 'TableName' is required but was not present in the request";
inline constexpr std::string_view kTableNameLength =
    "TableName must be at least 3 characters long and at most 255 characters long";

// --- Tables: keys, indexes, throughput ---------------------------------------------------------------------------
inline constexpr std::string_view kInvalidParameter = "One or more parameter values were invalid: {}";

}  // namespace tabletheory::engine::messages
