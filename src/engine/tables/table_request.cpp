#include "engine/tables/table_request.h"

#include <fmt/format.h>

#include <array>

#include "engine/messages.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

// Values of enumerations, in the order in which the service lists them.
constexpr auto kAttributeTypes = std::to_array<std::string_view>({"B", "N", "S"});
constexpr std::array kAttributeTypeOf = {Type::kB, Type::kN, Type::kS};
constexpr auto kKeyTypes = std::to_array<std::string_view>({"HASH", "RANGE"});
constexpr auto kProjectionTypes = std::to_array<std::string_view>({"ALL", "INCLUDE", "KEYS_ONLY"});
constexpr std::array kProjectionOf = {Index::Projection::kAll, Index::Projection::kInclude,
                                      Index::Projection::kKeysOnly};
constexpr auto kBillingModes = std::to_array<std::string_view>({"PROVISIONED", "PAY_PER_REQUEST"});
// Members of CreateTable and UpdateTable that the service acts on and this engine does not.
constexpr auto kUnsupportedOfTables = std::to_array<std::string_view>(
    {"ResourcePolicy", "OnDemandThroughput", "WarmThroughput", "ReplicaUpdates", "MultiRegionConsistency",
     "GlobalTableWitnessUpdates", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode", "VectorIndexes"});
constexpr auto kUnsupportedOfIndexes = std::to_array<std::string_view>({"OnDemandThroughput", "WarmThroughput"});
constexpr auto kTableClasses = std::to_array<std::string_view>({"STANDARD", "STANDARD_INFREQUENT_ACCESS"});
constexpr auto kStreamViewTypes =
    std::to_array<std::string_view>({"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"});
constexpr auto kSseTypes = std::to_array<std::string_view>({"AES256", "KMS"});

constexpr std::size_t kMostIncluded = 20;  // NonKeyAttributes of one index
constexpr std::size_t kMostTagKeyBytes = 128;
constexpr std::size_t kMostTagValueBytes = 256;

// The path of element `i` (from 0) of the list at `path`.
std::string element_path(std::string_view path, std::size_t i) {
  return fmt::format("{}.{}.member.", path, i + 1);
}

// A key or index attribute's name: 1 to 255 characters.
void check_attribute_name(const std::optional<std::string_view>& name, const std::string& path,
                          ConstraintErrors& errors) {
  errors.required(name, path);
  if (name) errors.length(*name, path, 1, limits::kKeyAttributeNameBytes);
}

// A string member with a set of values; nullopt when absent or wrong (and then among `errors`).
Served<std::optional<std::size_t>> read_enumeration(const Request& object, std::string_view name,
                                                    const std::string& path, bool required,
                                                    std::span<const std::string_view> allowed,
                                                    ConstraintErrors& errors) {
  TT_SERVE(const auto text, get_string(object, name));
  if (text) return errors.one_of(*text, path, allowed);
  if (required) errors.null(path);
  return std::nullopt;
}

// The list as the service prints it in a message.
std::string printed(const std::vector<KeyElement>& keys) {
  std::string out = "[";
  for (const KeyElement& key : keys) {
    if (out.size() > 1) out += ", ";
    out += fmt::format("KeySchemaElement(attributeName={}, keyType={})", key.attribute, key.hash ? "HASH" : "RANGE");
  }
  return out + "]";
}

Served<KeyElement> read_key_element(value::WireElement element, const std::string& path, ConstraintErrors& errors) {
  TT_SERVE(const auto object, as_object(element, "KeySchemaElement"));
  TT_SERVE(const auto name, get_string(object, "AttributeName"));
  check_attribute_name(name, path + "attributeName", errors);
  TT_SERVE(const auto type, read_enumeration(object, "KeyType", path + "keyType", true, kKeyTypes, errors));
  return KeyElement{name.value_or(""), type.value_or(0) == 0};
}

Served<void> read_projection(const Request& index, const std::string& path, IndexRequest& out,
                             ConstraintErrors& errors) {
  TT_SERVE(const auto projection, get_object(index, "Projection", "Projection"));
  if (!projection) {
    errors.null(path + "projection");
    return {};
  }
  TT_SERVE(const auto type, read_enumeration(*projection, "ProjectionType", path + "projection.projectionType", false,
                                             kProjectionTypes, errors));
  if (type) out.projection = kProjectionOf[*type];
  TT_SERVE(const auto included, get_array(*projection, "NonKeyAttributes"));
  if (!included) return {};
  out.included.emplace();
  const std::string list = path + "projection.nonKeyAttributes";
  for (const value::WireElement element : *included) {
    TT_SERVE(const auto name, as_string(element));
    errors.length(name, fmt::format("{}.{}.member", list, out.included->size() + 1), 1, limits::kKeyAttributeNameBytes);
    out.included->push_back(name);
  }
  errors.size(out.included->size(), fmt::format("[{}]", fmt::join(*out.included, ", ")), list, 1, kMostIncluded);
  return {};
}

Served<std::optional<bool>> read_stream_specification(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto stream, get_object(request, "StreamSpecification", "StreamSpecification"));
  if (!stream) return std::nullopt;
  TT_SERVE(const auto enabled, get_bool(*stream, "StreamEnabled"));
  errors.required(enabled, "streamSpecification.streamEnabled");
  TT_SERVE(const auto view, read_enumeration(*stream, "StreamViewType", "streamSpecification.streamViewType", false,
                                             kStreamViewTypes, errors));
  if (!errors.empty() || !enabled) return std::nullopt;
  if (!*enabled && view) return refuse(std::string(messages::kStreamViewWithoutStream));
  if (*enabled && !view) return refuse(std::string(messages::kStreamWithoutView));
  return enabled;
}

Served<std::optional<bool>> read_sse(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto sse, get_object(request, "SSESpecification", "SSESpecification"));
  if (!sse) return std::nullopt;
  TT_SERVE(const auto enabled, get_bool(*sse, "Enabled"));
  TT_SERVE_CHECK(read_enumeration(*sse, "SSEType", "sSESpecification.sSEType", false, kSseTypes, errors));
  TT_SERVE_CHECK(get_string(*sse, "KMSMasterKeyId"));
  return enabled.value_or(false);
}

