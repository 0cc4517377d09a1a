// Release state: what is deployed now, and the events that led there (docs/release-state.md).
//
//     auto done = transition_append_event(actuals, actual, {&Actual::release_id}, events, event,
//                                         {.expected_version = actual.version});
//     if (!done && done.error().is(ErrorCode::kVersionConflict)) …    // somebody else moved it: read again
//     if (!done && done.error().is(ErrorCode::kConditionFailed)) …    // or this event has happened already
//
// Thread-safe as the tables are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tabletheory/table.h"

namespace tabletheory {

struct TransitionOptions {
  std::optional<std::int64_t> expected_version = {};  // the version the actual row must have; none: it must exist
  std::string client_token = {};                      // of the transaction; one is drawn when empty
};

// One transaction: updates the selected attributes of the actual row (and its version by one, and updated_at), and
// creates the event. Both happen or neither. An event that is there already, or an actual row that is not at the
// expected version, is ErrTransactionCanceled that answers to ErrConditionFailed, the latter to ErrVersionConflict too;
// `reasons()[0]` is about the actual row, `reasons()[1]` about the event. The rules of update and create hold for each
// (Table::update, Table::create): write policies, deploy authority, required attributes.
template <class A, class E>
Result<void> transition_append_event(const ModelTable<A>& actuals, const std::type_identity_t<A>& actual,
                                     const std::vector<Path>& selection, const ModelTable<E>& events,
                                     const std::type_identity_t<E>& event, const TransitionOptions& options = {}) {
  TransactWrite transaction(detail::client_of(actuals.core()));
  transaction.update(actuals, actual, selection, {.if_version = options.expected_version}).create(events, event);
  if (!options.client_token.empty()) transaction.client_token(options.client_token);
  return transaction.run();
}

// The deploy-authority check, as every write of a model with both attributes `provenance` and `confidence` runs it:
// those two of `item`, which come both or not at all. ErrInvalidModel for their shape,
// ErrRejectedDeployAuthorityEvidence for evidence that carries no authority to deploy. Nothing is sent.
Result<void> check_deploy_authority(const Item& item);

}  // namespace tabletheory
