// Batches and transactions.
#include <fmt/format.h>

#include "capi/calls.h"
#include "capi/expressions.h"
#include "ops/shared_view.h"
#include "sdk/batch_operations.h"
#include "sdk/write_input.h"

namespace tabletheory::capi {
namespace {

using Kind = detail::TransactAction::Kind;

Result<Arguments> entry_of(const Node& node, std::string_view what, std::size_t position) {
  return Arguments::of(node, fmt::format("{} {}", what, position));
}

// The tables of a request's entries, by position.
using Entries = std::vector<TableEntry>;

Result<std::vector<detail::SlotRead>> to_reads(CallScope& scope, const Arguments& request, Entries& tables) {
  TT_TRY(const auto gets, request.list("gets"));
  TT_TRY(const bool consistent, request.flag("consistent"));
  std::vector<detail::SlotRead> reads;
  for (const Node* get : gets) {
    TT_TRY(const Arguments entry, entry_of(*get, "get", reads.size()));
    TT_TRY(const TableEntry* table, scope.table(entry));
    TT_TRY(const Node* key, entry.require("key"));
    TT_TRY(Key read, to_key(*table, *key));
    TT_CHECK(entry.check_all_known());
    tables.push_back(*table);
    reads.push_back({table->table, std::move(read), consistent, nullptr, nullptr, nullptr});
  }
  return reads;
}

// The items of a batch in order, ABSENT where there is none. `Batch`: a BatchRead or a TransactRead.
template <class Batch>
Result<void> write_items(const Batch& batch, const Entries& tables, TapeWriter& out) {
  out.name("items");
  out.list(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const value::WireElement* stored = batch.item(i);
    if (stored == nullptr) {
      out.absent();
      continue;
    }
    if (tables[i].table->model()) TT_CHECK(ops::check_owner(*tables[i].table->model(), *stored));
    TT_CHECK(write_stored(tables[i].format(), *stored, {}, out));
  }
  return {};
}

void write_leftovers(const std::vector<std::size_t>& leftovers, TapeWriter& out) {
  out.name("leftovers");
  out.list(leftovers.size());
  for (const std::size_t position : leftovers) out.integer(static_cast<std::int64_t>(position));
}

template <class Batch>
class ReadManyCall final : public Call {
 public:
  ReadManyCall(Entries tables, std::unique_ptr<Batch> batch) : tables_(std::move(tables)), batch_(std::move(batch)) {}
  ops::Operation* operation() override { return batch_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.map(1);
    return write_items(*batch_, tables_, out);
  }
  std::size_t write_failure(const Error& error, TapeWriter& out) override {
    if constexpr (std::is_same_v<Batch, ops::BatchRead>) {
      if (!error.is(ErrorCode::kBatchIncomplete)) return 0;
      write_leftovers(batch_->leftovers(), out);
      const auto mark = out.mark();
      if (write_items(*batch_, tables_, out)) return 2;
      out.rewind(mark);
      return 1;
    }
    return 0;
  }

 private:
  Entries tables_;
  std::unique_ptr<Batch> batch_;
};

template <class Batch>
CreatedCall make_read_many(CallScope& scope, const Arguments& request, std::unique_ptr<Batch> batch) {
  Entries tables;
  TT_TRY(const auto reads, to_reads(scope, request, tables));
  TT_CHECK(detail::prepare(*batch, reads));
  return std::make_unique<ReadManyCall<Batch>>(std::move(tables), std::move(batch));
}

class BatchWriteCall final : public Call {
 public:
  BatchWriteCall(Entries tables, std::unique_ptr<ops::BatchWrite> batch)
      : tables_(std::move(tables)), batch_(std::move(batch)) {}
  ops::Operation* operation() override { return batch_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.absent();
    return {};
  }
  std::size_t write_failure(const Error& error, TapeWriter& out) override {
    if (!error.is(ErrorCode::kBatchIncomplete)) return 0;
    write_leftovers(batch_->leftovers(), out);
    return 1;
  }

 private:
  Entries tables_;
  std::unique_ptr<ops::BatchWrite> batch_;
};

Result<detail::BatchPut> to_batch_put(CallScope& scope, const Arguments& entry, Entries& tables) {
  TT_TRY(const TableEntry* table, scope.table(entry));
  const Node* put = entry.find("put");
  const Node* key = entry.find("delete");
  if ((put == nullptr) == (key == nullptr)) return entry.misfit("put", "given, or else \"delete\"");
  detail::BatchPut write{table->table, nullptr, Key(Value())};
  if (put != nullptr) {
    TT_TRY(Item item, to_item(table->table->model().get(), *put));
    write.item = std::make_shared<const Item>(std::move(item));
  } else {
    TT_TRY(write.key, to_key(*table, *key));
  }
  TT_CHECK(entry.check_all_known());
  tables.push_back(*table);
  return write;
}

class TransactWriteCall final : public Call {
 public:
  TransactWriteCall(Entries tables, std::unique_ptr<ops::TransactWrite> transaction)
      : tables_(std::move(tables)), transaction_(std::move(transaction)) {}
  ops::Operation* operation() override { return transaction_.get(); }
  Result<void> write(TapeWriter& out) override {
    out.absent();
    return {};
  }
  ItemFormat failure_format(std::string_view model) const override {
    for (const TableEntry& table : tables_) {
      if (table.table->model() && table.table->model()->name() == model) return table.format();
    }
    return {};
  }

