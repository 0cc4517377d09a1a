// Transactional writes.
#include "ops/documents.h"
#include "sdk/batch_operations.h"
#include "sdk/condition_tree.h"
#include "sdk/driver.h"
#include "sdk/write_input.h"
#include "tabletheory/transaction.h"

namespace tabletheory::detail {
namespace {

using Kind = TransactAction::Kind;

Result<std::size_t> add_document(ops::TransactWrite& transaction, const TransactAction& action,
                                 const ops::WriteOptions& options) {
  const TableCore& table = *action.table;
  if (action.item != nullptr) {
    const Item& item = *static_cast<const Item*>(action.item.get());
    if (action.kind == Kind::kCreate) return transaction.create(table.documents(), item, options);
    if (action.kind == Kind::kPut) return transaction.put(table.documents(), item, options);
    return fail(ErrorCode::kInvalidOperator,
                "a document table has no upsert or update of whole items; use its update builder");
  }
  TT_TRY(const KeySource key, KeySource::make(table, action.key));
  if (action.kind == Kind::kRemove) return transaction.remove(table.documents(), key.item(), options);
  if (action.kind == Kind::kCheck) return transaction.condition(table.documents(), key.item(), options);
  TT_TRY(const ops::UpdateBuilder builder, to_update_builder(table, action.plan));
  return transaction.build(table.documents(), key.item(), builder, options);
}

Result<std::size_t> add_item(ops::TransactWrite& transaction, const TransactAction& action,
                             const ops::WriteOptions& options) {
  const TableCore& table = *action.table;
  const auto source = table.source(action.item.get());
  switch (action.kind) {
    case Kind::kCreate:
      return transaction.create(table.model(), *source, options);
    case Kind::kPut:
      return transaction.put(table.model(), *source, options);
    case Kind::kUpsert:
      return transaction.upsert(table.model(), *source, options);
    default:
      break;
  }
  TT_TRY(const std::vector<std::string> names, to_path_texts(table.model().get(), action.selection));
  return transaction.update(table.model(), *source, names, options);
}

Result<std::size_t> add_keyed(ops::TransactWrite& transaction, const TransactAction& action,
                              const ops::WriteOptions& options) {
  const TableCore& table = *action.table;
  TT_TRY(const KeySource key, KeySource::make(table, action.key));
  if (action.kind == Kind::kRemove) return transaction.remove(table.model(), key.source(), options);
  if (action.kind == Kind::kCheck) return transaction.condition(table.model(), key.source(), options);
  TT_TRY(const ops::UpdateBuilder builder, to_update_builder(table, action.plan));
  return transaction.build(table.model(), key.source(), builder, options);
}

}  // namespace

Result<void> prepare(ops::TransactWrite& transaction, const std::vector<TransactAction>& actions,
                     const std::string& token) {
  for (const TransactAction& action : actions) {
    const WriteOptions& given = action.kind == Kind::kBuild ? action.plan.options : action.options;
    TT_TRY(const ops::WriteOptions options, to_write_options(*action.table, given));
    if (action.table->is_document()) {
      TT_CHECK(add_document(transaction, action, options));
    } else {
      TT_CHECK(action.item == nullptr ? add_keyed(transaction, action, options)
                                      : add_item(transaction, action, options));
    }
  }
  if (!token.empty()) transaction.client_token(token);
  return transaction.prepare();
}

Result<void> run_transact_write(const Client& client, const std::vector<TransactAction>& actions,
                                const std::string& token) {
  ops::TransactWrite transaction(client.core()->environment());
  TT_CHECK(prepare(transaction, actions, token));
  TT_CHECK(Driver(*client.core()).run(transaction));
  return {};
}

Result<Explanation> explain_transact_write(const Client& client, const std::vector<TransactAction>& actions,
                                           const std::string& token) {
  ops::TransactWrite transaction(client.core()->environment());
  TT_CHECK(prepare(transaction, actions, token));
  return to_explanation(transaction.explain());
}

}  // namespace tabletheory::detail
