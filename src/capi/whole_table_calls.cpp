// Calls that read a table page by page for one result: aggregates and migrations.
#include <fmt/format.h>

#include <algorithm>

#include "capi/calls.h"
#include "capi/expressions.h"
#include "ops/migration.h"
#include "sdk/aggregate_read.h"

namespace tabletheory::capi {
namespace {

using Function = detail::AggregateStep::Function;

// An operation whose pages are of no interest to the caller.
class WithoutPages final : public ops::Operation {
 public:
  explicit WithoutPages(ops::Operation& operation) : operation_(operation) {}
  ops::Step next() override {
    for (;;) {
      ops::Step step = operation_.next();
      if (!std::holds_alternative<ops::PageReady>(step)) return step;
    }
  }
  void on_response(std::uint32_t id, Result<ops::Response> response) override {
    operation_.on_response(id, std::move(response));
  }

 private:
  ops::Operation& operation_;
};

struct FunctionName {
  std::string_view name;
  Function function;
  bool needs_path;
};
constexpr FunctionName kFunctions[] = {
    {"count", Function::kCount, false}, {"count_distinct", Function::kCountDistinct, true},
    {"sum", Function::kSum, true},      {"average", Function::kAverage, true},
    {"min", Function::kMin, true},      {"max", Function::kMax, true},
};

// `[function, name]` or `[function, name, path]`.
Result<detail::AggregateStep> to_step(const Arguments& request, const Node& node) {
  std::vector<const Node*> parts;
  if (node.tag == Tag::kList) {
    for (const Node& part : node.children()) parts.push_back(&part);
  }
  if (parts.size() < 2 || parts.size() > 3 || parts[0]->tag != Tag::kString || parts[1]->tag != Tag::kString) {
    return request.misfit("steps", "a list of lists: a function, the result's name, and a path");
  }
  const auto* known = std::ranges::find(kFunctions, parts[0]->text, &FunctionName::name);
  if (known == std::end(kFunctions)) {
    return request.misfit("steps", "of count, count_distinct, sum, average, min and max");
  }
  if (known->needs_path && parts.size() == 2) {
    return request.misfit("steps", fmt::format("with a path for {}", known->name));
  }
  detail::AggregateStep step{known->function, std::string(parts[1]->text), {}};
  if (parts.size() == 3) {
    TT_TRY(step.path, to_path(*parts[2]));
  }
  return step;
}

Result<detail::AggregateRequest> to_aggregate_request(const Arguments& request) {
  detail::AggregateRequest aggregate;
  TT_TRY(aggregate.group_by, to_paths(request, "group_by"));
  TT_TRY(const auto steps, request.list("steps"));
  for (const Node* node : steps) {
    TT_TRY(detail::AggregateStep step, to_step(request, *node));
    aggregate.steps.push_back(std::move(step));
  }
  TT_TRY(aggregate.having, to_condition(request, "having"));
  TT_TRY(const auto limit, request.size("memory_limit_bytes"));
  if (limit) aggregate.memory_limit_bytes = *limit;
  return aggregate;
}

class AggregateCall final : public Call {
 public:
  AggregateCall(detail::TablePointer table, std::unique_ptr<detail::AggregateRead> read)
      : table_(std::move(table)), read_(std::move(read)), whole_(*read_) {}
  ops::Operation* operation() override { return &whole_; }
  Result<void> write(TapeWriter& out) override {
    out.list(read_->rows().size());
    for (const Item& row : read_->rows()) {
      out.map(row.size());
      for (const auto& [name, value] : row) {
        out.name(name);
        write_value(value, out);
      }
    }
    return {};
  }

 private:
  detail::TablePointer table_;
  std::unique_ptr<detail::AggregateRead> read_;
  WithoutPages whole_;
};

class MigrateCall final : public Call {
 public:
  MigrateCall(std::unique_ptr<ops::Migration> migration, bool tells_progress)
      : migration_(std::move(migration)), whole_(*migration_), tells_progress_(tells_progress) {}
  ops::Operation* operation() override {
    if (tells_progress_) return migration_.get();
    return &whole_;
  }
  Result<void> write(TapeWriter& out) override {
    const MigrationProgress& progress = migration_->progress();
    out.map(3);
    out.member("copied", progress.copied);
    out.member("skipped", progress.skipped);
    out.member("token", progress.token);
    return {};
  }

 private:
  std::unique_ptr<ops::Migration> migration_;
  WithoutPages whole_;
  bool tells_progress_;
};

Result<std::shared_ptr<const model::Model>> to_migrated_model(CallScope& scope, const Arguments& request,
                                                              std::string_view member) {
  TT_TRY(const TableEntry* entry, scope.table(request, member));
  if (!entry->table->is_document()) return entry->table->model();
  return request.misfit(member, "a table with a model");
}

}  // namespace

CreatedCall make_aggregate(CallScope& scope, const Arguments& request) {
  TT_TRY(const auto entries, scope.tables(request));
  TT_TRY(detail::TablePointer table, to_read_table(entries));
  TT_TRY(const bool is_scan, request.flag("scan"));
  TT_TRY(const detail::ReadPlan plan, to_read_plan(request, is_scan));
  TT_TRY(const detail::AggregateRequest aggregate, to_aggregate_request(request));
  TT_TRY(auto read, detail::AggregateRead::make(table, plan, aggregate));
  return std::make_unique<AggregateCall>(std::move(table), std::move(read));
}

CreatedCall make_migrate(CallScope& scope, const Arguments& request) {
  ops::MigrationInput input;
  TT_TRY(input.source, to_migrated_model(scope, request, "source"));
  TT_TRY(input.target, to_migrated_model(scope, request, "target"));
  TT_TRY(input.mapping.rename, to_names(request, "rename"));
  TT_TRY(input.mapping.drop, request.texts("drop"));
  TT_TRY(input.resume_from, request.text("resume_from", ""));
  TT_TRY(const auto page_size, request.size("page_size"));
  if (page_size) input.page_size = *page_size;
  TT_TRY(input.create_table, request.flag("create_table", true));
  TT_TRY(const auto options, request.map("table_options"));
  if (options) {
    TT_TRY(input.table, to_table_options(*options));
    TT_CHECK(options->check_all_known());
  }
  TT_TRY(const bool tells_progress, request.flag("progress"));
  TT_TRY(auto migration, ops::Migration::start(scope.client().environment(), std::move(input)));
  return std::make_unique<MigrateCall>(std::move(migration), tells_progress);
}

}  // namespace tabletheory::capi
