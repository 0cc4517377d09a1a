// Batches: many items in few requests, over several tables and models (docs/spec/operations.md, "Batches").
//
//     BatchRead read(environment);
//     auto first = read.add(orders, key);              // position 0
//     if (auto ready = read.prepare(); !ready) return ready.error();
//     …drive read…; read.item(0)                        // nullptr: absent
//
// add/put/remove use their source at once and keep nothing of it. Errors of single additions are returned by them and
// leave the batch as it was. `prepare` comes after the last addition and before the first next(). `environment` must
// outlive the operation.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/call.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/operation.h"
#include "ops/writes.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct BatchOptions {
  std::size_t parallel = 1;  // chunks in flight at once
};

class BatchRead final : public Operation {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit BatchRead(const Environment& environment, BatchOptions options = {});
  ~BatchRead() override;

  // Adds one key; the value is its position. Only the key of `key` is used.
  Result<std::size_t> add(Model model, const model::ItemSource& key);
  Result<std::size_t> add(const DocumentTable& table, const Item& key);
  // For every key of the table, whichever model brings it.
  void consistent(const std::string& table);
  // An empty batch is ErrInvalidOperator.
  Result<void> prepare();

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  std::size_t size() const { return positions_.size(); }
  // After Done, or after a Failed with ErrBatchIncomplete: the stored item at a position; nullptr: absent or left over.
  const value::WireElement* item(std::size_t position) const;
  // After ErrBatchIncomplete: the positions that were not answered.
  std::vector<std::size_t> leftovers() const;

 private:
  struct Key;
  Result<std::size_t> add_key(const std::string& table, const std::vector<std::string>& names, std::string key);
  void send_round();
  Result<void> take_round();
  Result<void> take(std::size_t call, const std::vector<std::size_t>& chunk);

  const Environment& environment_;
  BatchOptions options_;
  CallGroup calls_;
  std::vector<Key> keys_;                                     // distinct
  std::vector<std::size_t> positions_;                        // position → key
  std::unordered_map<std::string, std::size_t> by_identity_;  // table + canonical key → key
  std::map<std::string, bool> consistent_;
  std::vector<std::size_t> pending_;
  std::vector<std::vector<std::size_t>> chunks_;  // of the calls in flight
  std::vector<std::unique_ptr<value::WireDocument>> documents_;
  int round_ = 0;
  bool in_flight_ = false, rest_ = false;
  std::optional<Step> final_;
};

class BatchWrite final : public Operation {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit BatchWrite(const Environment& environment, BatchOptions options = {});
  ~BatchWrite() override;

  // Whole-item replacement by the rules of `put`; the value is the position.
  Result<std::size_t> put(Model model, const model::ItemSource& item);
  Result<std::size_t> remove(Model model, const model::ItemSource& key);
  Result<std::size_t> put(const DocumentTable& table, const Item& item);
  Result<std::size_t> remove(const DocumentTable& table, const Item& key);
  // An empty batch, and two writes of one item, are ErrInvalidOperator.
  Result<void> prepare();

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  std::size_t size() const;
  // Lifecycle values written by the put at a position.
  const Lifecycle& lifecycle(std::size_t position) const;
  // After a failure: the positions that are not known to be written. Empty after Done.
  std::vector<std::size_t> leftovers() const;

 private:
  struct Write;
  Result<std::size_t> add(Result<WritePlan> plan);
  void send_round();
  Result<void> take_round();
  Result<void> take(std::size_t call, const std::vector<std::size_t>& chunk);

  const Environment& environment_;
  BatchOptions options_;
  CallGroup calls_;
  std::vector<Write> writes_;
  std::optional<std::pair<std::size_t, std::size_t>> duplicate_;
  std::unordered_map<std::string, std::size_t> by_identity_;
  std::vector<std::size_t> pending_;
  std::vector<std::vector<std::size_t>> chunks_;
  int round_ = 0;
  bool in_flight_ = false, rest_ = false;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
