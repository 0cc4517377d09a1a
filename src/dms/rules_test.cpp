// Every rule of docs/spec/dms.md on one small document: each case replaces some text of it and says which problems that
// makes, by line, column and words.
#include "dms/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tabletheory::dms {
namespace {

constexpr std::string_view kBase = R"(dms_version: "0.3"
models:
  - name: Order
    table: { name: orders }
    naming: { convention: camelCase }
    keys:
      partition: { attribute: PK, type: S }
      sort: { attribute: SK, type: S }
    write_policy: { mode: mutable, protected_attributes: [amount] }
    attributes:
      - { attribute: PK, type: S, roles: [pk] }
      - { attribute: SK, type: S, roles: [sk] }
      - { attribute: amount, type: N }
      - { attribute: state, type: S }
      - { attribute: extra, type: M }
      - { attribute: createdAt, type: S, roles: [created_at] }
    indexes:
      - name: by-state
        type: GSI
        partition: { attribute: state, type: S }
        sort: { attribute: createdAt, type: S }
        projection: { type: INCLUDE, fields: [amount] }
      - name: by-amount
        type: LSI
        partition: { attribute: PK, type: S }
        sort: { attribute: amount, type: N }
)";

struct Edit {
  std::string from;
  std::string to;
};

struct Case {
  const char* name;
  std::vector<Edit> edits;
  std::vector<std::string> problems;  // "LINE:COLUMN: error: MESSAGE (HINT)"
};

void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.name;
}

std::string edited(const std::vector<Edit>& edits) {
  std::string text(kBase);
  for (const auto& [from, to] : edits) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
  }
  return text;
}

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> out;
  const auto document = load_text(text, "");
  if (!document)
    for (const Diagnostic& problem : document.error().diagnostics()) out.push_back(problem.to_string());
  return out;
}

class Rules : public ::testing::TestWithParam<Case> {};

TEST_P(Rules, AreHeld) {
  EXPECT_THAT(problems_of(edited(GetParam().edits)), ::testing::ElementsAreArray(GetParam().problems));
}

std::string name_of(const ::testing::TestParamInfo<Case>& tested) {
  return tested.param.name;
}

const Case kDocumentCases[] = {
    {"TheBaseIsValid", {}, {}},
    {"VersionMissing",
     {{"dms_version: \"0.3\"\n", ""}},
     {"1:1: error: a document needs the field \"dms_version\" (The version of the schema language, quoted.)"}},
    {"VersionUnquoted",
     {{"\"0.3\"", "0.3"}},
     {"1:14: error: \"dms_version\" must be a string, not a number (quote it: \"0.3\")"}},
    {"VersionUnknown", {{"0.3", "1.0"}}, {"1:14: error: unknown dms_version \"1.0\" (one of 0.1, 0.2, 0.3)"}},
    {"NamespaceUnsafe",
     {{"models:", "namespace: \"a\\\"b\"\nmodels:"}},
     {"2:12: error: the namespace \"a\"b\" holds a quote (choose a name without it)"}},
    {"ModelNameTwice",
     {{"models:\n",
       "models:\n  - { name: Order, table: { name: other }, keys: { partition: { attribute: a, type: S } }, "
       "attributes: [{ attribute: a, type: S }] }\n"}},
     {"4:11: error: the model name \"Order\" occurs twice (model names are unique)"}},
    {"ModelNameNoIdentifier",
     {{"name: Order", "name: Order-Line"}},
     {"3:11: error: the model name \"Order-Line\" is no identifier in every language (use letters, digits and single "
      "underscores, a letter first)"}},
    {"ModelNameEmpty",
     {{"name: Order", "name: \"\""}},
     {"3:11: error: the model name \"\" is no identifier in every language (use letters, digits and single "
      "underscores, a letter first)"}},
    {"ModelNameReserved",
     {{"name: Order", "name: lambda"}},
     {"3:11: error: the model name \"lambda\" is a reserved word in Python (choose another name)"}},
    {"TableNameTooShort",
     {{"name: orders", "name: or"}},
     {"4:20: error: the table name \"or\" is not allowed (use 3 to 255 of A-Z a-z 0-9 _ . -)"}},
    {"TableNameCharacters",
     {{"name: orders", "name: a/b/c"}},
     {"4:20: error: the table name \"a/b/c\" is not allowed (use 3 to 255 of A-Z a-z 0-9 _ . -)"}},
    {"ProtectedAttributeUnknown",
     {{"[amount]", "[amount, ammount]"}},
     {"9:67: error: the protected attribute \"ammount\" is not among the attributes (did you mean \"amount\"?)"}},
};
INSTANTIATE_TEST_SUITE_P(Document, Rules, ::testing::ValuesIn(kDocumentCases), name_of);

