// The engine's messages, as the service words them, once. Placeholders are fmt's; messages without placeholders may
// still be passed through fmt::format (braces are doubled where meant).
//
// Sections follow the order in which a request meets them. Sources: docs/spec/engine.md, the service's public
// documentation and published captures. Oddities (two spaces, "of2048", "dectected") are the service's own.
#pragma once

#include <string_view>

namespace tabletheory::engine::messages {

// --- The envelope ------------------------------------------------------------------------------------------------
// Ours: the service sends none, or fewer words, with these.
inline constexpr std::string_view kUnknownOperation =
    "'{}' is not an operation of this engine; see docs/spec/engine.md for those it serves";
inline constexpr std::string_view kNotSupported =
    "{} is not supported by this engine, and pretending would mislead: leave it out, or run against DynamoDB";
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

// --- Attribute values --------------------------------------------------------------------------------------------
inline constexpr std::string_view kValueEmpty =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
inline constexpr std::string_view kValueSeveralTypes =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
inline constexpr std::string_view kNumberSyntax = "The parameter cannot be converted to a numeric value: {}";
inline constexpr std::string_view kNumberBlank = "The parameter cannot be converted to a numeric value";
inline constexpr std::string_view kNumberDigits = "Attempting to store more than 38 significant digits in a Number";
inline constexpr std::string_view kNumberOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
inline constexpr std::string_view kNumberUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
inline constexpr std::string_view kEmptyStringSet =
    "One or more parameter values were invalid: An string set  may not be empty";
inline constexpr std::string_view kEmptyNumberSet =
    "One or more parameter values were invalid: An number set  may not be empty";
inline constexpr std::string_view kEmptyBinarySet =
    "One or more parameter values were invalid: Binary sets should not be empty";
inline constexpr std::string_view kDuplicateInStringSet =
    "One or more parameter values were invalid: Input collection {} contains duplicates.";
inline constexpr std::string_view kDuplicateInNumberSet = "Input collection contains duplicates";
inline constexpr std::string_view kDuplicateInBinarySet =
    "One or more parameter values were invalid: Input collection {}of type BS contains duplicates.";
inline constexpr std::string_view kNullFalse =
    "One or more parameter values were invalid: Null attribute value types must have the value of true";
inline constexpr std::string_view kTooDeep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
inline constexpr std::string_view kBase64Length =
    "Base64 encoded length is expected a multiple of 4 bytes but found: {}";
inline constexpr std::string_view kBase64Character = "Invalid last non-pad Base64 character dectected";
inline constexpr std::string_view kNotBytes = "only base-64-encoded strings are convertible to bytes";
inline constexpr std::string_view kValueNotObject = "Unexpected value type in payload";
inline constexpr std::string_view kMapNotExpected = "Unrecognized collection type java.util.Map<java.lang.String, {}>";
inline constexpr std::string_view kAttributeValueClass = "com.amazonaws.dynamodb.v20120810.AttributeValue";
inline constexpr std::string_view kKeysAndAttributesClass = "com.amazonaws.dynamodb.v20120810.KeysAndAttributes";
inline constexpr std::string_view kWriteRequestsClass = "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>";
inline constexpr std::string_view kDuplicateMember = "Duplicate member in a JSON object: {}";

// --- Expressions and their parameters ----------------------------------------------------------------------------
inline constexpr std::string_view kBothKinds =
    "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {{{}}} "
    "Expression parameters: {{{}}}";
// Ours, not the service's: the service serves these parameters, this engine does not yet.
inline constexpr std::string_view kLegacyParameter =
    "This engine does not support the legacy parameter {} yet; use {} instead";
inline constexpr std::string_view kNamesWithoutExpression =
    "ExpressionAttributeNames can only be specified when using expressions";
inline constexpr std::string_view kNamesEmpty = "ExpressionAttributeNames must not be empty";
inline constexpr std::string_view kNameKey = "ExpressionAttributeNames contains invalid key: Syntax error; key: \"{}\"";
inline constexpr std::string_view kValuesWithoutExpression =
    "ExpressionAttributeValues can only be specified when using expressions: {} null";
inline constexpr std::string_view kValuesEmpty = "ExpressionAttributeValues must not be empty";
inline constexpr std::string_view kValueKey =
    "ExpressionAttributeValues contains invalid key: Syntax error; key: \"{}\"";
inline constexpr std::string_view kValueInvalid = "ExpressionAttributeValues contains invalid value: {} for key {}";
inline constexpr std::string_view kPlaceholderLength =
    "{} contains invalid key: The expression attribute map contains a key that is too long; the limit is {} bytes";
inline constexpr std::string_view kSubstitutionBytes =
    "The size of ExpressionAttributeNames and ExpressionAttributeValues exceeds the limit of {} bytes";
inline constexpr std::string_view kInvalidExpression = "Invalid {}: {}";

// --- Keys --------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kKeySchema = "The provided key element does not match the schema";
inline constexpr std::string_view kMissingKey =
    "One or more parameter values were invalid: Missing the key {} in the item";
inline constexpr std::string_view kKeyType =
    "One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}";
inline constexpr std::string_view kKeyEmpty =
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} "
    "value. Key: {}";