 private:
  Entries tables_;
  std::unique_ptr<ops::TransactWrite> transaction_;
};

struct KindName {
  std::string_view name;
  Kind kind;
  bool takes_item;
};
constexpr KindName kKinds[] = {
    {"create", Kind::kCreate, true},    {"put", Kind::kPut, true},      {"upsert", Kind::kUpsert, true},
    {"update", Kind::kUpdate, true},    {"build", Kind::kBuild, false}, {"delete", Kind::kRemove, false},
    {"condition", Kind::kCheck, false},
};

Result<detail::TransactAction> to_action(CallScope& scope, const Arguments& entry, Entries& tables) {
  TT_TRY(const std::string name, entry.require_text("kind"));
  const auto* kind = std::ranges::find(kKinds, name, &KindName::name);
  if (kind == std::end(kKinds)) {
    return entry.misfit("kind", "create, put, upsert, update, build, delete or condition");
  }
  TT_TRY(const TableEntry* table, scope.table(entry));
  detail::TransactAction action{kind->kind, table->table, nullptr, Key(Value()), {}, {}, {}};
  if (kind->takes_item) {
    TT_TRY(const Node* node, entry.require("item"));
    TT_TRY(Item item, to_item(table->table->model().get(), *node));
    action.item = std::make_shared<const Item>(std::move(item));
  } else {
    TT_TRY(const Node* key, entry.require("key"));
    TT_TRY(action.key, to_key(*table, *key));
  }
  TT_TRY(action.options, to_write_options(entry));
  if (action.kind == Kind::kUpdate) {
    TT_TRY(action.selection, to_paths(entry, "fields"));
  }
  if (action.kind == Kind::kBuild) {
    action.plan.options = action.options;
    TT_TRY(action.plan.upsert, entry.flag("upsert"));
    TT_TRY(action.plan.steps, to_update_steps(entry));
  }
  TT_CHECK(entry.check_all_known());
  tables.push_back(*table);
  return action;
}

// One side of a transition: `table` and `item`.
Result<detail::TransactAction> to_side(CallScope& scope, const Arguments& side, Kind kind, Entries& tables) {
  TT_TRY(const TableEntry* table, scope.table(side));
  TT_TRY(const Node* node, side.require("item"));
  detail::TransactAction action{kind, table->table, nullptr, Key(Value()), {}, {}, {}};
  TT_TRY(Item item, to_item(table->table->model().get(), *node));
  action.item = std::make_shared<const Item>(std::move(item));
  tables.push_back(*table);
  return action;
}

}  // namespace

CreatedCall make_batch_get(CallScope& scope, const Arguments& request) {
  TT_TRY(const auto parallel, request.size("parallel"));
  const ops::BatchOptions options{.parallel = parallel.value_or(1)};
  return make_read_many(scope, request, std::make_unique<ops::BatchRead>(scope.client().environment(), options));
}

CreatedCall make_transact_get(CallScope& scope, const Arguments& request) {
  return make_read_many(scope, request, std::make_unique<ops::TransactRead>(scope.client().environment()));
}

CreatedCall make_batch_write(CallScope& scope, const Arguments& request) {
  TT_TRY(const auto parallel, request.size("parallel"));
  TT_TRY(const auto given, request.list("writes"));
  Entries tables;
  std::vector<detail::BatchPut> writes;
  for (const Node* node : given) {
    TT_TRY(const Arguments entry, entry_of(*node, "write", writes.size()));
    TT_TRY(detail::BatchPut write, to_batch_put(scope, entry, tables));
    writes.push_back(std::move(write));
  }
  auto batch = std::make_unique<ops::BatchWrite>(scope.client().environment(),
                                                 ops::BatchOptions{.parallel = parallel.value_or(1)});
  TT_CHECK(detail::prepare(*batch, writes));
  return std::make_unique<BatchWriteCall>(std::move(tables), std::move(batch));
}

CreatedCall make_transact_write(CallScope& scope, const Arguments& request) {
  TT_TRY(const std::string token, request.text("client_token", ""));
  TT_TRY(const auto given, request.list("actions"));
  Entries tables;
  std::vector<detail::TransactAction> actions;
  for (const Node* node : given) {
    TT_TRY(const Arguments entry, entry_of(*node, "action", actions.size()));
    TT_TRY(detail::TransactAction action, to_action(scope, entry, tables));
    actions.push_back(std::move(action));
  }
  auto transaction = std::make_unique<ops::TransactWrite>(scope.client().environment());
  TT_CHECK(detail::prepare(*transaction, actions, token));
  if (scope.wants_explanation()) {
    TapeWriter out;
    write_explanation(detail::to_explanation(transaction->explain()), out);
    return std::make_unique<ReadyCall>(std::move(out));
  }
  return std::make_unique<TransactWriteCall>(std::move(tables), std::move(transaction));
}

CreatedCall make_transition(CallScope& scope, const Arguments& request) {
  TT_TRY(const Arguments actual, request.require_map("actual"));
  TT_TRY(const Arguments event, request.require_map("event"));
  TT_TRY(const std::string token, request.text("client_token", ""));
  Entries tables;
  TT_TRY(detail::TransactAction update, to_side(scope, actual, Kind::kUpdate, tables));
  TT_TRY(update.selection, to_paths(actual, "fields"));
  TT_TRY(update.options.if_version, actual.integer("expected_version"));
  TT_TRY(detail::TransactAction create, to_side(scope, event, Kind::kCreate, tables));
  TT_CHECK(actual.check_all_known());
  TT_CHECK(event.check_all_known());
  auto transaction = std::make_unique<ops::TransactWrite>(scope.client().environment());
  TT_CHECK(detail::prepare(*transaction, {std::move(update), std::move(create)}, token));
  return std::make_unique<TransactWriteCall>(std::move(tables), std::move(transaction));
}

}  // namespace tabletheory::capi