const Case kKeyCases[] = {
    {"PartitionKeyUndeclared",
     {{"attribute: PK, type: S }", "attribute: pk, type: S }"},
      {"attribute: PK, type: S }\n        sort", "attribute: pk, type: S }\n        sort"},
      {", roles: [pk]", ""}},
     {"7:31: error: the partition key \"pk\" is not among the attributes (did you mean \"PK\"?)",
      "25:33: error: the partition key of index \"by-amount\" \"pk\" is not among the attributes (did you mean "
      "\"PK\"?)"}},
    {"SortKeyUndeclared",
     {{"attribute: SK, type: S }", "attribute: position, type: S }"}, {", roles: [sk]", ""}},
     {"8:26: error: the sort key \"position\" is not among the attributes (declare it under attributes)"}},
    {"KeyOfAnotherType",
     {{"attribute: SK, type: S }", "attribute: SK, type: N }"}},
     {"8:36: error: the sort key \"SK\" is of type N here and of type S under attributes (a key is S, N or B, and the "
      "same in both places)"}},
    {"KeyIsAMap",
     {{"attribute: SK, type: S, roles", "attribute: SK, type: M, roles"}},
     {"8:36: error: the sort key \"SK\" is of type S here and of type M under attributes (a key is S, N or B, and the "
      "same in both places)"}},
    {"KeyDeclaredAsSet",
     {{"attribute: SK, type: S }", "attribute: SK, type: SS }"}},
     {"8:36: error: unknown type \"SS\" (did you mean \"S\"?)"}},
    {"KeyEncrypted",
     {{"attribute: PK, type: S, roles", "attribute: PK, type: S, encryption: { v: 1 }, roles"}},
     {"11:47: error: \"PK\" is the partition key and encrypted (a key cannot be encrypted: the table could not find "
      "it)"}},
    {"KeyJson",
     {{"attribute: SK, type: S, roles", "attribute: SK, type: S, json: true, roles"}},
     {"12:41: error: \"SK\" is the sort key and json (a key is plain S, N or B)"}},
    {"IndexKeyEncrypted",
     {{"state, type: S }\n      - {", "state, type: S, encryption: { v: 2 } }\n      - {"}},
     {"14:50: error: \"state\" is a key of index \"by-state\" and encrypted (a key cannot be encrypted: the table "
      "could not find it)"}},
    {"IndexKeyJson",
     {{"amount, type: N }", "amount, type: N, json: true }"}},
     {"13:45: error: \"amount\" is a key of index \"by-amount\" and json (a key is plain S, N or B)"}},
    {"OneAttributeAsBothKeys",
     {{"attribute: SK, type: S }", "attribute: PK, type: S }"}, {", roles: [sk]", ""}},
     {"8:26: error: \"PK\" is partition key and sort key (choose another attribute for one of them)"}},
    {"KeyNameTooLong",
     {{"attribute: SK, type: S }", "attribute: a" + std::string(255, 'b') + ", type: S }"},
      {"attribute: SK, type: S, roles", "attribute: a" + std::string(255, 'b') + ", type: S, roles"}},
     {"8:26: error: the name of the sort key is longer than 255 bytes (choose a shorter name)"}},
};
INSTANTIATE_TEST_SUITE_P(Keys, Rules, ::testing::ValuesIn(kKeyCases), name_of);

