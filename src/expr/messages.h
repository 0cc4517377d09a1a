// The service's words for everything that can be wrong with an expression, once. fmt patterns; docs/spec/engine.md
// "Expressions". Messages without a known source in public captures are marked (ours).
#pragma once

namespace tabletheory::expr::messages {

// Text and limits.
inline constexpr char kEmpty[] = "The expression can not be empty;";
inline constexpr char kTooLong[] = "Expression size has exceeded the maximum allowed size; expression size: {}";
inline constexpr char kSyntax[] = "Syntax error; token: \"{}\", near: \"{}\"";
inline constexpr char kEndToken[] = "<EOF>";
inline constexpr char kTooManyOperators[] = "The expression contains too many operators; operator count: {}";  // (ours)
inline constexpr char kTooManyInOperands[] =
    "The IN operator is provided with too many operands; number of operands: {}";
inline constexpr char kTooDeep[] = "The expression has too many nesting levels; nesting levels: {}";  // (ours)
inline constexpr char kPathTooDeep[] = "The document path has too many nesting elements; nesting levels: {}";
inline constexpr char kIndexOutOfRange[] = "List index is not within the allowable range; index: [{}]";
inline constexpr char kRedundantParentheses[] = "The expression has redundant parentheses;";

// Names and values.
inline constexpr char kReservedWord[] = "Attribute name is a reserved keyword; reserved keyword: {}";
inline constexpr char kUndefinedName[] =
    "An expression attribute name used in the document path is not defined; attribute name: {}";
inline constexpr char kUndefinedValue[] =
    "An expression attribute value used in expression is not defined; attribute value: {}";
inline constexpr char kUnusedNames[] = "Value provided in ExpressionAttributeNames unused in expressions: keys: {{{}}}";
inline constexpr char kUnusedValues[] =
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {{{}}}";
// {} is ExpressionAttributeNames or ExpressionAttributeValues.
inline constexpr char kNoPlaceholders[] = "{} must not be empty";
inline constexpr char kPlaceholderSyntax[] = "{} contains invalid key: Syntax error; key: \"{}\"";
inline constexpr char kPlaceholderTooLong[] =
    "{} contains invalid key: Key size has exceeded the maximum allowed size; key size: {}";  // (ours)
inline constexpr char kNameNotText[] =
    "ExpressionAttributeNames contains invalid value: Attribute name must be a string for key {}";  // (ours)
inline constexpr char kNameEmpty[] =
    "ExpressionAttributeNames contains invalid value: Empty attribute name for key {}";  // (ours)
inline constexpr char kNameTooLong[] =
    "ExpressionAttributeNames contains invalid value: Attribute name is too long for key {}";  // (ours)
inline constexpr char kSubstitutionTooLarge[] =
    "ExpressionAttributeNames and ExpressionAttributeValues have exceeded the maximum allowed size; size: {}";  // (ours)

// Functions and operands.
inline constexpr char kUnknownFunction[] = "Invalid function name; function: {}";
inline constexpr char kNotInCondition[] = "The function is not allowed in a condition expression; function: {}";
inline constexpr char kNotInUpdate[] = "The function is not allowed in an update expression; function: {}";
inline constexpr char kMisusedFunction[] =
    "The function is not allowed to be used this way in an expression; function: {}";
inline constexpr char kOperandCount[] =
    "Incorrect number of operands for operator or function; operator or function: {}, number of operands: {}";
inline constexpr char kPathRequired[] = "Operator or function requires a document path; operator or function: {}";
inline constexpr char kOperandType[] =
    "Incorrect operand type for operator or function; operator or function: {}, operand type: {}";
inline constexpr char kAnyType[] = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";  // the operand type of something not a literal
inline constexpr char kTypeName[] =
    "Invalid attribute type name found; type: {}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}";
inline constexpr char kNotDistinct[] =
    "The first operand must be distinct from the remaining operands for this operator or function; operator: {}, "
    "first operand: {}";
inline constexpr char kBetweenTypes[] =
    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: "
    "{{{}}}, upper bound operand: AttributeValue: {{{}}}";
inline constexpr char kBetweenOrder[] =
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
    "AttributeValue: {{{}}}, upper bound operand: AttributeValue: {{{}}}";

// Update and projection expressions.
inline constexpr char kSectionTwice[] = "The \"{}\" section can only be used once in an update expression;";
inline constexpr char kActionOperandType[] =
    "Incorrect operand type for operator or function; operator: {0}, operand type: {1}, typeSet: "
    "ALLOWED_FOR_{0}_OPERAND";
inline constexpr char kOverlap[] =
    "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {}, path two: {}";
inline constexpr char kConflict[] =
    "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {}, path two: "
    "{}";

// Key conditions; all stand without prefix.
inline constexpr char kKeyOperator[] = "Invalid operator used in KeyConditionExpression: {}";
inline constexpr char kKeyNestedOperation[] = "KeyConditionExpressions cannot contain nested operations";
inline constexpr char kKeyNestedAttribute[] = "KeyConditionExpressions cannot have conditions on nested attributes";
inline constexpr char kKeySeveralAttributes[] =
    "Invalid condition in KeyConditionExpression: multiple attributes used in one condition";
inline constexpr char kKeyNoAttribute[] = "Invalid condition in KeyConditionExpression: No key attribute specified";
inline constexpr char kKeyAttributeFirst[] =
    "Invalid condition in KeyConditionExpression: {} operator must have the key attribute as its first operand";
inline constexpr char kKeyConditionTwice[] = "KeyConditionExpressions must only contain one condition per key";

// Applying an update to an item; all stand without prefix.
inline constexpr char kNoSuchAttribute[] =
    "The provided expression refers to an attribute that does not exist in the item";
inline constexpr char kWrongDataType[] = "An operand in the update expression has an incorrect data type";
inline constexpr char kInvalidPath[] = "The document path provided in the update expression is invalid for update";
inline constexpr char kNumberOverflow[] =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
inline constexpr char kNumberUnderflow[] =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
inline constexpr char kNumberDigits[] = "Attempting to store more than 38 significant digits in a Number";
inline constexpr char kNestingLevels[] =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

}  // namespace tabletheory::expr::messages
