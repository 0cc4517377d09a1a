#include "ops/index_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "expr/operators.h"
#include "model/attribute_rules.h"
#include "ops/conditions.h"
#include "ops/item_writer.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using expr::KeyCondition;
using expr::OperatorUse;

bool is_key_type(Type type) {
  return type == Type::kS || type == Type::kN || type == Type::kB;
}

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::kInvalidOperator, std::move(message));
}

// The value of one key condition, stored the attribute's way and of a key's type.
Result<void> store_key_value(const model::Attribute* attribute, const KeyCondition& part, Value& value) {
  if (attribute != nullptr && part.op == KeyCondition::Op::kBeginsWith) {
    // A beginning need not be a whole value (of a timestamp, say).
    if (value.type() != attribute->type()) return model::wrong_type(*attribute, value.type());
  } else if (attribute != nullptr) {
    if (value.is_null()) return model::wrong_type(*attribute, value.type());
    TT_CHECK(store_literal(*attribute, value));
  }
  TT_CHECK(value::check_value(value));
  if (is_key_type(value.type())) return {};
  return fail(ErrorCode::kInvalidModel, fmt::format("attribute \"{}\": a key is of type S, N or B, not {}",
                                                    part.attribute, type_name(value.type())));
}

Result<KeyCondition> read_part(const model::Model* model, const Comparison& comparison, OperatorUse use) {
  const model::Attribute* attribute = nullptr;
  if (model != nullptr) {
    TT_CHECK(check_queryable(model, expr::Path::attribute(comparison.attribute)));
    attribute = &model->attribute(model->slot_of(comparison.attribute));
  }
  TT_TRY(KeyCondition part, expr::make_key_condition(comparison.attribute, comparison.op, comparison.values, use));
  for (Value& value : part.values) {
    TT_CHECK(store_key_value(attribute, part, value));
    if (part.op == KeyCondition::Op::kBeginsWith && value.is(Type::kN)) {
      return invalid(fmt::format("begins_with on \"{}\": numbers have no beginning; use between", part.attribute));
    }
  }
  return part;
}

std::vector<std::string> names_of(const std::vector<dms::KeyAttribute>& keys) {
  std::vector<std::string> names;
  for (const dms::KeyAttribute& key : keys) names.push_back(key.attribute);
  return names;
}

bool has_part(const std::vector<KeyCondition>& parts, const std::string& attribute) {
  return std::ranges::any_of(parts, [&](const KeyCondition& part) { return part.attribute == attribute; });
}

// Every partition attribute is given, and nothing else.
bool covers_partition(const std::vector<dms::KeyAttribute>& partition, const std::vector<KeyCondition>& given) {
  return partition.size() == given.size() &&
         std::ranges::all_of(partition, [&](const auto& key) { return has_part(given, key.attribute); });
}

// The sort conditions are on the first sort attributes without a gap, a range on the last one only.
bool covers_sort(const std::vector<dms::KeyAttribute>& sort, const std::vector<KeyCondition>& given) {
  if (given.size() > sort.size()) return false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto part = std::ranges::find(given, sort[i].attribute, &KeyCondition::attribute);
    if (part == given.end() || (part->op != KeyCondition::Op::kEq && i + 1 < given.size())) return false;
  }
  return true;
}

std::string join(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string given_names(const std::vector<KeyCondition>& parts) {
  std::vector<std::string> names;
  for (const KeyCondition& part : parts) names.push_back(part.attribute);
  return join(names);
}

Result<ChosenIndex> use_named(const model::Model& model, const std::string& named, const KeyConditions& conditions) {
  TT_TRY(const model::Index* const index, find_index(model, named));
  const dms::Index& definition = index->definition;
  if (!covers_partition(definition.partition, conditions.partition)) {
    return invalid(fmt::format("index {} is partitioned by {}, the query gives {}; give = on the index's partition key",
                               named, join(names_of(definition.partition)), given_names(conditions.partition)));
  }
  if (!covers_sort(definition.sort, conditions.sort)) {
    return invalid(definition.sort.empty()
                       ? fmt::format("index {} has no sort key, so there can be no sort condition; use a filter", named)
                       : fmt::format("index {} is sorted by {}, the sort condition is on {}; use a filter for other "
                                     "attributes",
                                     named, join(names_of(definition.sort)), given_names(conditions.sort)));
  }
  return ChosenIndex{index, "named by the caller"};
}

std::vector<dms::KeyAttribute> table_sort(const model::Model& model) {
  const auto& sort = model.definition().sort;
  return sort ? std::vector{*sort} : std::vector<dms::KeyAttribute>();
}

}  // namespace