const Case kAttributeCases[] = {
    {"NameTwice",
     {{"attribute: extra", "attribute: state"}},
     {"15:22: error: the attribute \"state\" is declared twice (remove one of the two)"}},
    {"NameEmpty",
     {{"attribute: extra", "attribute: \"\""}},
     {"15:22: error: the attribute name \"\" is empty (choose a name without it)"}},
    {"NameBreaksCamelCase",
     {{"attribute: extra", "attribute: Extra"}},
     {"15:22: error: the attribute name \"Extra\" breaks the naming convention camelCase (did you mean \"extra\"?)"}},
    {"NameBreaksDynamorm",
     {{"convention: camelCase", "convention: dynamorm"}, {"attribute: extra", "attribute: ex_tra"}},
     {"15:22: error: the attribute name \"ex_tra\" breaks the naming convention dynamorm (a lower-case letter, then "
      "letters and digits; or PK, SK)"}},
    {"NameBreaksSnakeCase",
     {{"convention: camelCase", "convention: snake_case"}},
     {"11:22: error: the attribute name \"PK\" breaks the naming convention snake_case (did you mean \"pk\"?)",
      "12:22: error: the attribute name \"SK\" breaks the naming convention snake_case (did you mean \"sk\"?)",
      "16:22: error: the attribute name \"createdAt\" breaks the naming convention snake_case (did you mean "
      "\"created_at\"?)"}},
    {"NameBreaksVerbatim",
     {{"convention: camelCase", "convention: verbatim"}, {"attribute: extra", "attribute: a/b"}},
     {"15:22: error: the attribute name \"a/b\" breaks the naming convention verbatim (letters, digits and - _ . : "
      "#)"}},
    {"NameUnsafeWhateverTheConvention",
     {{"convention: camelCase", "convention: verbatim"}, {"attribute: extra", "attribute: a`b"}},
     {"15:22: error: the attribute name \"a`b\" holds a back-tick (choose a name without it)"}},
    {"NameWithNul",
     {{"attribute: extra", "attribute: \"a\\0\""}},
     {"15:22: error: the attribute name \"a\\u0000\" holds NUL (choose a name without it)"}},
    {"RequiredAndOptional",
     {{"type: M", "type: M, required: true, optional: true"}},
     {"15:64: error: the attribute \"extra\" is required and optional (remove one)"}},
    {"JsonAndBinary",
     {{"type: M", "type: B, json: true, binary: true"}},
     {"15:44: error: type B cannot carry json (use S, N, BOOL, NULL, L or M)",
      "15:58: error: the attribute \"extra\" is json and binary (remove one)"}},
    {"BinaryNeedsB",
     {{"type: M", "type: S, binary: true"}},
     {"15:46: error: the attribute \"extra\" is binary and of type S (binary requires type B)"}},
    {"JsonInSet",
     {{"type: M", "type: NS, json: true"}},
     {"15:45: error: type NS cannot carry json (use S, N, BOOL, NULL, L or M)"}},
    {"FormatUnknown",
     {{"type: M", "type: N, format: integer"}},
     {"15:46: error: unknown format \"integer\" (did you mean \"int\"?)"}},
    {"TimestampFormatNeedsS",
     {{"type: M", "type: N, format: rfc3339nano"}},
     {"15:46: error: the format rfc3339nano does not fit type N (it is for S)"}},
    {"SecondsFormatNeedsN",
     {{"type: M", "type: S, format: unix_seconds"}},
     {"15:46: error: the format unix_seconds does not fit type S (it is for N)"}},
    {"IntFormatNeedsN",
     {{"type: M", "type: BOOL, format: int"}},
     {"15:49: error: the format int does not fit type BOOL (it is for N)"}},
    {"DecimalFormatNeedsNumberOrText",
     {{"type: M", "type: L, format: decimal_string"}},
     {"15:46: error: the format decimal_string does not fit type L (it is for N or S)"}},
    {"TypeUnknown", {{"type: M", "type: Map"}}, {"15:35: error: unknown type \"Map\" (did you mean \"M\"?)"}},
    {"EnvelopeVersionUnknown",
     {{"type: M", "type: M, encryption: { v: 3 }"}},
     {"15:55: error: unknown envelope version \"3\" (one of 1, 2)"}},
    {"EnvelopeVersionMissing",
     {{"type: M", "type: M, encryption: {}"}},
     {"15:50: error: an encryption needs the field \"v\" (The version of the envelope.)"}},
};
INSTANTIATE_TEST_SUITE_P(Attributes, Rules, ::testing::ValuesIn(kAttributeCases), name_of);

