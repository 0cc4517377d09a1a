// Query, scan, count and explain.
#include "ops/documents.h"
#include "sdk/condition_tree.h"
#include "sdk/driver.h"
#include "sdk/item_operations.h"
#include "sdk/write_input.h"

namespace tabletheory::detail {
namespace {

using ops::PagedRead;

Result<void> fill_common(const TableCore& table, const ReadPlan& plan, ops::PageOptions& request) {
  const model::Model* model = table.model().get();
  request.index = plan.index;
  TT_TRY(request.filter, to_condition_input(model, plan.filter));
  TT_TRY(request.projection, to_path_texts(model, plan.projection));
  request.limit = plan.limit;
  request.page_size = plan.page_size;
  request.consistent = plan.consistent;
  request.cursor = plan.cursor;
  request.cursor_key = plan.cursor_key;
  request.hide_expired = plan.hide_expired;
  return {};
}

// The name of the partition key that a bare value is meant for.
Result<std::string> partition_name(const TableCore& table, const ReadPlan& plan) {
  if (table.is_document()) {
    if (plan.index.empty() && !table.documents().key.empty()) return table.documents().key.front();
    return fail(ErrorCode::kInvalidOperator,
                "the partition key's name is not known here; write query(attr(\"name\") == value)");
  }
  const model::Model& model = *table.model();
  if (plan.index.empty()) return model.attribute(model.partition_slot()).name();
  const model::Index* index = model.find_index(plan.index);
  if (index == nullptr) {
    return fail(ErrorCode::kIndexNotFound, "model " + model.name() + " has no index \"" + plan.index + "\"");
  }
  if (index->partition_slots.size() == 1) return model.attribute(index->partition_slots.front()).name();
  return fail(ErrorCode::kInvalidOperator,
              "index \"" + plan.index +
                  "\" has a partition key of several attributes; write query(attr(\"a\") == x && "
                  "attr(\"b\") == y)");
}

Result<ops::QueryRequest> to_query(const TableCore& table, const ReadPlan& plan) {
  ops::QueryRequest request;
  TT_CHECK(fill_common(table, plan, request));
  const model::Model* model = table.model().get();
  if (plan.partition_value) {
    TT_TRY(std::string name, partition_name(table, plan));
    request.partition.push_back({std::move(name), "=", {*plan.partition_value}});
  } else {
    TT_TRY(request.partition, to_comparisons(model, plan.partition, "the partition condition of a query"));
  }
  TT_TRY(request.sort, to_comparisons(model, plan.sort, "the sort condition of a query"));
  request.ascending = !plan.descending;
  return request;
}

Result<ops::ScanRequest> to_scan(const TableCore& table, const ReadPlan& plan) {
  ops::ScanRequest request;
  TT_CHECK(fill_common(table, plan, request));
  request.segment = plan.segment;
  request.total_segments = plan.total_segments;
  request.parallel = plan.parallel;
  return request;
}

template <class Target>
PagedRead::Created make_read_of(const TableCore& table, const Target& target, const ReadPlan& plan,
                                ReadPurpose purpose) {
  const ops::Environment& environment = table.environment();
  if (plan.is_scan) {
    TT_TRY(ops::ScanRequest request, to_scan(table, plan));
    request.gather = purpose == ReadPurpose::kOnePage;
    return purpose == ReadPurpose::kCount ? PagedRead::count(environment, target, request)
                                          : PagedRead::scan(environment, target, request);
  }
  TT_TRY(ops::QueryRequest request, to_query(table, plan));
  request.gather = purpose == ReadPurpose::kOnePage;
  return purpose == ReadPurpose::kCount ? PagedRead::count(environment, target, request)
                                        : PagedRead::query(environment, target, request);
}

Result<PageInfo> take_page(const TableCore& table, PagedRead& read, const ItemSink& sink) {
  ops::Page& page = read.page();
  sink.clear(sink.items, page.items.size());
  ItemReader reader(table);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    const model::Model* owner = page.models.empty() ? nullptr : page.models[i].get();
    TT_CHECK(reader.read(page.items[i], sink.append(sink.items), read.dropped(), owner));
  }
  return PageInfo{std::move(page.cursor), page.scanned_count, page.skipped_count, page.consumed_capacity};
}

}  // namespace

PagedRead::Created make_paged_read(const TableCore& table, const ReadPlan& plan, ReadPurpose purpose) {
  if (!table.parts().empty()) {
    std::vector<PagedRead::Model> models;
    for (const TablePointer& part : table.parts()) models.push_back(part->model());
    return make_read_of(table, models, plan, purpose);
  }
  return table.is_document() ? make_read_of(table, table.documents(), plan, purpose)
                             : make_read_of(table, table.model(), plan, purpose);
}

Result<PageInfo> read_page(const TablePointer& table, const ReadPlan& plan, const ItemSink& sink) {
  TT_TRY(const auto read, make_paged_read(*table, plan, ReadPurpose::kOnePage));
  TT_TRY(const bool has_page, Driver(table->client()).run(*read));
  if (!has_page) return PageInfo{};
  return take_page(*table, *read, sink);
}

Result<std::size_t> count(const TablePointer& table, const ReadPlan& plan) {
  TT_TRY(const auto read, make_paged_read(*table, plan, ReadPurpose::kCount));
  TT_CHECK(Driver(table->client()).run(*read));
  return read->total();
}

Result<Explanation> explain(const TablePointer& table, const ReadPlan& plan) {
  TT_TRY(const auto read, make_paged_read(*table, plan, ReadPurpose::kPages));
  return to_explanation(read->explain());
}

struct PageReader::State {
  TablePointer table;
  ReadPlan plan;
  std::unique_ptr<PagedRead> read;  // made with the first page, so that a range can be built without errors
  bool ended = false;
};

PageReader::PageReader(TablePointer table, ReadPlan plan)
    : state_(std::make_unique<State>(State{std::move(table), std::move(plan), nullptr, false})) {}
PageReader::PageReader(PageReader&&) noexcept = default;
PageReader& PageReader::operator=(PageReader&&) noexcept = default;
PageReader::~PageReader() = default;

Result<bool> PageReader::next(const ItemSink& sink, PageInfo& info) {
  State& state = *state_;
  if (state.ended) return false;
  state.ended = true;  // until a page proves otherwise
  if (!state.read) {
    TT_TRY(state.read, make_paged_read(*state.table, state.plan, ReadPurpose::kPages));
  }
  TT_TRY(const bool has_page, Driver(state.table->client()).run(*state.read));
  if (!has_page) return false;
  TT_TRY(info, take_page(*state.table, *state.read, sink));
  state.ended = false;
  return true;
}

}  // namespace tabletheory::detail
