#include "engine/tables/table_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/messages.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000'000;

// `One or more parameter values were invalid: <reason>`
std::unexpected<ServiceError> invalid(std::string_view reason) {
  return refuse(fmt::format(messages::kInvalidParameter, reason));
}

const KeyAttribute* find_definition(const AttributeDefinitions& definitions, std::string_view name) {
  const auto found = std::ranges::find(definitions, name, &KeyAttribute::name);
  return found == definitions.end() ? nullptr : &*found;
}

std::string names_of(const AttributeDefinitions& definitions) {
  std::string out;
  for (const KeyAttribute& definition : definitions) {
    if (!out.empty()) out += ", ";
    out += definition.name;
  }
  return out;
}

std::unexpected<ServiceError> not_defined(const std::vector<KeyElement>& keys,
                                          const AttributeDefinitions& definitions) {
  std::string names;
  for (const KeyElement& key : keys) {
    if (!names.empty()) names += ", ";
    names += key.attribute;
  }
  return invalid(fmt::format(messages::kKeysNotDefined, names, names_of(definitions)));
}

bool all_defined(const std::vector<KeyElement>& keys, const AttributeDefinitions& definitions) {
  return std::ranges::all_of(
      keys, [&](const KeyElement& key) { return find_definition(definitions, key.attribute) != nullptr; });
}

// HASH then RANGE, of different names. Precondition: one or two elements.
Served<void> check_order(const std::vector<KeyElement>& keys) {
  if (keys.size() > 1 && keys[0].attribute == keys[1].attribute) return refuse(std::string(messages::kSameKeyNames));
  if (!keys[0].hash) return refuse(std::string(messages::kFirstNotHash));
  if (keys.size() > 1 && keys[1].hash) return refuse(std::string(messages::kSecondNotRange));
  return {};
}

// A key of up to four HASH attributes followed by up to four RANGE attributes.
Served<void> check_multiple(const std::vector<KeyElement>& keys) {
  if (!keys[0].hash) return refuse(std::string(messages::kFirstNotHash));
  const auto first_range = std::ranges::find(keys, false, &KeyElement::hash);
  if (std::any_of(first_range, keys.end(), [](const KeyElement& key) { return key.hash; })) {
    return refuse(std::string(messages::kHashAfterRange));
  }
  const auto hashes = static_cast<std::size_t>(first_range - keys.begin());
  if (hashes > limits::kIndexKeyAttributes || keys.size() - hashes > limits::kIndexKeyAttributes) {
    return invalid(messages::kTooManyIndexKeys);
  }
  std::set<std::string_view> names;
  for (const KeyElement& key : keys) {
    if (!names.insert(key.attribute).second) return invalid(fmt::format(messages::kRepeatedKey, key.attribute));
  }
  return {};
}

// Precondition: all are defined.
KeySchema resolved(const std::vector<KeyElement>& keys, const AttributeDefinitions& definitions) {
  KeySchema schema;
  for (const KeyElement& key : keys) {
    (key.hash ? schema.hash : schema.range).push_back(*find_definition(definitions, key.attribute));
  }
  return schema;
}

Served<void> set_projection(const IndexRequest& request, Index& index) {
  if (!request.projection) return invalid(messages::kUnknownProjection);
  index.projection = *request.projection;
  if (index.projection != Index::Projection::kInclude) {
    if (!request.included) return {};
    const bool all = index.projection == Index::Projection::kAll;
    return invalid(fmt::format(messages::kIncludedWithoutInclude, all ? "ALL" : "KEYS_ONLY"));
  }
  if (!request.included) return invalid(messages::kIncludeWithoutIncluded);
  index.included.assign(request.included->begin(), request.included->end());
  return {};
}

Served<void> check_units(const Throughput& throughput) {
  if (throughput.read_units > kMostUnits) {
    return refuse(fmt::format(messages::kUnitsOutOfBounds, throughput.read_units, "ReadCapacityUnits"));
  }
  if (throughput.write_units > kMostUnits) {
    return refuse(fmt::format(messages::kUnitsOutOfBounds, throughput.write_units, "WriteCapacityUnits"));
  }
  return {};
}

std::set<std::string_view> used_attributes(const Table& table) {
  std::set<std::string_view> used;
  const auto add = [&](const KeySchema& keys) {
    for (const KeyAttribute& attribute : keys.hash) used.insert(attribute.name);
    for (const KeyAttribute& attribute : keys.range) used.insert(attribute.name);
  };
  add(table.keys);
  for (const Index& index : table.indexes) add(index.keys);
  return used;
}

}  // namespace

