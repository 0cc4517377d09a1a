// Expectations: whether what a step gave is what its scenario expects. Pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/scenario.h"
#include "dms/document.h"
#include "tabletheory/value.h"

namespace tabletheory::contract {

// What a step gave. Which parts there are follows from the operation's Subject.
struct Observation {
  std::optional<Item> item;    // returned, or read back after a write; none: absent
  std::optional<Item> stored;  // the same item as it lies in the table; none: absent
  std::vector<Item> items;
  std::vector<const dms::Model*> item_models;  // beside `items`
  std::string cursor;
  std::size_t count = 0;
};

using Variables = std::map<std::string, Value, std::less<>>;

// "expected …, got …", or empty when everything is as expected. `error` is what the step failed with; nullptr: it did
// not.
std::string check_outcome(const Expectation& expectation, const Error* error);
// The same for what is expected of data, in the order written; `model` is that of the step.
std::string check_data(const Expectation& expectation, const Observation& seen, const dms::Model& model,
                       const Variables& variables);

}  // namespace tabletheory::contract
