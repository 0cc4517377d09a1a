// Calls that manage tables.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "capi/calls.h"
#include "capi/expressions.h"
#include "ops/table_changes.h"
#include "ops/tables.h"

namespace tabletheory::capi {
namespace {

using Models = std::vector<std::shared_ptr<const model::Model>>;

// The models of `tables`, which may be several of one table.
Result<Models> to_models(CallScope& scope, const Arguments& request) {
  TT_TRY(const auto entries, scope.tables(request));
  Models models;
  for (const TableEntry* entry : entries) {
    if (entry->table->is_document()) {
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("{} manages tables by their models, and table {} was opened without one", request.what(),
                              entry->table->name()));
    }
    models.push_back(entry->table->model());
  }
  return models;
}

// `table`: the number of a table, or a name as it stands.
Result<std::string> to_table_name(CallScope& scope, const Arguments& request) {
  TT_TRY(const Node* node, request.require("table"));
  if (node->tag == Tag::kString) return std::string(node->text);
  TT_TRY(const TableEntry* entry, scope.table(request));
  return entry->table->name();
}

Result<std::optional<Throughput>> to_throughput(const Arguments& request) {
  TT_TRY(const auto given, request.map("provisioned"));
  if (!given) return std::nullopt;
  Throughput throughput;
  TT_TRY(throughput.read_units, given->integer("read_units", throughput.read_units));
  TT_TRY(throughput.write_units, given->integer("write_units", throughput.write_units));
  TT_CHECK(given->check_all_known());
  return throughput;
}

Result<std::vector<std::pair<std::string, std::string>>> to_tags(const Arguments& request) {
  TT_TRY(const auto named, to_names(request, "tags"));
  return std::vector<std::pair<std::string, std::string>>(named.begin(), named.end());
}

struct StreamName {
  std::string_view name;
  StreamView view;
};
constexpr StreamName kStreams[] = {
    {"NONE", StreamView::kNone},
    {"KEYS_ONLY", StreamView::kKeysOnly},
    {"NEW_IMAGE", StreamView::kNewImage},
    {"OLD_IMAGE", StreamView::kOldImage},
    {"NEW_AND_OLD_IMAGES", StreamView::kNewAndOldImages},
};

Result<std::optional<StreamView>> to_stream(const Arguments& request) {
  TT_TRY(const auto name, request.text("stream"));
  if (!name) return std::nullopt;
  const auto* known = std::ranges::find(kStreams, *name, &StreamName::name);
  if (known != std::end(kStreams)) return known->view;
  return request.misfit("stream", "NONE, KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES");
}

Result<std::optional<EncryptionAtRest>> to_encryption_at_rest(const Arguments& request) {
  TT_TRY(const auto given, request.map("encryption_at_rest"));
  if (!given) return std::nullopt;
  EncryptionAtRest encryption;
  TT_TRY(encryption.kms_key, given->text("kms_key", ""));
  TT_CHECK(given->check_all_known());
  return encryption;
}

Result<std::optional<bool>> optional_flag(const Arguments& request, std::string_view name) {
  if (request.find(name) == nullptr) return std::nullopt;
  TT_TRY(const bool flag, request.flag(name));
  return flag;
}

Result<TableChanges> to_table_changes(const Arguments& request) {
  TableChanges changes;
  TT_TRY(changes.provisioned, to_throughput(request));
  TT_TRY(changes.on_demand, request.flag("on_demand"));
  TT_TRY(changes.deletion_protection, optional_flag(request, "deletion_protection"));
  TT_TRY(changes.stream, to_stream(request));
  TT_TRY(changes.encryption_at_rest, to_encryption_at_rest(request));
  TT_TRY(changes.point_in_time_recovery, optional_flag(request, "point_in_time_recovery"));
  TT_TRY(changes.tags, to_tags(request));
  TT_TRY(changes.remove_tags, request.texts("remove_tags"));
  TT_TRY(changes.add_indexes, request.flag("add_indexes", true));
  TT_TRY(changes.drop_indexes, request.flag("drop_indexes"));
  TT_TRY(changes.ttl, request.flag("ttl", true));
  TT_TRY(changes.dry_run, request.flag("dry_run"));
  return changes;
}

// Create, ensure, describe, delete, wait: MAP `description`.
class TableCall final : public Call {
 public:
  explicit TableCall(std::unique_ptr<ops::TableOperation> operation) : operation_(std::move(operation)) {}
  ops::Operation* operation() override { return operation_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.map(1);
    out.name("description");
    if (operation_->description() == nullptr) {
      out.absent();
    } else {
      out.string(simdjson::minify(*operation_->description()));
    }
    return {};
  }

