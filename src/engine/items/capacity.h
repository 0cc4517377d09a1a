// Consumed capacity, as the service counts it: reads in units of 4 KB (half for eventual reads, double in
// transactions), writes in units of 1 KB (double in transactions), each index arm on its own.
//
// Units are kept as whole numbers of halves, so that sums are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/table.h"

namespace tabletheory::engine {

enum class ConsumedCapacity : std::uint8_t { kNone, kTotal, kIndexes };  // the parameter ReturnConsumedCapacity

enum class ReadKind : std::uint8_t { kEventual, kConsistent, kTransactional };

// Halves of a unit. A read of nothing costs as much as one of a byte.
std::int64_t read_halves(std::size_t size_bytes, ReadKind kind);
std::int64_t write_halves(std::size_t size_bytes);

class CapacityMeter {
 public:
  explicit CapacityMeter(ConsumedCapacity mode = ConsumedCapacity::kNone) : mode_(mode) {}

  bool wanted() const { return mode_ != ConsumedCapacity::kNone; }
  void add_table(std::int64_t halves) { table_ += halves; }
  // `index` must outlive the meter.
  void add_index(const Index& index, std::int64_t halves);
  void double_all();  // what a transaction costs

  // `{"TableName":…,"CapacityUnits":…}` with the arms when INDEXES was asked for. `total_member` repeats the total
  // under one more name (transactions: "WriteCapacityUnits" or "ReadCapacityUnits"); empty: not.
  void write(std::string_view table_name, std::string_view total_member, std::string& out) const;

 private:
  void write_indexes(bool global, std::string_view member, std::string& out) const;

  ConsumedCapacity mode_;
  std::int64_t table_ = 0;
  std::vector<std::pair<const Index*, std::int64_t>> indexes_;
};

}  // namespace tabletheory::engine
