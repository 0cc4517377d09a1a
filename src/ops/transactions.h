// Transactions: all or nothing over tables and models (docs/spec/operations.md, "Transactions").
//
//     TransactWrite transfer(environment);
//     transfer.update(accounts, from, {"balance"}, {.if_version = 4});
//     transfer.create(ledger, entry);
//     if (auto ready = transfer.prepare(); !ready) return ready.error();
//     …drive transfer…
//
// Additions use their source at once and keep nothing of it. The first addition that fails decides: prepare() returns
// its error (the addition returns it too). `environment` must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/call.h"
#include "ops/condition_input.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/explanation.h"
#include "ops/opened_reads.h"
#include "ops/operation.h"
#include "ops/update_builder.h"
#include "ops/writes.h"
#include "value/wire.h"

namespace tabletheory::ops {

class TransactWrite final : public Operation {
 public:
  using Model = std::shared_ptr<const model::Model>;
  using Source = model::ItemSource;

  explicit TransactWrite(const Environment& environment);
  ~TransactWrite() override;

  // Each follows its rule for single items, except that an update needs no version: it is then conditioned on
  // existence. WriteOptions::return_values is not used here. The returned value is the action's index.
  Result<std::size_t> create(const Model& model, const Source& item, const WriteOptions& options = {});
  Result<std::size_t> put(const Model& model, const Source& item, const WriteOptions& options = {});
  Result<std::size_t> upsert(const Model& model, const Source& item, const WriteOptions& options = {});
  Result<std::size_t> update(const Model& model, const Source& item, std::span<const std::string> selection,
                             const WriteOptions& options = {});
  Result<std::size_t> build(const Model& model, const Source& key, const UpdateBuilder& builder,
                            const WriteOptions& options = {});
  Result<std::size_t> update_expression(const Model& model, const Source& key, const RawExpression& expression,
                                        const WriteOptions& options = {});
  Result<std::size_t> remove(const Model& model, const Source& key, const WriteOptions& options = {});
  // Checks an item without writing it: needs a condition or if_version.
  Result<std::size_t> condition(const Model& model, const Source& key, const WriteOptions& options);

  Result<std::size_t> create(const DocumentTable& table, const Item& item, const WriteOptions& options = {});
  Result<std::size_t> put(const DocumentTable& table, const Item& item, const WriteOptions& options = {});
  Result<std::size_t> build(const DocumentTable& table, const Item& key, const UpdateBuilder& builder,
                            const WriteOptions& options = {});
  Result<std::size_t> remove(const DocumentTable& table, const Item& key, const WriteOptions& options = {});
  Result<std::size_t> condition(const DocumentTable& table, const Item& key, const WriteOptions& options);

  // The caller's own client token (1–36 characters), to repeat a transaction across processes. Before prepare().
  void client_token(std::string token) { token_ = std::move(token); }
  Result<void> prepare();

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  std::size_t size() const;
  // Lifecycle values written by an action; after Done.
  const Lifecycle& lifecycle(std::size_t index) const;
  // After prepare(). Until it is sent, encrypted values have empty envelopes.
  const std::string& request() const { return is_sent_ ? calls_.body(0) : request_; }
  Explanation explain() const;

 private:
  struct Action;
  Result<std::size_t> add(std::string_view kind, Result<WritePlan> plan);
  Result<void> check() const;
  std::string body() const;
  Step settle(Outcome& outcome);
  Detour open_reasons();
  Error cancelled(const ServiceError& refusal) const;
  Error locate(Error error) const;

  const Environment& environment_;
  CallGroup calls_;
  std::vector<Action> actions_;
  std::optional<Error> first_error_;
  std::string token_;
  std::string request_;
  bool is_prepared_ = false, is_sent_ = false;
  struct Keys;  // what encrypted attributes need
  std::unique_ptr<Keys> keys_;
  std::optional<ServiceError> refusal_;  // a cancellation whose items are being opened
  bool may_have_happened_ = false;       // an attempt before that refusal has an unknown outcome
  std::optional<Step> final_;
};

class TransactRead final : public Operation {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit TransactRead(const Environment& environment);
  ~TransactRead() override;

  Result<std::size_t> add(const Model& model, const model::ItemSource& key);
  Result<std::size_t> add(const DocumentTable& table, const Item& key);
  // An empty list and more than 100 keys are ErrInvalidOperator. Equal keys are read once. A cancelled read has a
  // reason per position, of kind "get".
  Result<void> prepare();

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  std::size_t size() const { return positions_.size(); }
  // After Done, encrypted values in the clear; nullptr when absent.
  const value::WireElement* item(std::size_t position) const;
  const std::string& request() const { return calls_.body(0); }

 private:
  struct Get;
  Result<std::size_t> add(Result<std::string> key, const Model& model, const std::string& table);
  Result<void> read_answer(const std::string& body);
  Error cancelled(const ServiceError& refusal) const;
  Detour settle();

  const Environment& environment_;
  CallGroup calls_;
  std::vector<Get> gets_;               // distinct
  std::vector<std::size_t> positions_;  // position → get
  std::unordered_map<std::string, std::size_t> by_identity_;
  std::optional<Error> first_error_;
  value::WireDocument document_;
  OpenedReads reads_;
  bool is_settled_ = false;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
