// Aggregates over a query or scan: exact, in one pass, without holding the items (docs/aggregates.md).
//
//     auto by_state = aggregate(orders.scan().where(attr(&Order::total) > 0))
//                         .group_by({&Order::state})
//                         .count("orders")
//                         .sum("revenue", &Order::total)
//                         .having(attr("revenue") > 1000)
//                         .run();                               // Result<std::vector<Item>>
//     for (const Item& row : *by_state) std::cout << row.find("revenue")->number().to_string();
//
// The service has no aggregates: every item the read evaluates is read, paid for and sent here (of it, the attributes
// named). Prefer keys to filters, and keep totals in items of their own where they are asked for often.
//
// A value; one thread at a time. Nothing is sent before run().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tabletheory/query.h"

namespace tabletheory {

namespace detail {

struct AggregateStep {
  enum class Function : std::uint8_t { kCount, kCountDistinct, kSum, kAverage, kMin, kMax };
  Function function;
  std::string name;
  std::optional<Path> path;
};
struct AggregateRequest {
  std::vector<Path> group_by;
  std::vector<AggregateStep> steps;
  Condition having;
  std::size_t memory_limit_bytes = 64 * 1024 * 1024;
};
Result<std::vector<Item>> run_aggregate(const TablePointer& table, const ReadPlan& plan,
                                        const AggregateRequest& request);

}  // namespace detail

class Aggregate {
 public:
  Aggregate(detail::TablePointer table, detail::ReadPlan plan) : table_(std::move(table)), plan_(std::move(plan)) {}

  // Results, each under a name of its own. Items without a value, or with NULL, do not count; without any value, counts
  // and sums are 0 and the others are left out of the row.
  Aggregate& count(std::string name) { return push(Function::kCount, std::move(name), {}); }
  Aggregate& count(std::string name, Path path) { return push(Function::kCount, std::move(name), std::move(path)); }
  // Exact, so it holds every distinct value in memory, up to memory_limit.
  Aggregate& count_distinct(std::string name, Path path) {
    return push(Function::kCountDistinct, std::move(name), std::move(path));
  }
  // Exact: a sum that needs more than 38 digits is ErrNumberPrecisionLoss, never rounded.
  Aggregate& sum(std::string name, Path path) { return push(Function::kSum, std::move(name), std::move(path)); }
  // The exact sum divided by the count: exact where 38 significant digits suffice, else rounded half to even.
  Aggregate& average(std::string name, Path path) { return push(Function::kAverage, std::move(name), std::move(path)); }
  // Of numbers, texts (by UTF-8 bytes) or binaries, all of one type.
  Aggregate& min(std::string name, Path path) { return push(Function::kMin, std::move(name), std::move(path)); }
  Aggregate& max(std::string name, Path path) { return push(Function::kMax, std::move(name), std::move(path)); }

  // One row per combination of these values, which the row holds under the paths as written; an item without a value
  // belongs to a group without one. Rows come in order of the values.
  Aggregate& group_by(std::vector<Path> paths) {
    request_.group_by = std::move(paths);
    return *this;
  }
  // Keeps the rows for which a condition on results and groups holds; several are joined by AND. A group's path with
  // dots is one name: `Path::named("address.city")`.
  Aggregate& having(Condition condition) {
    request_.having = request_.having && condition;
    return *this;
  }
  // What groups and distinct values may take; beyond it ErrInvalidOperator.
  Aggregate& memory_limit(std::size_t bytes) {
    request_.memory_limit_bytes = bytes;
    return *this;
  }

  // Reads everything the query or scan reads. Errors besides those: ErrInvalidModel for unknown attributes and values a
  // function does not take, ErrInvalidOperator without a function or when two results share a name.
  Result<std::vector<Item>> run() const { return detail::run_aggregate(table_, plan_, request_); }

 private:
  using Function = detail::AggregateStep::Function;
  Aggregate& push(Function function, std::string name, std::optional<Path> path) {
    request_.steps.push_back({function, std::move(name), std::move(path)});
    return *this;
  }

  detail::TablePointer table_;
  detail::ReadPlan plan_;
  detail::AggregateRequest request_;
};

// Over what `read` (a Query or Scan of any table) reads. Its filter, index, limit and cursor count; its selection does
// not, as the attributes needed are known.
template <class Self, class T>
Aggregate aggregate(const ReadBuilder<Self, T>& read) {
  return Aggregate(read.table(), read.plan());
}

}  // namespace tabletheory
