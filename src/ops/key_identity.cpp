#include "ops/key_identity.h"

#include <algorithm>

namespace tabletheory::ops {

std::vector<std::string> key_names(const model::Model& model) {
  std::vector<std::string> names{model.definition().partition.attribute};
  if (const auto& sort = model.definition().sort) names.push_back(sort->attribute);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> key_names(const DocumentTable& table) {
  std::vector<std::string> names = table.key;
  std::ranges::sort(names);
  return names;
}

std::string key_of_stored(value::WireElement item, std::span<const std::string> names) {
  std::string key = "{";
  value::WireWriter writer(key);
  for (const std::string& name : names) {
    value::WireElement stored;
    if (item.at_key(name).get(stored) != simdjson::SUCCESS) return {};
    const auto value = value::read_value(stored);
    if (!value) return {};
    if (key.size() > 1) writer.raw(',');
    writer.key(name);
    writer.attribute(*value);
  }
  key += '}';
  return key;
}

}  // namespace tabletheory::ops
