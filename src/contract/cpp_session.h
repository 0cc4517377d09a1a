// CppSession: one scenario's conversation with the public C++ SDK, in dynamic items (docs/spec/scenarios.md).
//
//     CppSession session(client, models, scenario, sleep);
//     Result<Observation> seen = session.run(step);       // the SDK's answer to the operation, or its error
//     if (seen) session.observe_item(step, *seen);        // only where an expectation asks for the item
//
// Nothing here knows a rule of the library: steps are translated into calls, answers into Observations. Every model of
// a scenario lives in the scenario's one table. Not thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "contract/expectations.h"
#include "contract/model_set.h"
#include "contract/raw_table.h"
#include "contract/scenario.h"
#include "tabletheory/tabletheory.h"

namespace tabletheory::contract {

class CppSession {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  // Borrows the client, the models and the scenario. Every model the scenario names must be among `models`.
  CppSession(const Client& client, const ModelSet& models, const Scenario& scenario, std::string table, Sleep sleep);

  // Runs the operation. Of a read of one item the observation has the item, if there is one.
  Result<Observation> run(const Step& step) const;

  // Completes the observation of an operation on one item: reads the item back after a write, and looks at what is
  // stored.
  Result<void> observe_item(const Step& step, Observation& seen) const;

 private:
  // Operations on one item.
  Result<Observation> run_write(const Step& step) const;
  Result<Observation> run_update(const Step& step) const;
  Result<Observation> run_delete(const Step& step) const;
  Result<Observation> run_get(const Step& step) const;
  // Reads of many.
  Result<Observation> run_query(const Step& step) const;
  Result<Observation> run_scan(const Step& step) const;
  Result<Observation> run_count(const Step& step) const;
  Result<Query<Item>> query_of(const LoadedModel& model, const value::JsonNode& query) const;
  Result<Scan<Item>> scan_of(const LoadedModel& model, const value::JsonNode& scan) const;
  // Batches and transactions.
  Result<Observation> run_batch_get(const Step& step) const;
  Result<Observation> run_batch_write(const Step& step) const;
  Result<Observation> run_transact_get(const Step& step) const;
  Result<Observation> run_transact_write(const Step& step) const;
  Result<void> add_action(const LoadedModel& model, const value::JsonNode& action, TransactWrite& transaction) const;
  // Release state.
  Result<Observation> run_transition(const Step& step) const;
  Result<Observation> run_validate_provenance(const Step& step) const;
  Result<Observation> run_sleep(const Step& step) const;

  // The model that a part of a step names, else the step's.
  const LoadedModel& model_of(const Step& step, const value::JsonNode* part = nullptr) const;
  DynamicTable table_of(const LoadedModel& model) const { return client_.table(model.handle, table_); }

  const Client& client_;
  const ModelSet& models_;
  const Scenario& scenario_;
  std::string table_;
  Sleep sleep_;
};

// The key attributes among those given; what is missing stays missing, for the SDK to refuse.
Result<Item> key_attributes(const dms::Model& model, const value::JsonNode& attributes);
// Attribute names, taken literally.
std::vector<Path> paths_of(const value::JsonNode* names);

}  // namespace tabletheory::contract
