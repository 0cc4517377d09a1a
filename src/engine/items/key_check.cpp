#include "engine/items/key_check.h"

#include <fmt/format.h>

#include "engine/messages.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

// Bytes of a key's S or B value; a number has no limit of its own.
std::size_t key_bytes(const Value& value) {
  if (value.is(Type::kS)) return value.text().size();
  if (value.is(Type::kB)) return value.bytes().size();
  return 1;
}

std::string_view empty_kind(const Value& value) {
  return value.is(Type::kS) ? "string" : "binary";
}

Served<void> check_size(const Value& value, bool hash) {
  const std::size_t bytes = key_bytes(value);
  if (hash && bytes > limits::kPartitionKeyBytes) return refuse(std::string(messages::kHashKeySize));
  if (!hash && bytes > limits::kSortKeyBytes) return refuse(std::string(messages::kRangeKeySize));
  return {};
}

Served<void> check_table_attribute(const KeyAttribute& attribute, const Item& item, bool hash) {
  const Value* value = item.find(attribute.name);
  if (value == nullptr) return refuse(fmt::format(messages::kMissingKey, attribute.name));
  if (!value->is(attribute.type)) {
    return refuse(fmt::format(messages::kKeyType, attribute.name, type_name(attribute.type), type_name(value->type())));
  }
  if (key_bytes(*value) == 0) return refuse(fmt::format(messages::kKeyEmpty, empty_kind(*value), attribute.name));
  return check_size(*value, hash);
}

Served<void> check_index_attribute(const Index& index, const KeyAttribute& attribute, const Item& item, bool hash) {
  const Value* value = item.find(attribute.name);
  if (value == nullptr) return {};
  if (!value->is(attribute.type)) {
    return refuse(fmt::format(messages::kIndexKeyType, attribute.name, type_name(attribute.type),
                              type_name(value->type()), index.name));
  }
  if (key_bytes(*value) == 0) {
    return refuse(fmt::format(messages::kIndexKeyEmpty, empty_kind(*value), index.name, attribute.name));
  }
  return check_size(*value, hash);
}

Served<void> check_updated_attribute(const KeyAttribute& attribute, const Item& item, bool hash) {
  const Value* value = item.find(attribute.name);
  if (value == nullptr) return {};
  if (!value->is(attribute.type)) return refuse(std::string(messages::kUpdateIndexKeyType));
  if (key_bytes(*value) == 0) return refuse(fmt::format(messages::kUpdateIndexKeyEmpty, empty_kind(*value)));
  return check_size(*value, hash);
}

// Calls check(attribute, hash) for the attributes of a key, hash before range, until one is refused.
template <class Check>
Served<void> for_each_attribute(const KeySchema& keys, const Check& check) {
  for (const KeyAttribute& attribute : keys.hash) {
    if (auto checked = check(attribute, true); !checked) return checked;
  }
  for (const KeyAttribute& attribute : keys.range) {
    if (auto checked = check(attribute, false); !checked) return checked;
  }
  return {};
}

}  // namespace

Served<void> check_item_keys(const Table& table, const Item& item) {
  auto checked = for_each_attribute(table.keys, [&](const KeyAttribute& attribute, bool hash) {
    return check_table_attribute(attribute, item, hash);
  });
  if (!checked) return checked;
  for (const Index& index : table.indexes) {
    checked = for_each_attribute(index.keys, [&](const KeyAttribute& attribute, bool hash) {
      return check_index_attribute(index, attribute, item, hash);
    });
    if (!checked) return checked;
  }
  return {};
}

Served<void> check_key_value(const KeyAttribute& attribute, const Value* value, bool hash) {
  if (value == nullptr || !value->is(attribute.type)) return refuse(std::string(messages::kKeySchema));
  if (key_bytes(*value) == 0) return refuse(fmt::format(messages::kKeyEmpty, empty_kind(*value), attribute.name));
  return check_size(*value, hash);
}

Served<void> check_key(const Table& table, const Item& key) {
  if (key.size() != table.keys.hash.size() + table.keys.range.size()) {
    return refuse(std::string(messages::kKeySchema));
  }
  return for_each_attribute(table.keys, [&](const KeyAttribute& attribute, bool hash) {
    return check_key_value(attribute, key.find(attribute.name), hash);
  });
}

Served<void> check_updated_index_keys(const Table& table, const Item& item) {
  for (const Index& index : table.indexes) {
    auto checked = for_each_attribute(index.keys, [&](const KeyAttribute& attribute, bool hash) {
      return check_updated_attribute(attribute, item, hash);
    });
    if (!checked) return checked;
  }
  return {};
}

bool has_index_keys(const Index& index, const Item& item) {
  for (const auto* attributes : {&index.keys.hash, &index.keys.range}) {
    for (const KeyAttribute& attribute : *attributes) {
      const Value* value = item.find(attribute.name);
      if (value == nullptr || !value->is(attribute.type) || key_bytes(*value) == 0) return false;
    }
  }
  return true;
}

ServiceError key_path_error(bool of_index, const std::string& attribute) {
  return {"ValidationException", fmt::format(messages::kKeyPathScalar, of_index ? "IndexKey" : "Key", attribute)};
}

}  // namespace tabletheory::engine
