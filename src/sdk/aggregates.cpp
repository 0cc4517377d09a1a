#include "sdk/aggregate_read.h"
#include "sdk/condition_tree.h"
#include "sdk/driver.h"
#include "sdk/item_operations.h"

namespace tabletheory::detail {
namespace {

// The functions have the same names on both sides.
static_assert(static_cast<int>(AggregateStep::Function::kMax) == static_cast<int>(ops::Function::kMax));

Result<ops::AggregatePlan> to_plan(const model::Model* model, const AggregateRequest& request) {
  ops::AggregatePlan plan;
  TT_TRY(plan.group_by, to_path_texts(model, request.group_by));
  for (const AggregateStep& step : request.steps) {
    ops::AggregateFunction function{static_cast<ops::Function>(step.function), step.name, {}};
    if (step.path) {
      TT_TRY(function.path, to_path_text(model, step.path->data()));
    }
    plan.functions.push_back(std::move(function));
  }
  TT_TRY(plan.having, to_condition_input(nullptr, request.having));
  plan.memory_limit_bytes = request.memory_limit_bytes;
  return plan;
}

// The same table with items as maps, those of several models too: a struct need not have the attributes asked for.
Result<TablePointer> with_maps(const TablePointer& table) {
  if (!table->parts().empty()) {
    std::vector<TablePointer> parts;
    for (const TablePointer& part : table->parts()) {
      TT_TRY(TablePointer maps, with_maps(part));
      parts.push_back(std::move(maps));
    }
    return open_shared(std::move(parts), [](void* item, std::size_t, const std::string&) { return item; });
  }
  if (!table->is_record()) return table;
  return std::make_shared<const TableCore>(table->client_pointer(), *table->handle(), table->name(), nullptr);
}

Error locate(const TableCore& table, Error error) {
  const model::Model* model = table.model().get();
  return std::move(error).at("aggregate", model == nullptr ? "" : model->name(), table.name());
}

}  // namespace

Result<std::unique_ptr<AggregateRead>> AggregateRead::make(const TablePointer& table, const ReadPlan& plan,
                                                           const AggregateRequest& request) {
  const model::Model* model = table->model().get();
  auto compiled = to_plan(model, request);
  if (!compiled) return std::unexpected(locate(*table, std::move(compiled).error()));
  auto aggregator = ops::Aggregator::make(model, std::move(*compiled));
  if (!aggregator) return std::unexpected(locate(*table, std::move(aggregator).error()));

  ReadPlan read_plan = plan;
  read_plan.projection.clear();
  for (const std::string& path : aggregator->needed()) read_plan.projection.push_back(Path(path));
  // Counting items needs none of their attributes; the key is the least that can be asked for.
  if (read_plan.projection.empty() && model != nullptr) {
    read_plan.projection.push_back(Path::named(model->attribute(model->partition_slot()).name()));
  }
  TT_TRY(TablePointer maps, with_maps(table));
  TT_TRY(auto read, make_paged_read(*maps, read_plan, ReadPurpose::kPages));
  return std::unique_ptr<AggregateRead>(new AggregateRead(std::move(maps), std::move(*aggregator), std::move(read)));
}

Result<void> AggregateRead::take_page() {
  const ops::Page& page = read_->page();
  ItemReader reader(*maps_);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    Item item;
    TT_CHECK(reader.read(page.items[i], &item, read_->dropped(), page.models.empty() ? nullptr : page.models[i].get()));
    if (auto added = aggregator_.add(item); !added) return std::unexpected(locate(*maps_, std::move(added).error()));
  }
  return {};
}

ops::Step AggregateRead::next() {
  ops::Step step = read_->next();
  if (std::holds_alternative<ops::PageReady>(step)) {
    if (auto taken = take_page(); !taken) return ops::Failed{std::move(taken).error()};
  } else if (std::holds_alternative<ops::Done>(step)) {
    auto rows = aggregator_.finish();
    if (!rows) return ops::Failed{locate(*maps_, std::move(rows).error())};
    rows_ = std::move(*rows);
  }
  return step;
}

Result<std::vector<Item>> run_aggregate(const TablePointer& table, const ReadPlan& plan,
                                        const AggregateRequest& request) {
  TT_TRY(const auto read, AggregateRead::make(table, plan, request));
  for (;;) {
    TT_TRY(const bool more, Driver(table->client()).run(*read));  // limits count per page, as of pages
    if (!more) return std::move(read->rows());
  }
}

}  // namespace tabletheory::detail