inline constexpr std::string_view kIndexKeyType =
    "One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}";
inline constexpr std::string_view kIndexKeyEmpty =
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
    "AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {}, IndexKey: {}";
inline constexpr std::string_view kHashKeySize =
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
inline constexpr std::string_view kRangeKeySize =
    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 "
    "bytes";
inline constexpr std::string_view kKeyPathScalar =
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}";

// --- Writes ------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kReturnValuesOldOrNone = "ReturnValues can only be ALL_OLD or NONE";
inline constexpr std::string_view kItemSize = "Item size has exceeded the maximum allowed size";
inline constexpr std::string_view kItemSizeToUpdate = "Item size to update has exceeded the maximum allowed size";
inline constexpr std::string_view kAttributeNameSize =
    "One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes";
inline constexpr std::string_view kConditionFailed = "The conditional request failed";
inline constexpr std::string_view kUpdateOfKey =
    "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key";
inline constexpr std::string_view kUpdateIndexKeyType =
    "The update expression attempted to update the secondary index key to unsupported type";
inline constexpr std::string_view kUpdateIndexKeyEmpty =
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
    "value that is not supported. The AttributeValue for a key attribute cannot contain an empty {} value.";

// --- Query and Scan ----------------------------------------------------------------------------------------------
inline constexpr std::string_view kNoSuchIndex = "The table does not have the specified index: {}";
inline constexpr std::string_view kConsistentGlobal = "Consistent reads are not supported on global secondary indexes";
inline constexpr std::string_view kKeyConditionRequired =
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.";
inline constexpr std::string_view kKeyConditionCount = "Conditions can be of length 1 or 2 only";
inline constexpr std::string_view kKeyConditionMissed = "Query condition missed key schema element: {}";
inline constexpr std::string_view kKeyConditionNotSupported = "Query key condition not supported";
inline constexpr std::string_view kKeyConditionType =
    "One or more parameter values were invalid: Condition parameter type does not match schema type";
inline constexpr std::string_view kFilterOnKey =
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}";
inline constexpr std::string_view kStartKey = "The provided starting key is invalid";
inline constexpr std::string_view kStartKeyBecause = "The provided starting key is invalid: {}";
inline constexpr std::string_view kStartKeyOutside =
    "The provided starting key is outside query boundaries based on provided conditions";
inline constexpr std::string_view kStartKeyRange = "The provided starting key does not match the range key predicate";
inline constexpr std::string_view kNotRestartable = "The query can return at most one row and cannot be restarted";
inline constexpr std::string_view kStartKeySegment =
    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
    "Segment. TotalSegments: {} Segment: {}";
inline constexpr std::string_view kProjectedOnlyWithIndex =
    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
inline constexpr std::string_view kSpecificWithoutProjection =
    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
inline constexpr std::string_view kProjectionWithSelect =
    "Cannot specify the ProjectionExpression when choosing to get {}";
inline constexpr std::string_view kAllAttributesGlobal =
    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index "
    "{} because its projection type is not ALL";
inline constexpr std::string_view kNotProjected =
    "One or more parameter values were invalid: Global secondary index {} does not project [{}]";
inline constexpr std::string_view kTotalSegmentsRequired =
    "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
inline constexpr std::string_view kSegmentRequired =
    "The Segment parameter is required but was not present in the request when parameter TotalSegments is present";
inline constexpr std::string_view kSegmentTooGreat =
    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {} is not less than "
    "TotalSegments: {}";

// --- Batches -----------------------------------------------------------------------------------------------------
inline constexpr std::string_view kTooManyKeys = "Too many items requested for the BatchGetItem call";
inline constexpr std::string_view kTooManyWrites = "Too many items requested for the BatchWriteItem call";
inline constexpr std::string_view kDuplicateKeys = "Provided list of item keys contains duplicates";
// Of a request that is neither a put nor a delete, or both.
inline constexpr std::string_view kNotOneWrite =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
inline constexpr std::string_view kWritesPerTable =
    "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length "
    "greater than or equal to 1]";
inline constexpr std::string_view kTableNamesInMap =
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
    "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";

// --- Transactions ------------------------------------------------------------------------------------------------
inline constexpr std::string_view kOneActionOnly = "TransactItems can only contain one of Check, Put, Update or Delete";
inline constexpr std::string_view kDuplicateInTransaction =
    "Transaction request cannot include multiple operations on one item";
inline constexpr std::string_view kCancelled =
    "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]";
inline constexpr std::string_view kTransactionSize = "Collection size of items in the transaction cannot exceed 4MB";
inline constexpr std::string_view kTokenMismatch =
    "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with "
    "different requests, unless the requests are identical";

// --- Storage -----------------------------------------------------------------------------------------------------
// Ours.
inline constexpr std::string_view kUnreadableItem = "A stored item cannot be read: {}";

}  // namespace tabletheory::engine::messages