const Case kRoleCases[] = {
    {"Unknown",
     {{"type: M", "type: M, roles: [update_at]"}},
     {"15:46: error: unknown role \"update_at\" (did you mean \"updated_at\"?)"}},
    {"TwoPartitionRoles",
     {{"state, type: S }\n      - {", "state, type: S, roles: [pk] }\n      - {"}},
     {"14:46: error: the role pk occurs twice: \"PK\" and \"state\" (remove one of the two)"}},
    {"PartitionRoleDisagrees",
     {{", roles: [pk]", ""}, {"state, type: S }\n      - {", "state, type: S, roles: [pk] }\n      - {"}},
     {"14:46: error: \"state\" has the role pk, and keys says \"PK\" (make the two agree)"}},
    {"SortRoleDisagrees",
     {{"[pk]", "[sk]"}, {"SK, type: S, roles: [sk]", "SK, type: S"}},
     {"11:43: error: \"PK\" has the role sk, and keys says \"SK\" (make the two agree)"}},
    {"SortRoleWithoutSortKey",
     {{"      sort: { attribute: SK, type: S }\n", ""}, {"type: LSI\n", "type: GSI\n"}},
     {"11:43: error: \"SK\" has the role sk, and the table has no sort key (declare keys.sort, or remove the role)"}},
    {"VersionNeedsN",
     {{"type: M", "type: S, roles: [version]"}},
     {"15:46: error: the role version needs type N; \"extra\" is of type S (change the type, or remove the role)"}},
    {"TtlNeedsN",
     {{"type: M", "type: S, roles: [ttl]"}},
     {"15:46: error: the role ttl needs type N; \"extra\" is of type S (change the type, or remove the role)"}},
    {"UpdatedAtNeedsS",
     {{"type: M", "type: N, roles: [updated_at]"}},
     {"15:46: error: the role updated_at needs type S; \"extra\" is of type N (change the type, or remove the role)"}},
    {"CreatedAtNeedsS",
     {{"createdAt, type: S, roles", "createdAt, type: N, roles"}, {"createdAt, type: S }", "createdAt, type: N }"}},
     {"16:50: error: the role created_at needs type S; \"createdAt\" is of type N (change the type, or remove the "
      "role)"}},
    {"TwoCreatedAt",
     {{"type: M", "type: S, roles: [created_at]"}},
     {"16:50: error: the role created_at occurs twice: \"extra\" and \"createdAt\" (remove one of the two)"}},
    {"TwoVersions",
     {{"amount, type: N }", "amount, type: N, roles: [version] }"}, {"type: M", "type: N, roles: [version]"}},
     {"15:46: error: the role version occurs twice: \"amount\" and \"extra\" (remove one of the two)"}},
    {"TwoTtls",
     {{"amount, type: N }", "amount, type: N, roles: [ttl] }"}, {"type: M", "type: N, roles: [ttl]"}},
     {"15:46: error: the role ttl occurs twice: \"amount\" and \"extra\" (remove one of the two)"}},
    {"TwoUpdatedAt",
     {{"state, type: S }\n      - {", "state, type: S, roles: [updated_at] }\n      - {"},
      {"type: M", "type: S, roles: [updated_at]"}},
     {"15:46: error: the role updated_at occurs twice: \"state\" and \"extra\" (remove one of the two)"}},
    {"TwoLifecycleRolesOnOneAttribute",
     {{"type: M", "type: N, roles: [version, ttl]"}},
     {"15:55: error: the attribute \"extra\" has the roles version and ttl (give each an attribute of its own)"}},
    {"LifecycleRoleEncrypted",
     {{"type: M", "type: N, encryption: { v: 1 }, roles: [version]"}},
     {"15:68: error: \"extra\" has the role version and is encrypted (an encrypted attribute is stored as an envelope; "
      "leave it in the clear)"}},
    {"IndexRolesAgree",
     {{"state, type: S }\n      - {", "state, type: S, roles: [\"index_pk:by-state\"] }\n      - {"},
      {"[created_at]", "[created_at, \"index_sk:by-state\"]"}},
     {}},
    {"IndexRoleNamesNoIndex",
     {{"state, type: S }\n      - {", "state, type: S, roles: [\"index_pk:by-stat\"] }\n      - {"}},
     {"14:46: error: the role \"index_pk:by-stat\" names no index (did you mean \"by-state\"?)"}},
    {"IndexPartitionRoleDisagrees",
     {{"type: M", "type: M, roles: [\"index_pk:by-state\"]"}},
     {"15:46: error: \"extra\" has the role \"index_pk:by-state\", and the index says state S (make the two agree)"}},
    {"IndexSortRoleDisagrees",
     {{"type: M", "type: M, roles: [\"index_sk:by-amount\"]"}},
     {"15:46: error: \"extra\" has the role \"index_sk:by-amount\", and the index says amount N (make the two agree)"}},
};
INSTANTIATE_TEST_SUITE_P(Roles, Rules, ::testing::ValuesIn(kRoleCases), name_of);