// An index to be made, or an update of one: {"Create": {…}}, {"Update": {…}}.
Served<void> check_supported_of_index(value::WireElement element, std::string_view list) {
  TT_SERVE(const auto index, as_object(element, "GlobalSecondaryIndex"));
  for (const std::string_view name : kUnsupportedOfIndexes) {
    for (const std::string_view action : {"", "Create", "Update"}) {
      TT_SERVE(const auto inner, action.empty() ? std::optional(index) : get_object(index, action, "action"));
      if (!inner || !member(*inner, name)) continue;
      return refuse(fmt::format(messages::kNotSupported, fmt::format("{} of {}", name, list)));
    }
  }
  return {};
}

}  // namespace

Served<std::vector<KeyAttribute>> read_attribute_definitions(const Request& request, ConstraintErrors& errors) {
  std::vector<KeyAttribute> out;
  TT_SERVE(const auto list, get_array(request, "AttributeDefinitions"));
  if (!list) return out;
  for (const value::WireElement element : *list) {
    const std::string path = element_path("attributeDefinitions", out.size());
    TT_SERVE(const auto object, as_object(element, "AttributeDefinition"));
    TT_SERVE(const auto name, get_string(object, "AttributeName"));
    check_attribute_name(name, path + "attributeName", errors);
    TT_SERVE(const auto type,
             read_enumeration(object, "AttributeType", path + "attributeType", true, kAttributeTypes, errors));
    out.push_back({std::string(name.value_or("")), kAttributeTypeOf[type.value_or(0)]});
  }
  return out;
}

Served<std::vector<KeyElement>> read_key_schema(const Request& request, const std::string& path, std::size_t most,
                                                ConstraintErrors& errors) {
  std::vector<KeyElement> out;
  const std::string list_path = path + "keySchema";
  TT_SERVE(const auto list, get_array(request, "KeySchema"));
  if (!list) {
    errors.null(list_path);
    return out;
  }
  for (const value::WireElement element : *list) {
    TT_SERVE(const auto key, read_key_element(element, element_path(list_path, out.size()), errors));
    out.push_back(key);
  }
  errors.size(out.size(), printed(out), list_path, 1, most);
  return out;
}

Served<std::optional<Throughput>> read_throughput(const Request& request, const std::string& path,
                                                  ConstraintErrors& errors) {
  TT_SERVE(const auto object, get_object(request, "ProvisionedThroughput", "ProvisionedThroughput"));
  if (!object) return std::nullopt;
  TT_SERVE(const auto read, get_long(*object, "ReadCapacityUnits"));
  TT_SERVE(const auto write, get_long(*object, "WriteCapacityUnits"));
  const std::string below = path + "provisionedThroughput.";
  errors.required(read, below + "readCapacityUnits");
  errors.required(write, below + "writeCapacityUnits");
  if (read) errors.range(*read, below + "readCapacityUnits", 1);
  if (write) errors.range(*write, below + "writeCapacityUnits", 1);
  return Throughput{read.value_or(0), write.value_or(0)};
}

