#include "contract/cpp_session.h"

#include <fmt/format.h>

#include "contract/logical.h"

namespace tabletheory::contract {

using value::JsonNode;

namespace {

bool is_true(const JsonNode* node) {
  return node != nullptr && node->boolean;
}

// The whole of what a step names as the item or its key.
const JsonNode& item_or_key(const Step& step) {
  if (const JsonNode* actual = step.argument("actual")) return *actual->find("key");
  const JsonNode* key = step.argument("key");
  return key != nullptr ? *key : *step.argument("item");
}

}  // namespace

Result<Item> key_attributes(const dms::Model& model, const JsonNode& attributes) {
  Item key;
  for (const auto& member : attributes.members) {
    const bool is_key =
        member.name == model.partition.attribute || (model.sort && member.name == model.sort->attribute);
    if (!is_key) continue;
    TT_TRY(auto value, logical_value(model.find_attribute(member.name), member.value));
    key.set(member.name, std::move(value));
  }
  return key;
}

std::vector<Path> paths_of(const JsonNode* names) {
  std::vector<Path> paths;
  if (names == nullptr) return paths;
  for (const JsonNode& name : names->elements) paths.push_back(Path::named(name.text));
  return paths;
}

CppSession::CppSession(const Client& client, const ModelSet& models, const Scenario& scenario, std::string table,
                       Sleep sleep)
    : client_(client), models_(models), scenario_(scenario), table_(std::move(table)), sleep_(std::move(sleep)) {}

const LoadedModel& CppSession::model_of(const Step& step, const JsonNode* part) const {
  const JsonNode* named = part != nullptr ? part->find("model") : nullptr;
  return *models_.find(scenario_.dms_version, named != nullptr ? named->text : step.model);
}

Result<Observation> CppSession::run(const Step& step) const {
  using Run = Result<Observation> (CppSession::*)(const Step&) const;
  static constexpr struct {
    std::string_view operation;
    Run run;
  } kRuns[] = {
      {"create", &CppSession::run_write},
      {"put", &CppSession::run_write},
      {"save", &CppSession::run_write},
      {"upsert", &CppSession::run_write},
      {"patch", &CppSession::run_write},
      {"update", &CppSession::run_update},
      {"delete", &CppSession::run_delete},
      {"get", &CppSession::run_get},
      {"get_optional", &CppSession::run_get},
      {"query", &CppSession::run_query},
      {"scan", &CppSession::run_scan},
      {"count", &CppSession::run_count},
      {"batch_get", &CppSession::run_batch_get},
      {"batch_write", &CppSession::run_batch_write},
      {"transact_get", &CppSession::run_transact_get},
      {"transact_write", &CppSession::run_transact_write},
      {"transition_append_event", &CppSession::run_transition},
      {"validate_provenance", &CppSession::run_validate_provenance},
      {"sleep", &CppSession::run_sleep},
  };
  for (const auto& [operation, run] : kRuns) {
    if (operation == step.operation->name) return (this->*run)(step);
  }
  return fail(ErrorCode::kInternal, fmt::format("the C++ SDK has no {} yet; list the capability it belongs to under "
                                                "requires_capabilities, so that the scenario is skipped",
                                                step.operation->name));
}

Result<Observation> CppSession::run_write(const Step& step) const {
  const LoadedModel& model = model_of(step);
  const DynamicTable table = table_of(model);
  TT_TRY(const Item item, logical_item(model.definition, *step.argument("item")));
  const std::string_view operation = step.operation->name;
  const auto written = operation == "create"   ? table.create(item)
                       : operation == "upsert" ? table.upsert(item)
                       : operation == "patch"  ? table.patch(item)
                                               : table.put(item);
  if (!written) return std::unexpected(written.error());
  return Observation{};
}

Result<Observation> CppSession::run_update(const Step& step) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(const Item item, logical_item(model.definition, *step.argument("item")));
  WriteOptions options;
  if (const JsonNode* names = step.argument("protected_attributes")) {
    for (const JsonNode& name : names->elements) options.protect.push_back(name.text);
  }
  const auto written = table_of(model).update(item, paths_of(step.argument("fields")), options);
  if (!written) return std::unexpected(written.error());
  return Observation{};
}

Result<Observation> CppSession::run_delete(const Step& step) const {
  const LoadedModel& model = model_of(step);
  // A key is handed over as it is given, an item by its key attributes.
  const JsonNode* key = step.argument("key");
  TT_TRY(Item attributes, key != nullptr ? logical_item(model.definition, *key)
                                         : key_attributes(model.definition, *step.argument("item")));
  WriteOptions options;
  if (const JsonNode* version = step.argument("version")) options.if_version = integer_of(*version);
  TT_CHECK(table_of(model).remove(Key::named(std::move(attributes)), options));
  return Observation{};
}

Result<Observation> CppSession::run_get(const Step& step) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(Item key, logical_item(model.definition, *step.argument("key")));
  const DynamicTable table = table_of(model);
  const GetOptions options{.consistent = is_true(step.argument("consistent_read"))};
  Observation seen;
  if (step.operation->name == "get") {
    TT_TRY(seen.item, table.get(Key::named(std::move(key)), options));
  } else {
    TT_TRY(seen.item, table.find(Key::named(std::move(key)), options));
  }
  return seen;
}

Result<Observation> CppSession::run_sleep(const Step& step) const {
  sleep_(std::chrono::milliseconds(integer_of(*step.argument("ms"))));
  return Observation{};
}

Result<void> CppSession::observe_item(const Step& step, Observation& seen) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(const Item key, key_attributes(model.definition, item_or_key(step)));
  const bool is_read = step.operation->name == "get" || step.operation->name == "get_optional";
  if (!is_read) {
    TT_TRY(seen.item, table_of(model).find(Key::named(key), {.consistent = true}));
  }
  TT_TRY(seen.stored, RawTable(client_, table_).get(key));
  return {};
}

}  // namespace tabletheory::contract