std::vector<Edit> many_indexes(int global, int local) {
  std::string text;
  for (int i = 0; i < global; ++i)
    text += "      - { name: g" + std::to_string(100 + i) + ", type: GSI, partition: { attribute: state, type: S } }\n";
  for (int i = 0; i < local; ++i)
    text += "      - { name: l" + std::to_string(100 + i) +
            ", type: LSI, partition: { attribute: PK, type: S }, sort: { attribute: state, type: S } }\n";
  return {{"    indexes:\n", "    indexes:\n" + text}};
}

const Case kIndexCases[] = {
    {"NameTwice",
     {{"name: by-amount", "name: by-state"}},
     {"23:15: error: the index name \"by-state\" occurs twice (index names are unique)"}},
    {"NameNotAllowed",
     {{"name: by-amount", "name: by"}},
     {"23:15: error: the index name \"by\" is not allowed (use 3 to 255 of A-Z a-z 0-9 _ . -)"}},
    {"TypeUnknown", {{"type: LSI", "type: local"}}, {"24:15: error: unknown type \"local\" (one of GSI, LSI)"}},
    {"KeyUndeclared",
     {{"attribute: state, type: S }\n        sort", "attribute: status, type: S }\n        sort"}},
     {"20:33: error: the partition key of index \"by-state\" \"status\" is not among the attributes (did you mean "
      "\"state\"?)"}},
    {"KeyOfAnotherType",
     {{"amount, type: N }\n", "amount, type: S }\n"}},
     {"26:42: error: the sort key of index \"by-amount\" \"amount\" is of type N here and of type S under attributes "
      "(a key is S, N or B, and the same in both places)"}},
    {"KeyTwice",
     {{"attribute: createdAt, type: S }\n        proj", "attribute: state, type: S }\n        proj"}},
     {"21:28: error: \"state\" occurs twice in the keys of one index (name each attribute once)"}},
    {"LocalWithAnotherPartitionKey",
     {{"attribute: PK, type: S }\n        sort", "attribute: state, type: S }\n        sort"}},
     {"25:33: error: the LSI \"by-amount\" has the partition key \"state\" (an LSI has the table's, \"PK\"; or make it "
      "a GSI)"}},
    {"LocalWithoutSortKey",
     {{"        sort: { attribute: amount, type: N }\n", ""}},
     {"23:9: error: the LSI \"by-amount\" has no sort key (give it one, or make it a GSI)"}},
    {"LocalOnTableWithoutSortKey",
     {{"      sort: { attribute: SK, type: S }\n", ""}, {", roles: [sk]", ""}},
     {"23:15: error: the LSI \"by-amount\" needs a table with a sort key (declare keys.sort, or make it a GSI)"}},
    {"LocalWithKeyList",
     {{"sort: { attribute: amount, type: N }", "sort: [{ attribute: amount, type: N }]"}},
     {"26:15: error: an LSI lists key attributes (only a GSI may; give one attribute)"}},
    {"IncludeWithoutFields",
     {{", fields: [amount]", ""}},
     {"22:21: error: the projection INCLUDE needs fields (list the attributes, or use ALL or KEYS_ONLY)"}},
    {"IncludeWithEmptyFields",
     {{"fields: [amount]", "fields: []"}},
     {"22:21: error: the projection INCLUDE needs fields (list the attributes, or use ALL or KEYS_ONLY)"}},
    {"AllWithFields",
     {{"type: INCLUDE", "type: ALL"}},
     {"22:42: error: the projection ALL takes no fields (remove them, or use INCLUDE)"}},
    {"KeysOnlyWithEmptyFields",
     {{"type: INCLUDE, fields: [amount]", "type: KEYS_ONLY, fields: []"}},
     {"22:48: error: the projection KEYS_ONLY takes no fields (remove them, or use INCLUDE)"}},
    {"FieldUndeclared",
     {{"fields: [amount]", "fields: [amount, stat]"}},
     {"22:55: error: the projected field \"stat\" is not among the attributes (did you mean \"state\"?)"}},
    {"FieldTwice",
     {{"fields: [amount]", "fields: [amount, amount]"}},
     {"22:55: error: the projected field \"amount\" occurs twice (remove one)"}},
    {"TwentyGlobalAndFiveLocal", many_indexes(19, 4), {}},
    {"TooManyGlobal",
     many_indexes(20, 0),
     {"38:9: error: a table has at most 20 GSIs and 5 LSIs (remove this index and those after it)"}},
    {"TooManyLocal",
     many_indexes(0, 5),
     {"28:9: error: a table has at most 20 GSIs and 5 LSIs (remove this index and those after it)"}},
    {"KeyListEmpty",
     {{"partition: { attribute: state, type: S }", "partition: []"}},
     {"20:20: error: \"partition\" is empty (The partition key; from 0.3 a GSI may have a list of up to 4.)"}},
    {"KeyListOfTwo",
     {{"sort: { attribute: createdAt, type: S }",
       "sort: [{ attribute: createdAt, type: S }, { attribute: amount, type: N }]"}},
     {}},
    {"KeyListElementUndeclared",
     {{"sort: { attribute: createdAt, type: S }",
       "sort: [{ attribute: createdAt, type: S }, { attribute: amont, type: N }]"}},
     {"21:64: error: the sort key of index \"by-state\" \"amont\" is not among the attributes (did you mean "
      "\"amount\"?)"}},
};
INSTANTIATE_TEST_SUITE_P(Indexes, Rules, ::testing::ValuesIn(kIndexCases), name_of);

