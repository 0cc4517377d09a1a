#include "engine/items/parameters.h"

#include <array>

namespace tabletheory::engine {
namespace {

// Each list in the order in which the service prints it.
constexpr std::array<std::string_view, 3> kConsumedCapacity{"INDEXES", "TOTAL", "NONE"};
constexpr std::array<std::string_view, 5> kReturnValues{"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
constexpr std::array<std::string_view, 2> kCollectionMetrics{"SIZE", "NONE"};
constexpr std::array<std::string_view, 2> kOldOnFailure{"ALL_OLD", "NONE"};

}  // namespace

ConsumedCapacity check_consumed_capacity(std::optional<std::string_view> text, ConstraintErrors& errors) {
  constexpr std::array kMeaning{ConsumedCapacity::kIndexes, ConsumedCapacity::kTotal, ConsumedCapacity::kNone};
  if (!text) return ConsumedCapacity::kNone;
  return kMeaning[errors.one_of(*text, "returnConsumedCapacity", kConsumedCapacity).value_or(2)];
}

ReturnValues check_return_values(std::optional<std::string_view> text, ConstraintErrors& errors) {
  constexpr std::array kMeaning{ReturnValues::kAllNew, ReturnValues::kUpdatedOld, ReturnValues::kAllOld,
                                ReturnValues::kNone, ReturnValues::kUpdatedNew};
  if (!text) return ReturnValues::kNone;
  return kMeaning[errors.one_of(*text, "returnValues", kReturnValues).value_or(3)];
}

bool check_collection_metrics(std::optional<std::string_view> text, ConstraintErrors& errors) {
  return text && errors.one_of(*text, "returnItemCollectionMetrics", kCollectionMetrics) == 0;
}

bool check_old_on_failure(std::optional<std::string_view> text, ConstraintErrors& errors, std::string_view path) {
  return text && errors.one_of(*text, path, kOldOnFailure) == 0;
}

}  // namespace tabletheory::engine
