#include "contract/shapes.h"

#include <algorithm>

namespace tabletheory::contract {
namespace {

constexpr KeyShape kTable[] = {{"name", Form::kText, true}};
constexpr KeyShape kEncryption[] = {{"provider", Form::kText, true}, {"seed", Form::kText, true}};
// `steps` are read by the loader itself, through the operations below.
constexpr KeyShape kScenario[] = {
    {"name", Form::kText, true},
    {"dms_version", Form::kText, true},
    {"requires_capabilities", Form::kTexts},
    {"model", Form::kText, true},
    {"table", Form::kObject, false, kTable},
    {"encryption", Form::kObject, false, kEncryption},
    {"seed_runtime", Form::kText},
    {"steps", Form::kValues},
    {"seed_steps", Form::kValues},
    {"read_steps", Form::kValues},
};

constexpr KeyShape kPartition[] = {
    {"attribute", Form::kText, true}, {"operator", Form::kText, true}, {"value", Form::kValue, true}};
constexpr KeyShape kCondition[] = {
    {"attribute", Form::kText, true},
    {"operator", Form::kText, true},
    {"value", Form::kValue},
    {"values", Form::kValues},
};
constexpr KeyShape kQuery[] = {
    {"index", Form::kText},
    {"partition", Form::kObject, true, kPartition},
    {"sort", Form::kObject, false, kCondition},
    {"filter", Form::kObjects, false, kCondition},
    {"projection", Form::kTexts},
    {"limit", Form::kInteger},
    {"sort_direction", Form::kText},
    {"cursor", Form::kText},
    {"cursor_key", Form::kText},
    {"consistent_read", Form::kBool},
};
constexpr KeyShape kScan[] = {
    {"index", Form::kText},       {"filter", Form::kObjects, false, kCondition},
    {"projection", Form::kTexts}, {"limit", Form::kInteger},
    {"cursor", Form::kText},      {"cursor_key", Form::kText},
};
constexpr KeyShape kCounted[] = {{"query", Form::kObject, false, kQuery}, {"scan", Form::kObject, false, kScan}};
constexpr KeyShape kModelKey[] = {{"model", Form::kText}, {"key", Form::kItem, true}};
constexpr KeyShape kTransactGet[] = {{"items", Form::kObjects, true, kModelKey}};
constexpr KeyShape kBatchGet[] = {{"keys", Form::kItems, true}};
constexpr KeyShape kBatchWrite[] = {{"puts", Form::kItems}, {"deletes", Form::kItems}};
constexpr KeyShape kAction[] = {
    {"kind", Form::kText, true},
    {"model", Form::kText},
    {"item", Form::kItem},
    {"key", Form::kItem},
    {"set", Form::kItem},
    {"version", Form::kInteger},
    {"if_not_exists", Form::kBool},
    {"condition_expression", Form::kText},
    {"expression_attribute_names", Form::kTextMap},
    {"expression_attribute_values", Form::kItem},
};
constexpr KeyShape kTransactWrite[] = {{"actions", Form::kObjects, true, kAction}};
constexpr KeyShape kActual[] = {
    {"model", Form::kText, true},
    {"key", Form::kItem, true},
    {"expected_version", Form::kInteger},
    {"set", Form::kItem, true},
};
constexpr KeyShape kEvent[] = {{"model", Form::kText, true}, {"item", Form::kItem, true}};

constexpr KeyShape kCreateStep[] = {{"item", Form::kItem, true}, {"if_not_exists", Form::kBool}};
constexpr KeyShape kItemStep[] = {{"item", Form::kItem, true}};
constexpr KeyShape kUpdateStep[] = {
    {"item", Form::kItem, true}, {"fields", Form::kTexts}, {"protected_attributes", Form::kTexts}};
constexpr KeyShape kDeleteStep[] = {{"key", Form::kItem}, {"item", Form::kItem}, {"version", Form::kInteger}};
constexpr KeyShape kGetStep[] = {{"key", Form::kItem, true}, {"consistent_read", Form::kBool}};
constexpr KeyShape kQueryStep[] = {{"query", Form::kObject, true, kQuery}};
constexpr KeyShape kScanStep[] = {{"scan", Form::kObject, true, kScan}};
constexpr KeyShape kCountStep[] = {{"count", Form::kOneObject, true, kCounted}};
constexpr KeyShape kTransactGetStep[] = {{"transact_get", Form::kObject, true, kTransactGet}};
constexpr KeyShape kBatchGetStep[] = {{"batch_get", Form::kObject, true, kBatchGet}};
constexpr KeyShape kBatchWriteStep[] = {{"batch_write", Form::kObject, true, kBatchWrite}};
constexpr KeyShape kTransactWriteStep[] = {{"transact_write", Form::kObject, true, kTransactWrite}};
constexpr KeyShape kTransitionStep[] = {{"actual", Form::kObject, true, kActual},
                                        {"event", Form::kObject, true, kEvent}};
constexpr KeyShape kSleepStep[] = {{"ms", Form::kInteger, true}};

constexpr Operation kOperations[] = {
    {"create", Subject::kItem, kCreateStep},
    {"put", Subject::kItem, kItemStep},
    {"save", Subject::kItem, kItemStep},
    {"upsert", Subject::kItem, kItemStep},
    {"patch", Subject::kItem, kItemStep},
    {"update", Subject::kItem, kUpdateStep},
    {"delete", Subject::kItem, kDeleteStep},
    {"get", Subject::kItem, kGetStep},
    {"get_optional", Subject::kItem, kGetStep},
    {"query", Subject::kPage, kQueryStep},
    {"scan", Subject::kPage, kScanStep},
    {"count", Subject::kCount, kCountStep},
    {"transact_get", Subject::kItems, kTransactGetStep},
    {"batch_get", Subject::kItems, kBatchGetStep},
    {"batch_write", Subject::kOutcome, kBatchWriteStep},
    {"transact_write", Subject::kOutcome, kTransactWriteStep},
    {"transition_append_event", Subject::kItem, kTransitionStep},
    {"validate_provenance", Subject::kOutcome, kItemStep},
    {"sleep", Subject::kOutcome, kSleepStep},
};

constexpr Subject kOnItem[] = {Subject::kItem};
constexpr Subject kOnItems[] = {Subject::kItems, Subject::kPage};
constexpr Subject kOnCount[] = {Subject::kItems, Subject::kPage, Subject::kCount};
constexpr Subject kOnPage[] = {Subject::kPage};
constexpr ExpectationKey kExpectations[] = {
    {"item_contains", Form::kItem, kOnItem},
    {"item_equals", Form::kItem, kOnItem},
    {"raw_item_contains", Form::kItem, kOnItem},
    {"raw_attribute_types", Form::kTextMap, kOnItem},
    {"item_has_fields", Form::kTexts, kOnItem},
    {"item_missing_fields", Form::kTexts, kOnItem},
    {"item_field_equals_var", Form::kTextMap, kOnItem},
    {"item_field_not_equals_var", Form::kTextMap, kOnItem},
    {"item_absent", Form::kBool, kOnItem},
    {"items_contains", Form::kItems, kOnItems},
    {"items_missing_fields", Form::kTexts, kOnItems},
    {"item_count", Form::kInteger, kOnItems},
    {"count", Form::kInteger, kOnCount},
    {"cursor_equals", Form::kText, kOnPage},
};

constexpr std::string_view kActionKinds[] = {"put", "create", "update", "upsert", "delete", "condition"};
constexpr std::string_view kRuntimes[] = {"cpp", "go", "ts", "py"};

template <class Entry>
const Entry* find(std::span<const Entry> entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::span<const KeyShape> scenario_keys() {
  return kScenario;
}
std::span<const Operation> operations() {
  return kOperations;
}
const Operation* find_operation(std::string_view name) {
  return find(operations(), name);
}
std::span<const ExpectationKey> expectation_keys() {
  return kExpectations;
}
const ExpectationKey* find_expectation(std::string_view name) {
  return find(expectation_keys(), name);
}
std::span<const std::string_view> action_kinds() {
  return kActionKinds;
}
std::span<const std::string_view> runtimes() {
  return kRuntimes;
}

}  // namespace tabletheory::contract