const Case kVersionCases[] = {
    {"NoVerbatimBefore",
     {{"0.3", "0.2"}, {"convention: camelCase", "convention: verbatim"}},
     {"5:27: error: naming convention \"verbatim\" exists from version 0.3 on; this document is of version 0.2 (write "
      "dms_version: \"0.3\", or leave it out)"}},
    {"NoSecondEnvelopeBefore",
     {{"0.3", "0.1"}, {"type: M", "type: M, encryption: { v: 2 }"}},
     {"15:55: error: envelope version \"2\" exists from version 0.3 on; this document is of version 0.1 (write "
      "dms_version: \"0.3\", or leave it out)"}},
    {"NoDiscriminatorBefore",
     {{"0.3", "0.2"}, {"    table:", "    discriminator: { attribute: kind, value: order }\n    table:"}},
     {"4:5: error: the field \"discriminator\" exists from version 0.3 on; this document is of version 0.2 (write "
      "dms_version: \"0.3\", or leave it out)"}},
    {"NoKeyListBefore",
     {{"0.3", "0.2"}, {"partition: { attribute: state, type: S }", "partition: [{ attribute: state, type: S }]"}},
     {"20:20: error: a list of key attributes exists from version 0.3 on; this document is of version 0.2 (give one, "
      "or write dms_version: \"0.3\")"}},
    {"NoKeyListForTheTable",
     {{"sort: { attribute: SK, type: S }", "sort: [{ attribute: SK, type: S }]"}},
     {"8:13: error: \"sort\" must be an object, not a list"}},
};
INSTANTIATE_TEST_SUITE_P(Version03, Rules, ::testing::ValuesIn(kVersionCases), name_of);

std::vector<Edit> discriminator(const std::string& attribute, const std::string& value = "order") {
  return {
      {"    indexes:\n", "    discriminator: { attribute: " + attribute + ", value: " + value + " }\n    indexes:\n"}};
}

const Case kDiscriminatorCases[] = {
    {"Undeclared", discriminator("kind"), {}},
    {"Declared", discriminator("state"), {}},
    {"NotText",
     discriminator("amount"),
     {"17:33: error: the discriminator \"amount\" is of type N (a discriminator is of type S)"}},
    {"KeyAttribute",
     discriminator("SK"),
     {"17:33: error: the discriminator \"SK\" has another role (give the discriminator an attribute of its own)"}},
    {"LifecycleAttribute",
     discriminator("createdAt"),
     {"17:33: error: the discriminator \"createdAt\" has another role (give the discriminator an attribute of its "
      "own)"}},
    {"NameBreaksConvention",
     discriminator("_kind"),
     {"17:33: error: the attribute name \"_kind\" breaks the naming convention camelCase (a lower-case letter, then "
      "letters and digits; or PK, SK)"}},
    {"NameUnsafe",
     discriminator("\"a b\""),
     {"17:33: error: the attribute name \"a b\" holds white space (choose a name without it)"}},
    {"ValueEmpty",
     discriminator("kind", "\"\""),
     {"17:46: error: the discriminator's value is empty (give the text that marks items of this model)"}},
};
INSTANTIATE_TEST_SUITE_P(Discriminator, Rules, ::testing::ValuesIn(kDiscriminatorCases), name_of);