 private:
  std::unique_ptr<ops::TableOperation> operation_;
};

CreatedCall to_table_call(ops::TableOperation::Created created) {
  TT_TRY(auto operation, std::move(created));
  return std::make_unique<TableCall>(std::move(operation));
}

class UpdateTableCall final : public Call {
 public:
  explicit UpdateTableCall(std::unique_ptr<ops::TableUpdate> update) : update_(std::move(update)) {}
  ops::Operation* operation() override { return update_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.map(1);
    out.name("steps");
    out.list(update_->steps().size());
    for (const std::string& step : update_->steps()) out.string(step);
    return {};
  }

 private:
  std::unique_ptr<ops::TableUpdate> update_;
};

class VerifyTableCall final : public Call {
 public:
  explicit VerifyTableCall(std::unique_ptr<ops::TableVerify> verify) : verify_(std::move(verify)) {}
  ops::Operation* operation() override { return verify_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.list(verify_->found().size());
    for (const TableDifference& difference : verify_->found()) {
      out.map(3);
      out.member("path", difference.path);
      out.member("model", difference.model);
      out.member("live", difference.live);
    }
    return {};
  }

 private:
  std::unique_ptr<ops::TableVerify> verify_;
};

}  // namespace

Result<TableOptions> to_table_options(const Arguments& request) {
  TableOptions options;
  TT_TRY(options.provisioned, to_throughput(request));
  TT_TRY(options.tags, to_tags(request));
  TT_TRY(options.deletion_protection, request.flag("deletion_protection"));
  TT_TRY(options.wait, request.flag("wait", true));
  TT_TRY(options.enable_ttl, request.flag("enable_ttl", true));
  TT_TRY(const auto stream, to_stream(request));
  options.stream = stream.value_or(StreamView::kNone);
  TT_TRY(options.encryption_at_rest, to_encryption_at_rest(request));
  TT_TRY(options.point_in_time_recovery, request.flag("point_in_time_recovery"));
  return options;
}

CreatedCall make_create_table(CallScope& scope, const Arguments& request, bool may_exist) {
  TT_TRY(const Models models, to_models(scope, request));
  TT_TRY(const TableOptions options, to_table_options(request));
  const ops::Environment& environment = scope.client().environment();
  return to_table_call(may_exist ? ops::TableOperation::ensure(environment, models, options)
                                 : ops::TableOperation::create(environment, models, options));
}

CreatedCall make_describe_table(CallScope& scope, const Arguments& request) {
  TT_TRY(std::string table, to_table_name(scope, request));
  return to_table_call(ops::TableOperation::describe(scope.client().environment(), std::move(table)));
}

CreatedCall make_delete_table(CallScope& scope, const Arguments& request) {
  TT_TRY(std::string table, to_table_name(scope, request));
  TableOptions options;
  TT_TRY(options.wait, request.flag("wait", true));
  return to_table_call(ops::TableOperation::remove(scope.client().environment(), std::move(table), options));
}

CreatedCall make_wait_table(CallScope& scope, const Arguments& request) {
  TT_TRY(std::string table, to_table_name(scope, request));
  return to_table_call(ops::TableOperation::wait_until_active(scope.client().environment(), std::move(table)));
}

CreatedCall make_update_table(CallScope& scope, const Arguments& request) {
  TT_TRY(const Models models, to_models(scope, request));
  TT_TRY(TableChanges changes, to_table_changes(request));
  TT_TRY(auto update, ops::TableUpdate::start(scope.client().environment(), models, std::move(changes)));
  return std::make_unique<UpdateTableCall>(std::move(update));
}

CreatedCall make_verify_table(CallScope& scope, const Arguments& request) {
  TT_TRY(const Models models, to_models(scope, request));
  TT_TRY(auto verify, ops::TableVerify::start(scope.client().environment(), models));
  return std::make_unique<VerifyTableCall>(std::move(verify));
}

}  // namespace tabletheory::capi
