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
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/call.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/opened_reads.h"
#include "ops/operation.h"
#include "ops/writes.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct BatchOptions {
  std::size_t parallel = 1;  // chunks in flight at once
};

// The rounds that batches of reads and writes have in common: chunks of what is pending are sent, some side by side;
// what the service leaves unprocessed is pending again after a pause, for a limited number of rounds.
class BatchRounds : public Operation {
 public:
  // The checks over all additions; nothing is added afterwards. A driver that forgets it gets its error from next().
  virtual Result<void> prepare() = 0;
  Step next() final;
  void on_response(std::uint32_t id, Result<Response> response) final { calls_.on_response(id, std::move(response)); }

 protected:
  BatchRounds(const Environment& environment, BatchOptions options, std::string_view operation, Repeat repeat);
  // What is to be sent, by number; once.
  void begin(std::size_t count);
  // Numbers that are neither answered nor written.
  const std::vector<std::size_t>& unfinished() const { return pending_; }
  const Environment& environment() const { return environment_; }

  // How many of `pending`, from its start, fit one request; and that request.
  virtual std::size_t chunk_size(std::span<const std::size_t> pending) const = 0;
  virtual std::string body(std::span<const std::size_t> chunk) const = 0;
  // Takes an answer; appends the numbers that it leaves unprocessed.
  virtual Result<void> take(const std::string& answer, std::vector<std::size_t>& unprocessed) = 0;
  // ErrBatchIncomplete; `when`: "after 9 rounds", "when the deadline passed".
  virtual Error incomplete(std::string_view when) const = 0;
  virtual Error locate(Error error) const = 0;
  // Until it is through, nothing is sent.
  virtual Detour before_sending(CallGroup&) { return std::nullopt; }
  // Until it is through, the operation does not end; it runs after a failure, too.
  virtual Detour before_ending(CallGroup&) { return std::nullopt; }

 private:
  Step end();
  void send();
  std::optional<Error> take_answers();
  Error stopped(Error error) const;
  Step pause();

  const Environment& environment_;
  BatchOptions options_;
  std::string_view operation_;
  Repeat repeat_;
  CallGroup calls_;
  std::vector<std::size_t> pending_;              // not sent in this round, in flight, or left over from it
  std::vector<std::vector<std::size_t>> chunks_;  // of the calls in flight
  std::vector<std::size_t> left_over_;            // of this round
  std::size_t sent_ = 0;                          // how many of the round's pending have been sent
  std::vector<std::size_t> round_;                // what this round sends
  int rounds_ = 0;                                // retried so far
  bool begun_ = false, ready_ = false, in_flight_ = false, answered_ = false, ended_ = false;
  std::optional<Step> final_;  // what it ends with, once it has ended
};

class BatchRead final : public BatchRounds {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit BatchRead(const Environment& environment, BatchOptions options = {});
  ~BatchRead() override;

  // Adds one key; the value is its position. Only the key of `key` is used.
  Result<std::size_t> add(const Model& model, const model::ItemSource& key);
  Result<std::size_t> add(const DocumentTable& table, const Item& key);
  // For every key of the table, whichever model brings it.
  void consistent(const std::string& table) { consistent_.insert(table); }
  // An empty batch is ErrInvalidOperator.
  Result<void> prepare() override;

  std::size_t size() const { return positions_.size(); }
  // After Done, or after a failure: the stored item at a position, encrypted values in the clear; nullptr: absent or
  // left over.
  const value::WireElement* item(std::size_t position) const;
  // After a failure: the positions that were not answered. Empty after Done.
  std::vector<std::size_t> leftovers() const;

 private:
  struct Key;
  std::size_t add_key(Model model, std::string table, std::vector<std::string> names, std::string key);
  Detour before_ending(CallGroup& calls) override;
  std::size_t chunk_size(std::span<const std::size_t> pending) const override;
  std::string body(std::span<const std::size_t> chunk) const override;
  Result<void> take(const std::string& answer, std::vector<std::size_t>& unprocessed) override;
  Error incomplete(std::string_view when) const override;
  Error locate(Error error) const override;
  Key* find(const std::string& table, value::WireElement item);

  std::vector<Key> keys_;                                            // distinct
  std::vector<std::size_t> positions_;                               // position → key
  std::unordered_map<std::string, std::size_t> by_identity_;         // table + canonical key → key
  std::map<std::string, std::set<std::vector<std::string>>> names_;  // table → names of its key attributes
  std::set<std::string> consistent_;
  std::vector<std::unique_ptr<value::WireDocument>> documents_;
  OpenedReads reads_;
};

class BatchWrite final : public BatchRounds {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit BatchWrite(const Environment& environment, BatchOptions options = {});
  ~BatchWrite() override;

  // Whole-item replacement by the rules of `put`; the value is the position.
  Result<std::size_t> put(const Model& model, const model::ItemSource& item);
  // A stored item of the model as it is, without the rules of `put`: for copies. Encrypted attributes are given in the
  // clear.
  Result<std::size_t> copy(const Model& model, const Item& stored);
  Result<std::size_t> remove(const Model& model, const model::ItemSource& key);
  Result<std::size_t> put(const DocumentTable& table, const Item& item);
  Result<std::size_t> remove(const DocumentTable& table, const Item& key);
  // An empty batch, and two writes of one item, are ErrInvalidOperator.
  Result<void> prepare() override;

  std::size_t size() const;
  // Lifecycle values written by the put at a position.
  const Lifecycle& lifecycle(std::size_t position) const;
  // After a failure: the positions that are not known to be written. Empty after Done.
  std::vector<std::size_t> leftovers() const { return unfinished(); }

 private:
  struct Write;
  struct Keys;  // what encrypted attributes need
  Detour before_sending(CallGroup& calls) override;
  Result<std::size_t> add(Result<WritePlan> plan, std::vector<std::string> names);
  std::size_t chunk_size(std::span<const std::size_t> pending) const override;
  std::string body(std::span<const std::size_t> chunk) const override;
  Result<void> take(const std::string& answer, std::vector<std::size_t>& unprocessed) override;
  Error incomplete(std::string_view when) const override;
  Error locate(Error error) const override;
  std::optional<std::size_t> find(const std::string& table, value::WireObject request) const;

  std::vector<Write> writes_;
  std::unique_ptr<Keys> keys_;  // null: nothing is encrypted
  std::unordered_map<std::string, std::size_t> by_identity_;
  std::map<std::string, std::set<std::vector<std::string>>> names_;
  std::optional<std::pair<std::size_t, std::size_t>> duplicate_;
};

}  // namespace tabletheory::ops