Served<void> check_attribute_definitions(const AttributeDefinitions& definitions) {
  std::set<std::string_view> names;
  for (const KeyAttribute& definition : definitions) {
    if (!names.insert(definition.name).second) {
      return invalid(fmt::format(messages::kRepeatedDefinition, definition.name));
    }
  }
  return {};
}

Served<KeySchema> table_key_schema(const std::vector<KeyElement>& keys, const AttributeDefinitions& definitions) {
  if (find_definition(definitions, keys[0].attribute) == nullptr) return not_defined(keys, definitions);
  TT_SERVE_CHECK(check_order(keys));
  if (!all_defined(keys, definitions)) return refuse(std::string(messages::kKeyWithoutDefinition));
  return resolved(keys, definitions);
}

Served<Index> local_index(const IndexRequest& request, const KeySchema& table_keys,
                          const AttributeDefinitions& definitions) {
  Index index;
  index.name = request.name;
  index.global = false;
  if (!all_defined(request.keys, definitions)) return not_defined(request.keys, definitions);
  TT_SERVE_CHECK(check_order(request.keys));
  if (table_keys.range.empty()) return invalid(messages::kLocalWithoutTableRange);
  if (request.keys.size() < 2) return invalid(fmt::format(messages::kLocalWithoutRange, index.name));
  if (request.keys[0].attribute != table_keys.hash[0].name) {
    return invalid(
        fmt::format(messages::kLocalOtherHash, index.name, request.keys[0].attribute, table_keys.hash[0].name));
  }
  index.keys = resolved(request.keys, definitions);
  TT_SERVE_CHECK(set_projection(request, index));
  return index;
}

Served<Index> global_index(const IndexRequest& request, const AttributeDefinitions& definitions) {
  Index index;
  index.name = request.name;
  if (!all_defined(request.keys, definitions)) return not_defined(request.keys, definitions);
  const bool simple = request.keys.size() == 1 || (request.keys.size() == 2 && !request.keys[1].hash);
  TT_SERVE_CHECK(simple ? check_order(request.keys) : check_multiple(request.keys));
  index.keys = resolved(request.keys, definitions);
  TT_SERVE_CHECK(set_projection(request, index));
  index.throughput = request.throughput.value_or(Throughput{});
  return index;
}

Served<void> check_table_throughput(bool on_demand, const std::optional<Throughput>& throughput) {
  if (on_demand) return throughput ? invalid(messages::kThroughputOnDemand) : Served<void>();
  if (!throughput) return invalid(messages::kThroughputMissing);
  return check_units(*throughput);
}

Served<void> check_index_throughput(bool on_demand, std::string_view index,
                                    const std::optional<Throughput>& throughput) {
  if (on_demand) {
    return throughput ? invalid(fmt::format(messages::kIndexThroughputOnDemand, index)) : Served<void>();
  }
  if (!throughput) return invalid(fmt::format(messages::kIndexThroughputMissing, index));
  return check_units(*throughput);
}

Served<void> check_indexes(const std::vector<Index>& indexes) {
  const auto locals = static_cast<std::size_t>(std::ranges::count(indexes, false, &Index::global));
  if (locals > limits::kLocalIndexes) return invalid(messages::kTooManyLocalIndexes);
  if (indexes.size() - locals > limits::kGlobalIndexes) return invalid(messages::kTooManyGlobalIndexes);
  std::set<std::string_view> names;
  std::size_t projected = 0;
  for (const Index& index : indexes) {
    if (!names.insert(index.name).second) return invalid(fmt::format(messages::kRepeatedIndex, index.name));
    projected += index.included.size();
  }
  if (projected > limits::kProjectedAttributes) {
    return invalid(fmt::format(messages::kTooManyProjected, limits::kProjectedAttributes, projected));
  }
  return {};
}

Served<void> check_all_used(const Table& table) {
  const auto used = used_attributes(table);
  if (used.size() == table.attribute_definitions.size()) return {};
  if (table.indexes.empty()) return invalid(messages::kDefinitionCount);
  return invalid(
      fmt::format(messages::kDefinitionsNotUsed, names_of(table.attribute_definitions), fmt::join(used, ", ")));
}

void drop_unused_definitions(Table& table) {
  const auto used = used_attributes(table);
  // `used` views names of the keys, not of the definitions erased here.
  std::erase_if(table.attribute_definitions,
                [&](const KeyAttribute& definition) { return !used.contains(definition.name); });
}

}  // namespace tabletheory::engine
