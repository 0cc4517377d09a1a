// AggregateRead: the operation behind aggregates — a paged read whose items go into an ops::Aggregator.
//
//     TT_TRY(const auto read, AggregateRead::make(table, plan, request));     // all local checks
//     …drive it; PageReady says that another page has been taken in…
//     read->rows();                                                          // after Done
//
// The client of `table` must outlive the operation.
#pragma once

#include <memory>
#include <vector>

#include "ops/aggregate.h"
#include "ops/paged_reads.h"
#include "sdk/table_core.h"
#include "tabletheory/aggregate.h"

namespace tabletheory::detail {

class AggregateRead final : public ops::Operation {
 public:
  static Result<std::unique_ptr<AggregateRead>> make(const TablePointer& table, const ReadPlan& plan,
                                                     const AggregateRequest& request);

  ops::Step next() override;
  void on_response(std::uint32_t id, Result<ops::Response> response) override {
    read_->on_response(id, std::move(response));
  }
  std::vector<Item>& rows() { return rows_; }

 private:
  AggregateRead(TablePointer maps, ops::Aggregator aggregator, std::unique_ptr<ops::PagedRead> read)
      : maps_(std::move(maps)), aggregator_(std::move(aggregator)), read_(std::move(read)) {}
  Result<void> take_page();

  TablePointer maps_;
  ops::Aggregator aggregator_;
  std::unique_ptr<ops::PagedRead> read_;
  std::vector<Item> rows_;
};

}  // namespace tabletheory::detail
