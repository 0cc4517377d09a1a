// The engine's messages, as the service words them, once. Placeholders are fmt's; messages without placeholders may
// still be passed through fmt::format (braces are doubled where meant).
//
// Sections follow the order in which a request meets them. Sources: docs/spec/engine.md, the service's public
// documentation and published captures.
#pragma once

#include <string_view>

namespace tabletheory::engine::messages {

// --- The envelope ------------------------------------------------------------------------------------------------
// Ours: the service sends none, or fewer words, with these.
inline constexpr std::string_view kUnknownOperation =
    "'{}' is not an operation of this engine; see docs/spec/engine.md for those it serves";
inline constexpr std::string_view kBodyTooLarge = "The request body is larger than 16 MB; split the request";
inline constexpr std::string_view kBodyNotObject = "The request body is not a JSON object";
inline constexpr std::string_view kInternal = "Internal error: {}; please report it with the request that caused it";
inline constexpr std::string_view kUnprintable = "The request is refused; the reason quotes bytes that are not UTF-8";

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

// --- Tables: keys and attribute definitions ----------------------------------------------------------------------
inline constexpr std::string_view kInvalidParameter = "One or more parameter values were invalid: {}";
// The next ones that begin in the middle of a sentence stand behind kInvalidParameter.
inline constexpr std::string_view kKeysNotDefined =
    "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]";
inline constexpr std::string_view kKeyWithoutDefinition =
    "Invalid KeySchema: Some index key attribute have no definition";
inline constexpr std::string_view kSameKeyNames =
    "Both the Hash Key and the Range Key element in the KeySchema have the same name";
inline constexpr std::string_view kFirstNotHash =
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
inline constexpr std::string_view kSecondNotRange =
    "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type";
inline constexpr std::string_view kDefinitionCount =
    "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions";
inline constexpr std::string_view kDefinitionsNotUsed =
    "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]";
// Ours.
inline constexpr std::string_view kRepeatedDefinition =
    "AttributeDefinitions names the attribute {} more than once; define it once";
inline constexpr std::string_view kRedefined =
    "The attribute {} is defined as {} already; an UpdateTable cannot change the type of an attribute";

// --- Tables: indexes ---------------------------------------------------------------------------------------------
inline constexpr std::string_view kNoLocalIndexes = "List of LocalSecondaryIndexes is empty";
inline constexpr std::string_view kNoGlobalIndexes = "List of GlobalSecondaryIndexes is empty";
inline constexpr std::string_view kLocalWithoutTableRange =
    "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex";
inline constexpr std::string_view kLocalWithoutRange = "Index KeySchema does not have a range key for index: {}";
inline constexpr std::string_view kLocalOtherHash =
    "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash key: {}, "
    "table hash key: {}";
inline constexpr std::string_view kUnknownProjection = "Unknown ProjectionType: null";
inline constexpr std::string_view kIncludedWithoutInclude = "ProjectionType is {}, but NonKeyAttributes is specified";
inline constexpr std::string_view kIncludeWithoutIncluded =
    "ProjectionType is INCLUDE, but NonKeyAttributes is not specified";
inline constexpr std::string_view kRepeatedIndex = "Duplicate index name: {}";
inline constexpr std::string_view kTooManyLocalIndexes = "Number of LocalSecondaryIndexes exceeds per-table limit of 5";
inline constexpr std::string_view kTooManyGlobalIndexes =
    "GlobalSecondaryIndex count exceeds the per-table limit of 20";
// Ours.
inline constexpr std::string_view kTooManyProjected =
    "The indexes project more than {} non-key attributes altogether: {}; project fewer, or ALL";
inline constexpr std::string_view kHashAfterRange =
    "Invalid KeySchema: All HASH key types of an index must stand before its RANGE key types";
inline constexpr std::string_view kTooManyIndexKeys = "An index KeySchema has at most 4 HASH and 4 RANGE key types";
inline constexpr std::string_view kRepeatedKey = "The KeySchema names the attribute {} more than once";

// --- Tables: throughput and other settings -----------------------------------------------------------------------
inline constexpr std::string_view kThroughputOnDemand =
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
inline constexpr std::string_view kThroughputMissing =
    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
inline constexpr std::string_view kIndexThroughputOnDemand =
    "ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST";
inline constexpr std::string_view kIndexThroughputMissing = "ProvisionedThroughput must be specified for index: {}";
inline constexpr std::string_view kUnitsOutOfBounds = "Given value {} for {} is out of bounds";
inline constexpr std::string_view kStreamWithoutView =
    "One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true";
inline constexpr std::string_view kStreamViewWithoutStream =
    "One or more parameter values were invalid: StreamViewType should not be specified when StreamEnabled is false";

// --- CreateTable, UpdateTable, DeleteTable -----------------------------------------------------------------------
inline constexpr std::string_view kTableExists = "Table already exists: {}";
inline constexpr std::string_view kNothingToUpdate =
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
    "SSESpecification or ReplicaUpdates is required";
inline constexpr std::string_view kOneIndexChangeOnly =
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
inline constexpr std::string_view kOneKindOfIndexUpdate =
    "One or more parameter values were invalid: A GlobalSecondaryIndexUpdate must hold exactly one of Create, Update "
    "and Delete";
inline constexpr std::string_view kIndexExists = "Attempting to create an index which already exists";
inline constexpr std::string_view kIndexUpdatedTwice =
    "One or more parameter values were invalid: Only one global secondary index update per index is allowed "
    "simultaneously. Index: {}";
inline constexpr std::string_view kThroughputUnchanged =
    "The provisioned throughput for the table will not change. The requested value equals the current value. Current "
    "ReadCapacityUnits provisioned for the table: {0}. Requested ReadCapacityUnits: {0}. Current WriteCapacityUnits "
    "provisioned for the table: {1}. Requested WriteCapacityUnits: {1}. Refer to the Amazon DynamoDB Developer Guide "
    "for current limits and how to request higher limits.";
inline constexpr std::string_view kIndexThroughputUnchanged =
    "The provisioned throughput for the index {2} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the index: {0}. Requested ReadCapacityUnits: {0}. Current "
    "WriteCapacityUnits provisioned for the index: {1}. Requested WriteCapacityUnits: {1}. Refer to the Amazon "
    "DynamoDB "
    "Developer Guide for current limits and how to request higher limits.";
inline constexpr std::string_view kStreamEnabledAlready = "Table already has an enabled stream: TableName: {}";
inline constexpr std::string_view kStreamDisabledAlready = "Table already has a disabled stream: TableName: {}";
inline constexpr std::string_view kDeletionProtected =
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";

// --- Time to live ------------------------------------------------------------------------------------------------
inline constexpr std::string_view kTtlEnabledAlready = "TimeToLive is already enabled";
inline constexpr std::string_view kTtlDisabledAlready = "TimeToLive is already disabled";
inline constexpr std::string_view kTtlOtherAttribute =
    "TimeToLive is active on a different AttributeName: current AttributeName is {}";

// --- Tags --------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kInvalidArn = "Invalid TableArn: Invalid ResourceArn provided as input {}";
inline constexpr std::string_view kArnNotFound = "Requested resource not found: ResourcArn: {} not found";
inline constexpr std::string_view kNoTags = "Atleast one Tag needs to be provided as Input.";
inline constexpr std::string_view kNoTagKeys = "Atleast one Tag Key needs to be provided as Input.";
// Ours.
inline constexpr std::string_view kRepeatedTag =
    "One or more parameter values were invalid: The tag key {} is given more than once";
inline constexpr std::string_view kTooManyTags =
    "One or more parameter values were invalid: A table has at most {} tags; with these it would have {}";
inline constexpr std::string_view kTagToken = "Invalid NextToken; start again without one";

}  // namespace tabletheory::engine::messages
