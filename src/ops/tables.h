// Tables made from models: create, ensure, describe, delete, wait (docs/spec/operations.md, "Tables").
//
//     auto ensure = TableOperation::ensure(environment, {{users, orders}});   // models that share one table
//     …drive **ensure…
//
// Several models may share a table: their keys agree, their indexes and key attributes are merged. `environment` must
// outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/model.h"
#include "ops/call.h"
#include "ops/environment.h"
#include "ops/operation.h"
#include "ops/patience.h"
#include "ops/table_options.h"
#include "ops/table_shape.h"
#include "value/wire.h"

namespace tabletheory::ops {

class TableOperation final : public Operation {
 public:
  using Models = std::span<const std::shared_ptr<const model::Model>>;
  using Created = Result<std::unique_ptr<TableOperation>>;

  // An existing table is ErrTableInUse.
  static Created create(const Environment& environment, Models models, const TableOptions& options = {});
  // An existing table is left as it is, TTL excepted.
  static Created ensure(const Environment& environment, Models models, const TableOptions& options = {});
  static Created describe(const Environment& environment, std::string table);
  // An absent table is ErrTableNotFound.
  static Created remove(const Environment& environment, std::string table, const TableOptions& options = {});
  static Created wait_until_active(const Environment& environment, std::string table);

  ~TableOperation() override;
  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  // The table's last description as the service gives it; nullptr when there is none. Valid while the operation lives
  // and is not driven on.
  const value::WireElement* description() const { return description_ ? &*description_ : nullptr; }

 private:
  enum class Goal : std::uint8_t { kCreate, kEnsure, kDescribe, kRemove, kWait };
  enum class Stage : std::uint8_t {
    kDescribe,
    kCreate,
    kAwaitActive,
    kDescribeTtl,
    kEnableTtl,
    kEnableRecovery,
    kDelete,
    kAwaitGone
  };
  struct Plan {
    Goal goal;
    std::string_view name;  // of the operation, for errors
    std::string table;
    std::string create_body{};
    std::string ttl_attribute{};  // empty: no TTL to enable
    bool wait = true;
    bool point_in_time_recovery = false;  // of a table that is made
  };
  TableOperation(const Environment& environment, Plan plan);
  static Created from_models(const Environment& environment, Models models, const TableOptions& options, Goal goal,
                             std::string_view name);
  // What comes after an answer: another stage, a pause before the same one, or the end.
  struct Turn {
    enum class Kind : std::uint8_t { kStage, kPoll, kDone } kind;
    Stage stage = Stage::kDescribe;
  };
  void send(Stage stage);
  Result<Turn> take(Outcome& outcome);
  Result<Turn> after_describe(Outcome& outcome);
  Result<Turn> after_create(Outcome& outcome);
  Result<Turn> after_poll(Outcome& outcome);
  Result<Turn> after_ttl(Outcome& outcome);
  Turn when_ttl_is_set() const;
  Result<Turn> after_delete(Outcome& outcome);
  Turn when_active() const;
  Result<void> read_description(const std::string& body, std::string_view member);

  Plan plan_;
  CallGroup calls_;
  Stage stage_;
  bool in_flight_ = false, existed_ = false;
  Patience patience_;
  value::WireDocument document_;
  std::optional<value::WireElement> description_;
  std::optional<Step> final_;
};

// The body of a CreateTable request, for inspection and generators. ErrInvalidModel when the models do not fit
// together.
std::string create_table_request(const TableShape& shape, const TableOptions& options = {});
Result<std::string> create_table_request(std::span<const std::shared_ptr<const model::Model>> models,
                                         const TableOptions& options = {});
// `{"TableName":"…"}`
std::string by_table_name(const std::string& table);
// An UpdateTimeToLive request.
std::string ttl_request(const std::string& table, const std::string& attribute, bool enabled);
// An UpdateContinuousBackups request.
std::string recovery_request(const std::string& table, bool enabled);
// Whether the table and all of its indexes are ACTIVE.
bool is_active(value::WireElement description);

}  // namespace tabletheory::ops
