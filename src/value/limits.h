// The service's limits, once. Sources: the service's developer guide ("Service, account, and table quotas",
// "Constraints") and docs/spec/engine.md.
#pragma once

#include <cstddef>

namespace tabletheory::limits {

inline constexpr std::size_t kItemBytes = 409'600;
inline constexpr std::size_t kPartitionKeyBytes = 2048;
inline constexpr std::size_t kSortKeyBytes = 1024;
inline constexpr std::size_t kAttributeNameBytes = 65'535;
inline constexpr std::size_t kKeyAttributeNameBytes = 255;

inline constexpr std::size_t kExpressionBytes = 4096;  // before substitution
inline constexpr std::size_t kPlaceholderBytes = 255;
inline constexpr std::size_t kSubstitutionBytes = 2 * 1024 * 1024;  // names + values
inline constexpr std::size_t kExpressionOperators = 300;
inline constexpr std::size_t kInOperands = 100;

inline constexpr std::size_t kPageBytes = 1024 * 1024;
inline constexpr std::size_t kBatchGetKeys = 100;
inline constexpr std::size_t kBatchGetBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kBatchWriteItems = 25;
inline constexpr std::size_t kBatchWriteBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kTransactionActions = 100;
inline constexpr std::size_t kTransactionBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kRequestBytes = 16 * 1024 * 1024;

inline constexpr std::size_t kTableNameMin = 3;
inline constexpr std::size_t kTableNameMax = 255;
inline constexpr std::size_t kGlobalIndexes = 20;
inline constexpr std::size_t kLocalIndexes = 5;
inline constexpr std::size_t kProjectedAttributes = 100;  // non-key, over all indexes of a table
inline constexpr std::size_t kIndexKeyAttributes = 4;     // of each kind, in a multi-attribute GSI key
inline constexpr std::size_t kTags = 50;

}  // namespace tabletheory::limits
