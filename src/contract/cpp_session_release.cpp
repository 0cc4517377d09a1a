// Release state of a CppSession: transitions and the deploy-authority check.
#include "contract/cpp_session.h"
#include "contract/logical.h"

namespace tabletheory::contract {

using value::JsonNode;

Result<Observation> CppSession::run_transition(const Step& step) const {
  const JsonNode& actual = *step.argument("actual");
  const JsonNode& event = *step.argument("event");
  const LoadedModel& actual_model = model_of(step, &actual);
  const LoadedModel& event_model = model_of(step, &event);

  TT_TRY(Item row, logical_item(actual_model.definition, *actual.find("key")));
  TT_TRY(const Item set, logical_item(actual_model.definition, *actual.find("set")));
  for (const auto& [name, value] : set) row.set(name, value);
  std::vector<Path> selection;
  for (const auto& member : actual.find("set")->members) selection.push_back(Path::named(member.name));
  TT_TRY(const Item happened, logical_item(event_model.definition, *event.find("item")));
  TransitionOptions options;
  if (const JsonNode* version = actual.find("expected_version")) options.expected_version = integer_of(*version);
  TT_CHECK(transition_append_event(table_of(actual_model), row, selection, table_of(event_model), happened, options));
  return Observation{};
}

Result<Observation> CppSession::run_validate_provenance(const Step& step) const {
  TT_TRY(const Item item, logical_item(model_of(step).definition, *step.argument("item")));
  TT_CHECK(check_deploy_authority(item));
  return Observation{};
}

}  // namespace tabletheory::contract
