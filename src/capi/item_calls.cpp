// Calls on one item.
#include "capi/calls.h"
#include "capi/expressions.h"
#include "ops/shared_view.h"
#include "sdk/item_operations.h"
#include "sdk/write_input.h"

namespace tabletheory::capi {
namespace {

using detail::WriteKind;

Result<void> write_item(const TableEntry& table, value::WireElement stored, std::span<const std::string> dropped,
                        TapeWriter& out) {
  if (table.table->model()) TT_CHECK(ops::check_owner(*table.table->model(), stored));
  return write_stored(table.format(), stored, dropped, out);
}

CreatedCall explained(const Explanation& explanation) {
  TapeWriter out;
  write_explanation(explanation, out);
  return std::make_unique<ReadyCall>(std::move(out));
}

// What a write gives back.
enum class Gives : std::uint8_t { kNothing, kWritten, kReturned, kReturnedIfAny };

class WriteCall final : public Call {
 public:
  WriteCall(const TableEntry& table, std::unique_ptr<ops::ItemWrite> write, Gives gives)
      : table_(table), write_(std::move(write)), gives_(gives) {}

  ops::Operation* operation() override { return write_.get(); }
  ItemFormat failure_format(std::string_view) const override { return table_.format(); }

  Result<void> write(TapeWriter& out) override {
    if (gives_ == Gives::kWritten) {
      value::WireDocument document;
      const std::string item = write_->written_item();
      TT_TRY(const value::WireElement written, document.parse(item));
      return write_item(table_, written, {}, out);
    }
    const value::WireElement* attributes = gives_ == Gives::kNothing ? nullptr : write_->attributes();
    if (attributes != nullptr) return write_item(table_, *attributes, {}, out);
    if (gives_ == Gives::kReturned) return std::unexpected(detail::no_item_returned());
    out.absent();
    return {};
  }

 private:
  TableEntry table_;
  std::unique_ptr<ops::ItemWrite> write_;
  Gives gives_;
};

class ReadCall final : public Call {
 public:
  ReadCall(const TableEntry& table, std::unique_ptr<ops::ItemRead> read) : table_(table), read_(std::move(read)) {}

  ops::Operation* operation() override { return read_.get(); }
  Result<void> write(TapeWriter& out) override {
    if (read_->item() != nullptr) return write_item(table_, *read_->item(), read_->dropped(), out);
    out.absent();
    return {};
  }

 private:
  TableEntry table_;
  std::unique_ptr<ops::ItemRead> read_;
};

CreatedCall to_call(CallScope& scope, const TableEntry& table, std::unique_ptr<ops::ItemWrite> write, Gives gives) {
  if (scope.wants_explanation()) return explained(detail::to_explanation(write->explain()));
  return std::make_unique<WriteCall>(table, std::move(write), gives);
}

Result<Key> require_key(const TableEntry& table, const Arguments& request) {
  TT_TRY(const Node* node, request.require("key"));
  return to_key(table, *node);
}

struct ReturnsName {
  std::string_view name;
  detail::Returned returned;
};
constexpr ReturnsName kReturns[] = {
    {"none", detail::Returned::kNothing},           {"all_old", detail::Returned::kAllOld},
    {"all_new", detail::Returned::kAllNew},         {"updated_old", detail::Returned::kUpdatedOld},
    {"updated_new", detail::Returned::kUpdatedNew},
};

}  // namespace

CreatedCall make_write(CallScope& scope, const Arguments& request, WriteKind kind) {
  TT_TRY(const TableEntry* table, scope.table(request));
  TT_TRY(const Node* node, request.require("item"));
  TT_TRY(const Item item, to_item(table->table->model().get(), *node));
  std::vector<Path> fields;
  if (kind == WriteKind::kUpdate) {
    TT_TRY(fields, to_paths(request, "fields"));
  }
  if (table->table->is_document() && kind != WriteKind::kCreate && kind != WriteKind::kPut) {
    return fail(ErrorCode::kInvalidOperator,
                "a document table has no upsert, update or patch of whole items; use its update builder");
  }
  TT_TRY(const WriteOptions options, to_write_options(request));
  TT_TRY(auto write, detail::make_write(*table->table, kind, &item, fields, options));
  const bool is_put = kind == WriteKind::kCreate || kind == WriteKind::kPut;
  const Gives gives = !is_put ? Gives::kReturned : table->table->is_document() ? Gives::kNothing : Gives::kWritten;
  return to_call(scope, *table, std::move(write), gives);
}

CreatedCall make_delete(CallScope& scope, const Arguments& request) {
  TT_TRY(const TableEntry* table, scope.table(request));
  TT_TRY(const Key key, require_key(*table, request));
  TT_TRY(const WriteOptions options, to_write_options(request));
  TT_TRY(auto removal, detail::make_removal(*table->table, key, options));
  return to_call(scope, *table, std::move(removal), Gives::kNothing);
}

CreatedCall make_get(CallScope& scope, const Arguments& request, bool required) {
  TT_TRY(const TableEntry* table, scope.table(request));
  TT_TRY(const Key key, require_key(*table, request));
  GetOptions options;
  TT_TRY(options.consistent, request.flag("consistent"));
  TT_TRY(options.projection, to_paths(request, "projection"));
  TT_TRY(options.hide_expired, request.flag("hide_expired"));
  TT_TRY(auto read, detail::make_read(*table->table, key, options, required));
  if (scope.wants_explanation()) return explained(detail::to_explanation(read->explain()));
  return std::make_unique<ReadCall>(*table, std::move(read));
}

CreatedCall make_build(CallScope& scope, const Arguments& request) {
  TT_TRY(const TableEntry* table, scope.table(request));
  TT_TRY(const Key key, require_key(*table, request));
  detail::UpdatePlan plan;
  TT_TRY(plan.upsert, request.flag("upsert"));
  TT_TRY(plan.steps, to_update_steps(request));
  TT_TRY(plan.options, to_write_options(request));
  TT_TRY(const std::string name, request.text("returns", "all_new"));
  const auto* returns = std::ranges::find(kReturns, name, &ReturnsName::name);
  if (returns == std::end(kReturns)) {
    return request.misfit("returns", "none, all_old, updated_old, all_new or updated_new");
  }
  TT_TRY(auto update, detail::make_update(*table->table, key, plan, returns->returned));
  const Gives gives = returns->returned == detail::Returned::kNothing ? Gives::kNothing : Gives::kReturnedIfAny;
  return to_call(scope, *table, std::move(update), gives);
}

CreatedCall make_update_expression(CallScope& scope, const Arguments& request) {
  TT_TRY(const TableEntry* table, scope.table(request));
  TT_TRY(const Key key, require_key(*table, request));
  RawUpdate update;
  TT_TRY(update.expression, request.require_text("expression"));
  TT_TRY(update.names, to_names(request, "names"));
  if (const Node* values = request.find("values")) {
    TT_TRY(update.values, to_map(*values));
  }
  TT_TRY(const WriteOptions options, to_write_options(request));
  TT_TRY(auto write, detail::make_update_expression(*table->table, key, update, options));
  return to_call(scope, *table, std::move(write), Gives::kReturned);
}

}  // namespace tabletheory::capi
