// Aggregates: sums, averages and the like of a stream of items, exact and item by item (docs/aggregates.md).
//
//     AggregatePlan plan{.group_by = {"state"}, .functions = {{Function::kSum, "revenue", "total"}}};
//     TT_TRY(Aggregator aggregator, Aggregator::make(orders.get(), plan));
//     for (const Item& item : page) TT_CHECK(aggregator.add(item));
//     TT_TRY(const std::vector<Item> rows, aggregator.finish());
//
// Memory: a fixed amount per group and function, and the distinct values that kCountDistinct has seen;
// `memory_limit_bytes` bounds what grows. Items are logical (DynamicTable) or documents. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "expr/ast.h"
#include "model/model.h"
#include "ops/condition_input.h"
#include "value/decimal_sum.h"

namespace tabletheory::ops {

enum class Function : std::uint8_t { kCount, kCountDistinct, kSum, kAverage, kMin, kMax };

struct AggregateFunction {
  Function function;
  std::string name;  // of the result
  std::string path;  // whose values; empty: kCount counts items
};

struct AggregatePlan {
  std::vector<std::string> group_by{};
  std::vector<AggregateFunction> functions{};
  ConditionInput having{};  // on the rows: results by their names, groups by their paths
  std::size_t memory_limit_bytes = 64 * 1024 * 1024;
};

class Aggregator {
 public:
  // ErrInvalidModel: an attribute that `model` (null: a document) does not have. ErrInvalidOperator: nothing to
  // compute, a name used twice, a malformed path or condition.
  static Result<Aggregator> make(const model::Model* model, AggregatePlan plan);

  // ErrInvalidModel for a value the function does not take. ErrInvalidOperator at the memory limit.
  Result<void> add(const Item& item);
  // One row per group in order of the groups' values (without groups one row in any case): the groups' values and the
  // results by name. Functions of no value: count and sum are 0, the others are left out.
  // ErrNumberPrecisionLoss when a sum is no Number.
  Result<std::vector<Item>> finish() const;

  // The attributes to read, as paths without list elements; none of them lies in another.
  std::vector<std::string> needed() const;

 private:
  struct Column {
    AggregateFunction function;
    std::optional<expr::Path> path;
  };
  struct Cell {
    std::uint64_t count = 0;
    value::DecimalSum sum;
    std::optional<Value> best;
    std::unordered_set<std::string> seen;
  };
  struct Group {
    std::vector<std::optional<Value>> key;
    std::vector<Cell> cells;
  };

  Result<Group*> group_of(const Item& item);
  Result<void> add_value(const Column& column, const Value& value, Cell& cell);
  Result<void> take_memory(std::size_t bytes);
  Result<Item> row_of(const Group& group) const;

  AggregatePlan plan_;
  std::vector<expr::Path> group_by_;
  std::vector<Column> columns_;
  std::optional<expr::Condition> having_;
  std::vector<Group> groups_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::size_t memory_bytes_ = 0;
};

}  // namespace tabletheory::ops
