// A live table held against its models: verify, and change what can be changed (docs/spec/operations.md, "Tables").
//
//     TT_TRY(auto verify, TableVerify::start(environment, {{users, orders}}));
//     …drive it…; for (const TableDifference& difference : verify->found()) …
//     TT_TRY(auto update, TableUpdate::start(environment, {{users, orders}}, {.drop_indexes = true}));
//     …drive it…; update->steps() says what was done, one change at a time
//
// `environment` must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ops/tables.h"

namespace tabletheory::ops {

// Compares a live table with models. An absent table is ErrTableNotFound.
class TableVerify final : public Operation {
 public:
  using Created = Result<std::unique_ptr<TableVerify>>;
  static Created start(const Environment& environment, TableOperation::Models models);

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override {
    calls_.on_response(id, std::move(response));
  }
  // After Done.
  const std::vector<TableDifference>& found() const { return found_; }

 private:
  TableVerify(const Environment& environment, TableShape model);
  Result<void> take();

  TableShape model_;
  CallGroup calls_;
  std::optional<Step> final_;
  std::vector<TableDifference> found_;
};

// Brings a live table to what models and changes say. The service takes one change of an index at a time and none while
// the table is being changed: each is sent by itself, and the table waited for. What has been done is not undone when a
// later change fails; the same update goes on from there.
class TableUpdate final : public Operation {
 public:
  using Created = Result<std::unique_ptr<TableUpdate>>;
  static Created start(const Environment& environment, TableOperation::Models models, TableChanges changes);

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override {
    calls_.on_response(id, std::move(response));
  }
  // After Done: what was done (or is planned, for a dry run), in words and in order; empty: nothing was to be done.
  const std::vector<std::string>& steps() const { return words_; }

 private:
  enum class Stage : std::uint8_t { kDescribe, kDescribeTtl, kChange, kAwaitActive, kAwaitTtl };
  struct Change {
    std::string_view operation;
    std::string body;
    Stage then = Stage::kChange;  // what is waited for before the next
  };
  TableUpdate(const Environment& environment, TableShape model, TableChanges changes);
  void send();
  // False: look again after a pause.
  Result<bool> take(Outcome& outcome);
  Result<bool> take_description(Outcome& outcome, bool plan);
  Result<bool> take_ttl(Outcome& outcome);
  void go_on();

  Result<void> plan_table(value::WireElement description);
  void plan_settings(value::WireElement description);
  void plan_throughput(value::WireElement description, const TableShape& live);
  Result<void> plan_indexes(const TableShape& live);
  void plan_tags(value::WireElement description);
  void plan_ttl(const std::string& live);
  void add(std::string words, std::string_view operation, std::string body, Stage then);
  std::string table_update(std::string_view members) const;

  TableShape model_;
  TableChanges changes_;
  CallGroup calls_;
  Stage stage_ = Stage::kDescribe;
  bool in_flight_ = false;
  std::optional<Throughput> index_throughput_;  // of an index that is made; none on demand
  std::size_t next_change_ = 0;
  std::vector<Change> plan_;
  std::vector<std::string> words_;
  Patience patience_;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
