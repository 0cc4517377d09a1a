// Options of single operations. Aggregates with defaults, meant for designated initialisers:
//
//     orders.get(key, {.consistent = true});
//     orders.remove(key, {.condition = attr(&Order::state) == "draft", .return_item_on_failure = true});
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tabletheory/condition.h"
#include "tabletheory/table_options.h"

namespace tabletheory {

struct GetOptions {
  bool consistent = false;
  std::vector<Path> projection = {};  // what to fetch; empty: the whole item
  bool hide_expired = false;          // an item whose ttl has passed counts as absent
};

// Of create, put, upsert, update, patch and remove. A failed condition is ErrConditionFailed; a lost version lock is
// ErrVersionConflict, which answers to ErrConditionFailed too.
struct WriteOptions {
  Condition condition = {};                     // joined by AND with the one the operation brings
  std::optional<std::int64_t> if_version = {};  // the version the stored item must have
  std::vector<std::string> protect = {};        // attributes this call must not touch, besides the model's own
  bool return_item_on_failure = false;          // Error::item() holds the item as it stood
};

// An update in the service's own language: `{"SET #t = :t REMOVE note", {{"#t", "total"}}, {{":t", 5}}}`. Values are
// stored as they are given.
struct RawUpdate {
  std::string expression;
  std::map<std::string, std::string> names = {};
  Map values = {};
};

// Of batches.
struct BatchOptions {
  std::size_t parallel = 1;  // chunks in flight at once
};
struct BatchGetOptions {
  bool consistent = false;
  std::size_t parallel = 1;
};

// What an operation would send, and why; nothing is sent.
struct Explanation {
  std::string operation;           // "Query"
  std::string request;             // the exact body of the first request
  std::string index;               // the index used; empty: the table
  std::string reason;              // why that one
  double capacity_units = 0;       // estimate for the first request
  std::string capacity_basis;      // what the estimate assumes
  std::vector<std::string> hints;  // what could be better
};

}  // namespace tabletheory
