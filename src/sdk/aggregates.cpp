#include "ops/aggregate.h"
#include "sdk/condition_tree.h"
#include "sdk/table_core.h"
#include "tabletheory/aggregate.h"

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

}  // namespace

Result<std::vector<Item>> run_aggregate(const TablePointer& table, const ReadPlan& plan,
                                        const AggregateRequest& request) {
  const model::Model* model = table->model().get();
  const auto located = [&](Error error) {
    return std::unexpected(std::move(error).at("aggregate", model == nullptr ? "" : model->name(), table->name()));
  };
  auto compiled = to_plan(model, request);
  if (!compiled) return located(std::move(compiled).error());
  auto aggregator = ops::Aggregator::make(model, std::move(*compiled));
  if (!aggregator) return located(std::move(aggregator).error());

  ReadPlan read = plan;
  read.projection.clear();
  for (const std::string& path : aggregator->needed()) read.projection.push_back(Path(path));
  // Counting items needs none of their attributes; the key is the least that can be asked for.
  if (read.projection.empty() && model != nullptr) {
    read.projection.push_back(Path::named(model->attribute(model->partition_slot()).name()));
  }
  TT_TRY(TablePointer maps, with_maps(table));
  PageReader reader(std::move(maps), std::move(read));
  std::vector<Item> items;
  PageInfo info;
  for (;;) {
    TT_TRY(const bool more, reader.next(sink(items), info));
    if (!more) break;
    for (const Item& item : items) {
      if (auto added = aggregator->add(item); !added) return located(std::move(added).error());
    }
  }
  auto rows = aggregator->finish();
  if (!rows) return located(std::move(rows).error());
  return rows;
}

}  // namespace tabletheory::detail