Served<std::optional<BillingMode>> read_billing_mode(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto mode, read_enumeration(request, "BillingMode", "billingMode", false, kBillingModes, errors));
  if (!mode) return std::nullopt;
  return static_cast<BillingMode>(*mode);
}

Served<IndexRequest> read_index(const Request& index, const std::string& path, bool global, ConstraintErrors& errors) {
  IndexRequest out;
  TT_SERVE(const auto name, get_string(index, "IndexName"));
  errors.index_name(name, path + "indexName");
  out.name = name.value_or("");
  const std::size_t most_keys = global ? 2 * limits::kIndexKeyAttributes : 2;
  TT_SERVE(out.keys, read_key_schema(index, path, most_keys, errors));
  TT_SERVE_CHECK(read_projection(index, path, out, errors));
  if (global) {
    TT_SERVE(out.throughput, read_throughput(index, path, errors));
  }
  return out;
}

Served<std::optional<std::vector<IndexRequest>>> read_indexes(const Request& request, std::string_view name,
                                                              bool global, ConstraintErrors& errors) {
  TT_SERVE(const auto list, get_array(request, name));
  if (!list) return std::nullopt;
  const std::string_view list_path = global ? "globalSecondaryIndexes" : "localSecondaryIndexes";
  std::vector<IndexRequest> out;
  for (const value::WireElement element : *list) {
    TT_SERVE(const auto object, as_object(element, global ? "GlobalSecondaryIndex" : "LocalSecondaryIndex"));
    TT_SERVE(auto index, read_index(object, element_path(list_path, out.size()), global, errors));
    out.push_back(std::move(index));
  }
  return out;
}

Served<TableSettings> read_table_settings(const Request& request, ConstraintErrors& errors) {
  TableSettings out;
  TT_SERVE(out.billing_mode, read_billing_mode(request, errors));
  TT_SERVE(out.throughput, read_throughput(request, "", errors));
  TT_SERVE(out.deletion_protection, get_bool(request, "DeletionProtectionEnabled"));
  TT_SERVE(const auto table_class, read_enumeration(request, "TableClass", "tableClass", false, kTableClasses, errors));
  if (table_class) out.table_class = *table_class == 0 ? "" : std::string(kTableClasses[*table_class]);
  TT_SERVE(out.stream_enabled, read_stream_specification(request, errors));
  TT_SERVE(out.sse_enabled, read_sse(request, errors));
  return out;
}

Served<void> check_supported(const Request& request, const TableSettings& settings) {
  const auto unsupported = [](std::string_view name) { return refuse(fmt::format(messages::kNotSupported, name)); };
  if (settings.stream_enabled.value_or(false)) return unsupported("An enabled StreamSpecification");
  if (settings.sse_enabled.value_or(false)) return unsupported("An enabled SSESpecification");
  for (const std::string_view name : kUnsupportedOfTables) {
    if (member(request, name)) return unsupported(name);
  }
  for (const std::string_view list : {"GlobalSecondaryIndexes", "GlobalSecondaryIndexUpdates"}) {
    TT_SERVE(const auto indexes, get_array(request, list));
    if (!indexes) continue;
    for (const value::WireElement element : *indexes) TT_SERVE_CHECK(check_supported_of_index(element, list));
  }
  return {};
}

Served<std::optional<std::vector<Tag>>> read_tags(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto list, get_array(request, "Tags"));
  if (!list) return std::nullopt;
  std::vector<Tag> out;
  for (const value::WireElement element : *list) {
    const std::string path = element_path("tags", out.size());
    TT_SERVE(const auto object, as_object(element, "Tag"));
    TT_SERVE(const auto key, get_string(object, "Key"));
    TT_SERVE(const auto text, get_string(object, "Value"));
    errors.required(key, path + "key");
    errors.required(text, path + "value");
    if (key) errors.length(*key, path + "key", 1, kMostTagKeyBytes);
    if (text) errors.length(*text, path + "value", 0, kMostTagValueBytes);
    out.push_back({key.value_or(""), text.value_or("")});
  }
  return out;
}

Served<std::string_view> read_table_name(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto name, get_string(request, "TableName"));
  if (!name) return refuse(std::string(messages::kTableNameRequired));
  if (name->starts_with("arn:")) return *name;
  if (name->size() < limits::kTableNameMin || name->size() > limits::kTableNameMax) {
    return refuse(std::string(messages::kTableNameLength));
  }
  errors.name_pattern(*name, "tableName");
  return *name;
}

}  // namespace tabletheory::engine
