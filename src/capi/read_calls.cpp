// Queries, scans and counts.
#include "capi/calls.h"
#include "capi/expressions.h"
#include "sdk/item_operations.h"
#include "sdk/write_input.h"

namespace tabletheory::capi {
namespace {

class PagesCall final : public Call {
 public:
  PagesCall(std::vector<TableEntry> tables, detail::TablePointer view, std::unique_ptr<ops::PagedRead> read)
      : tables_(std::move(tables)), view_(std::move(view)), read_(std::move(read)) {}

  ops::Operation* operation() override { return read_.get(); }
  bool gives_pages() const override { return true; }

  // After the last page: a page without items.
  Result<void> write(TapeWriter& out) override {
    ops::Page& page = read_->page();
    out.map(6);
    out.member("cursor", page.cursor);
    out.member("count", page.items.size());
    out.member("scanned_count", page.scanned_count);
    out.member("skipped_count", page.skipped_count);
    out.name("consumed_capacity");
    out.number(page.consumed_capacity);
    out.name("items");
    out.list(page.items.size());
    for (std::size_t i = 0; i < page.items.size(); ++i) {
      const std::size_t owner = page.models.empty() ? 0 : position_of(page.models[i].get());
      TT_CHECK(write_stored(tables_[owner].format(owner), page.items[i], read_->dropped(), out));
    }
    return {};
  }

 private:
  std::size_t position_of(const model::Model* model) const {
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].table->model().get() == model) return i;
    }
    return 0;
  }

  std::vector<TableEntry> tables_;
  detail::TablePointer view_;
  std::unique_ptr<ops::PagedRead> read_;
};

class CountCall final : public Call {
 public:
  CountCall(detail::TablePointer table, std::unique_ptr<ops::PagedRead> read)
      : table_(std::move(table)), read_(std::move(read)) {}
  ops::Operation* operation() override { return read_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.map(2);
    out.member("count", read_->total());
    out.member("scanned_count", read_->total_scanned());
    return {};
  }

 private:
  detail::TablePointer table_;
  std::unique_ptr<ops::PagedRead> read_;
};

Result<std::optional<std::uint32_t>> segment(const Arguments& request, std::string_view name) {
  TT_TRY(const auto given, request.size(name));
  if (!given) return std::nullopt;
  if (!std::in_range<std::uint32_t>(*given)) return request.misfit(name, "a smaller number");
  return static_cast<std::uint32_t>(*given);
}

// A secret is bytes; a language that has it as text may send that.
Result<std::optional<std::string>> secret(const Arguments& request, std::string_view name) {
  const Node* node = request.find(name);
  if (node == nullptr) return std::nullopt;
  if (node->tag != Tag::kString && node->tag != Tag::kBytes) return request.misfit(name, "text or bytes");
  return std::string(node->text);
}

Result<void> read_partition(const Arguments& request, detail::ReadPlan& plan) {
  TT_TRY(const Node* partition, request.require("partition"));
  if (partition->tag == Tag::kList) {
    TT_TRY(plan.partition, to_condition(*partition));
  } else {
    TT_TRY(plan.partition_value, to_value(*partition));
  }
  TT_TRY(plan.sort, to_condition(request, "sort"));
  TT_TRY(plan.descending, request.flag("descending"));
  return {};
}

Result<void> read_segments(const Arguments& request, detail::ReadPlan& plan) {
  TT_TRY(plan.segment, segment(request, "segment"));
  TT_TRY(plan.total_segments, segment(request, "total_segments"));
  TT_TRY(const auto parallel, segment(request, "parallel"));
  plan.parallel = parallel.value_or(1);
  return {};
}

}  // namespace

Result<detail::ReadPlan> to_read_plan(const Arguments& request, bool is_scan) {
  detail::ReadPlan plan;
  plan.is_scan = is_scan;
  TT_CHECK(is_scan ? read_segments(request, plan) : read_partition(request, plan));
  TT_TRY(plan.index, request.text("index", ""));
  TT_TRY(plan.filter, to_condition(request, "filter"));
  TT_TRY(plan.projection, to_paths(request, "projection"));
  TT_TRY(plan.limit, request.size("limit"));
  TT_TRY(plan.page_size, request.size("page_size"));
  TT_TRY(plan.consistent, request.flag("consistent"));
  TT_TRY(plan.cursor, request.text("cursor", ""));
  TT_TRY(plan.cursor_key, secret(request, "cursor_key"));
  TT_TRY(plan.hide_expired, request.flag("hide_expired"));
  return plan;
}

Result<detail::TablePointer> to_read_table(const std::vector<const TableEntry*>& tables) {
  if (tables.size() == 1) return tables.front()->table;
  std::vector<detail::TablePointer> parts;
  for (const TableEntry* entry : tables) {
    if (entry->table->is_document()) {
      return fail(ErrorCode::kInvalidOperator, "tables that are read together have models; one is a document table");
    }
    parts.push_back(entry->table);
  }
  return detail::open_shared(std::move(parts), nullptr);
}

CreatedCall make_pages(CallScope& scope, const Arguments& request, bool is_scan) {
  TT_TRY(const auto entries, scope.tables(request));
  TT_TRY(detail::TablePointer table, to_read_table(entries));
  TT_TRY(const detail::ReadPlan plan, to_read_plan(request, is_scan));
  TT_TRY(const bool gather, request.flag("gather"));
  const auto purpose = gather ? detail::ReadPurpose::kOnePage : detail::ReadPurpose::kPages;
  TT_TRY(auto read, detail::make_paged_read(*table, plan, purpose));
  if (scope.wants_explanation()) {
    TapeWriter out;
    write_explanation(detail::to_explanation(read->explain()), out);
    return std::make_unique<ReadyCall>(std::move(out));
  }
  std::vector<TableEntry> tables;
  for (const TableEntry* entry : entries) tables.push_back(*entry);
  return std::make_unique<PagesCall>(std::move(tables), std::move(table), std::move(read));
}

CreatedCall make_count(CallScope& scope, const Arguments& request) {
  TT_TRY(const auto entries, scope.tables(request));
  TT_TRY(detail::TablePointer table, to_read_table(entries));
  TT_TRY(const bool is_scan, request.flag("scan"));
  TT_TRY(const detail::ReadPlan plan, to_read_plan(request, is_scan));
  TT_TRY(auto read, detail::make_paged_read(*table, plan, detail::ReadPurpose::kCount));
  if (scope.wants_explanation()) {
    TapeWriter out;
    write_explanation(detail::to_explanation(read->explain()), out);
    return std::make_unique<ReadyCall>(std::move(out));
  }
  return std::make_unique<CountCall>(std::move(table), std::move(read));
}

}  // namespace tabletheory::capi
