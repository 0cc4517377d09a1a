// DocumentTable: a table used without a model. Items are kept whole: no lifecycle, no policy, no emptiness rules.
#pragma once

#include <string>
#include <vector>

#include "tabletheory/value.h"

namespace tabletheory::ops {

struct DocumentTable {
  std::string name;
  // The key attributes' names, partition key first, when the caller knows them. Needed by `create`, by updates that
  // require the item to exist, and to refuse duplicates in batches and transactions before they are sent; everything
  // else works without.
  std::vector<std::string> key{};
};

}  // namespace tabletheory::ops
