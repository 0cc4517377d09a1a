// Batches and transactions of a CppSession.
#include "contract/cpp_session.h"
#include "contract/logical.h"

namespace tabletheory::contract {

using value::JsonNode;

namespace {

// The items that are there, in request order.
void keep(const std::optional<Item>& item, const dms::Model& model, Observation& seen) {
  if (!item) return;
  seen.items.push_back(*item);
  seen.item_models.push_back(&model);
  seen.count = seen.items.size();
}

// All items of `list`, which may be missing.
Result<std::vector<Item>> items_of(const dms::Model& model, const JsonNode* list) {
  std::vector<Item> items;
  if (list == nullptr) return items;
  for (const JsonNode& node : list->elements) {
    TT_TRY(auto item, logical_item(model, node));
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::vector<Key>> keys_of(const dms::Model& model, const JsonNode* list) {
  TT_TRY(auto items, items_of(model, list));
  std::vector<Key> keys;
  for (Item& item : items) keys.push_back(Key::named(std::move(item)));
  return keys;
}

Result<Condition> raw_condition_of(const JsonNode& action) {
  const JsonNode* expression = action.find("condition_expression");
  if (expression == nullptr) return Condition();
  std::map<std::string, std::string> names;
  if (const JsonNode* given = action.find("expression_attribute_names")) {
    for (const auto& member : given->members) names[member.name] = member.value.text;
  }
  Map values;
  if (const JsonNode* given = action.find("expression_attribute_values")) {
    for (const auto& member : given->members) {
      TT_TRY(auto value, expression_value(member.value));
      values.set(member.name, std::move(value));
    }
  }
  return raw_condition(expression->text, names, std::move(values));
}

// The item of an action: its `key`, `item` and `set`, a later one winning.
Result<Item> whole_item(const dms::Model& model, const JsonNode& action) {
  Item whole;
  for (const std::string_view part : {"key", "item", "set"}) {
    const JsonNode* node = action.find(part);
    if (node == nullptr) continue;
    TT_TRY(const Item attributes, logical_item(model, *node));
    for (const auto& [name, value] : attributes) whole.set(name, value);
  }
  return whole;
}

// An update selects what `set` names; with an `item` also all of that but the key and the version, which is the lock.
std::vector<Path> selection_of(const dms::Model& model, const JsonNode& action) {
  std::vector<Path> selection;
  if (const JsonNode* set = action.find("set")) {
    for (const auto& member : set->members) selection.push_back(Path::named(member.name));
  }
  const JsonNode* item = action.find("item");
  if (item == nullptr) return selection;
  const dms::Attribute* version = model.find_role("version");
  for (const auto& member : item->members) {
    const bool is_key =
        member.name == model.partition.attribute || (model.sort && member.name == model.sort->attribute);
    const bool is_lock = version != nullptr && member.name == version->attribute;
    if (!is_key && !is_lock) selection.push_back(Path::named(member.name));
  }
  return selection;
}

// The version of an action: its own, else the one its item brings.
std::optional<std::int64_t> version_of(const dms::Model& model, const JsonNode& action, bool from_item) {
  if (const JsonNode* version = action.find("version")) return integer_of(*version);
  const JsonNode* item = from_item ? action.find("item") : nullptr;
  const dms::Attribute* role = model.find_role("version");
  const JsonNode* version = item != nullptr && role != nullptr ? item->find(role->attribute) : nullptr;
  return version != nullptr ? std::optional(integer_of(*version)) : std::nullopt;
}

Condition absent(const dms::Model& model) {
  return Path::named(model.partition.attribute).not_exists();
}

}  // namespace

Result<Observation> CppSession::run_batch_get(const Step& step) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(const auto keys, keys_of(model.definition, step.argument("batch_get")->find("keys")));
  const auto found = table_of(model).batch_get(keys);
  if (!found) return std::unexpected<Error>(found.error());
  Observation seen;
  for (const auto& item : *found) keep(item, model.definition, seen);
  return seen;
}

Result<Observation> CppSession::run_batch_write(const Step& step) const {
  const LoadedModel& model = model_of(step);
  const JsonNode& batch = *step.argument("batch_write");
  TableBatch<Item> writes;
  TT_TRY(writes.puts, items_of(model.definition, batch.find("puts")));
  TT_TRY(writes.removes, keys_of(model.definition, batch.find("deletes")));
  const auto written = table_of(model).batch_write(writes);
  if (!written) return std::unexpected<Error>(written.error());
  return Observation{};
}

Result<Observation> CppSession::run_transact_get(const Step& step) const {
  TransactGet transaction = client_.transact_get();
  std::vector<std::pair<Slot<Item>, const dms::Model*>> slots;
  for (const JsonNode& node : step.argument("transact_get")->find("items")->elements) {
    const LoadedModel& model = model_of(step, &node);
    TT_TRY(Item key, logical_item(model.definition, *node.find("key")));
    slots.emplace_back(transaction.get(table_of(model), Key::named(std::move(key))), &model.definition);
  }
  TT_TRY(const auto found, transaction.run());
  Observation seen;
  for (const auto& [slot, model] : slots) keep(found[slot], *model, seen);
  return seen;
}

Result<Observation> CppSession::run_transact_write(const Step& step) const {
  TransactWrite transaction = client_.transact_write();
  for (const JsonNode& action : step.argument("transact_write")->find("actions")->elements) {
    TT_CHECK(add_action(model_of(step, &action), action, transaction));
  }
  TT_CHECK(transaction.run());
  return Observation{};
}

Result<void> CppSession::add_action(const LoadedModel& model, const JsonNode& action,
                                    TransactWrite& transaction) const {
  const dms::Model& definition = model.definition;
  const DynamicTable table = table_of(model);
  const std::string& kind = action.find("kind")->text;
  WriteOptions options;
  TT_TRY(options.condition, raw_condition_of(action));
  options.if_version = version_of(definition, action, kind == "update");
  const JsonNode* if_not_exists = action.find("if_not_exists");
  if (if_not_exists != nullptr && if_not_exists->boolean) options.condition = absent(definition) && options.condition;

  TT_TRY(Item item, whole_item(definition, action));
  if (kind == "create") {
    transaction.create(table, std::move(item), std::move(options));
  } else if (kind == "put") {
    transaction.put(table, std::move(item), std::move(options));
  } else if (kind == "upsert") {
    transaction.upsert(table, std::move(item), std::move(options));
  } else if (kind == "update") {
    transaction.update(table, std::move(item), selection_of(definition, action), std::move(options));
  } else {
    const JsonNode* key = action.find("key");
    const JsonNode* source = key != nullptr ? key : action.find("item");
    Item attributes;
    if (source != nullptr) {
      TT_TRY(attributes, key_attributes(definition, *source));
    }
    Key named = Key::named(std::move(attributes));
    if (kind == "delete") {
      transaction.remove(table, std::move(named), std::move(options));
    } else {
      transaction.check(table, std::move(named), std::move(options));
    }
  }
  return {};
}

}  // namespace tabletheory::contract
