// The messages of item operations, as the service words them, once. Placeholders are fmt's.
//
// Sections follow the order in which a request meets them; engine/messages.h holds those of every operation. Sources:
// docs/spec/engine.md, the service's public documentation and published captures. Oddities (two spaces, "of2048") are
// the service's own.
#pragma once

#include <string_view>

namespace tabletheory::engine::messages {

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

// --- Ours ----------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kUnreadableItem = "A stored item cannot be read: {}";

}  // namespace tabletheory::engine::messages