expr::Condition KeyConditions::condition() const {
  std::vector<expr::Condition> all;
  for (const auto* parts : {&partition, &sort})
    for (const KeyCondition& part : *parts) all.push_back(expr::to_condition(part));
  return expr::Condition::all_of(std::move(all));
}

Result<KeyConditions> read_key_conditions(const model::Model* model, const std::vector<Comparison>& partition,
                                          const std::vector<Comparison>& sort) {
  if (partition.empty()) {
    return invalid("a query needs = on a partition key; give one, or use scan to read the whole table");
  }
  KeyConditions conditions;
  for (const Comparison& comparison : partition) {
    TT_TRY(KeyCondition part, read_part(model, comparison, OperatorUse::kPartitionKey));
    if (is_empty_key(part.values.front())) {
      return fail(ErrorCode::kMissingPrimaryKey,
                  fmt::format("the partition key \"{}\" is empty; give it a value", part.attribute));
    }
    if (has_part(conditions.partition, part.attribute)) {
      return invalid(fmt::format("the partition key \"{}\" is given twice; give it once", part.attribute));
    }
    conditions.partition.push_back(std::move(part));
  }
  for (const Comparison& comparison : sort) {
    TT_TRY(KeyCondition part, read_part(model, comparison, OperatorUse::kSortKey));
    if (has_part(conditions.sort, part.attribute) || has_part(conditions.partition, part.attribute)) {
      return invalid(fmt::format("the key \"{}\" has two conditions; use between for a range", part.attribute));
    }
    conditions.sort.push_back(std::move(part));
  }
  return conditions;
}

Result<const model::Index*> find_index(const model::Model& model, const std::string& named) {
  const model::Index* index = model.find_index(named);
  if (index != nullptr) return index;
  std::vector<std::string> names;
  for (const model::Index& known : model.indexes()) names.push_back(known.definition.name);
  return fail(ErrorCode::kIndexNotFound,
              names.empty() ? fmt::format("model {} has no index \"{}\"; it has no indexes", model.name(), named)
                            : fmt::format("model {} has no index \"{}\"; it has {}", model.name(), named, join(names)));
}

Result<ChosenIndex> choose_index(const model::Model& model, const std::string& named, const KeyConditions& conditions) {
  if (!named.empty()) return use_named(model, named, conditions);
  const std::vector<dms::KeyAttribute> table_partition{model.definition().partition};
  if (covers_partition(table_partition, conditions.partition) && covers_sort(table_sort(model), conditions.sort)) {
    return ChosenIndex{nullptr, conditions.sort.empty() ? "the table's partition key has ="
                                                        : "the table's partition key has =, and the sort condition is "
                                                          "on its sort key"};
  }
  std::vector<const model::Index*> fitting;
  for (const model::Index& index : model.indexes()) {
    if (covers_partition(index.definition.partition, conditions.partition) &&
        covers_sort(index.definition.sort, conditions.sort)) {
      fitting.push_back(&index);
    }
  }
  if (fitting.size() == 1) {
    return ChosenIndex{fitting.front(), "the only index whose keys take the conditions; the table's do not"};
  }
  const std::string given = conditions.sort.empty()
                                ? given_names(conditions.partition)
                                : fmt::format("{} with a sort condition on {}", given_names(conditions.partition),
                                              given_names(conditions.sort));
  if (fitting.empty()) {
    return invalid(
        fmt::format("neither the table nor an index of model {} can be queried by {}; use scan with a filter, "
                    "or add an index",
                    model.name(), given));
  }
  std::vector<std::string> names;
  for (const model::Index* index : fitting) names.push_back(index->definition.name);
  return invalid(fmt::format("several indexes can be queried by {}: {}; name the one to use", given, join(names)));
}

std::vector<dms::KeyAttribute> paging_keys(const model::Model& model, const model::Index* index) {
  std::vector<dms::KeyAttribute> keys{model.definition().partition};
  const auto add = [&](const dms::KeyAttribute& key) {
    if (std::ranges::find(keys, key.attribute, &dms::KeyAttribute::attribute) == keys.end()) keys.push_back(key);
  };
  std::ranges::for_each(table_sort(model), add);
  if (index != nullptr) {
    std::ranges::for_each(index->definition.partition, add);
    std::ranges::for_each(index->definition.sort, add);
  }
  return keys;
}

}  // namespace tabletheory::ops