// A second model on the same table, the same but for `edit`.
std::vector<Edit> second_model(const std::string& ttl, const std::string& sort, const std::string& projection,
                               const std::string& value) {
  return {{"models:\n",
           "models:\n"
           "  - name: First\n"
           "    table: { name: orders }\n"
           "    keys: { partition: { attribute: PK, type: S }, sort: { attribute: " +
               sort +
               ", type: S } }\n"
               "    discriminator: { attribute: kind, value: " +
               value +
               " }\n"
               "    attributes: [{ attribute: PK, type: S }, { attribute: " +
               sort +
               ", type: S }, { attribute: state, type: S }, "
               "{ attribute: createdAt, type: S }, { attribute: amount, type: N }, { attribute: " +
               ttl +
               ", type: N, roles: [ttl] }]\n"
               "    indexes: [{ name: by-state, type: GSI, partition: { attribute: state, type: S }, "
               "sort: { attribute: createdAt, type: S }, projection: " +
               projection + " }]\n"},
          {"type: M", "type: N, roles: [ttl]"},
          {"  - name: Order\n", "  - name: Order\n    discriminator: { attribute: kind, value: order }\n"}};
}

const Case kSharedTableCases[] = {
    {"Agreeing", second_model("extra", "SK", "{ type: INCLUDE, fields: [amount] }", "first"), {}},
    {"OtherTtl",
     second_model("expires", "SK", "{ type: INCLUDE, fields: [amount] }", "first"),
     {"22:22: error: the ttl attribute is \"extra\", not \"expires\"; model \"First\" on the same table \"orders\" "
      "differs (make the two agree, or use two tables)"}},
    {"OtherKeys",
     second_model("extra", "sort", "{ type: INCLUDE, fields: [amount] }", "first"),
     {"14:7: error: the keys are PK S, SK S, not PK S, sort S; model \"First\" on the same table \"orders\" differs "
      "(make the two agree, or use two tables)"}},
    {"OtherIndexOfTheSameName",
     second_model("extra", "SK", "{ type: ALL }", "first"),
     {"25:9: error: the index \"by-state\" is a GSI on state S / createdAt S, projecting INCLUDE amount, not a GSI on "
      "state S / createdAt S, projecting ALL; model \"First\" on the same table \"orders\" differs (make the two "
      "agree, or use two tables)"}},
    {"SameDiscriminator",
     second_model("extra", "SK", "{ type: INCLUDE, fields: [amount] }", "order"),
     {"10:46: error: the discriminator is that of model \"First\" on the same table (give each model a value of its "
      "own)"}},
};
INSTANTIATE_TEST_SUITE_P(SharedTable, Rules, ::testing::ValuesIn(kSharedTableCases), name_of);

TEST(Rules, OneMistakeIsReportedOnceAndNotByEveryRuleItTouches) {
  // The misspelt field leaves PK undeclared, its role dangling and the LSI without its key.
  EXPECT_THAT(problems_of(edited({{"{ attribute: PK, type: S, roles", "{ atribute: PK, type: S, roles"}})),
              ::testing::ElementsAre(
                  "11:9: error: an attribute needs the field \"attribute\" (The stored name, fully explicit.)",
                  "11:11: error: unknown field \"atribute\" in an attribute (did you mean \"attribute\"?)"));
}

TEST(Rules, ProblemsBeyondAThousandAreCountedAsOne) {
  std::string names;
  for (int i = 0; i < 20000; ++i) names += ", other" + std::to_string(i);
  const auto problems = problems_of(edited({{"[amount]", "[amount" + names + "]"}}));
  ASSERT_EQ(problems.size(), 1001U);
  EXPECT_THAT(problems.back(), ::testing::HasSubstr("more than 1000 problems; the others are not shown"));
}

}  // namespace
}  // namespace tabletheory::dms
