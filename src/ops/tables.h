// Tables made from models: create, ensure, describe, delete, wait (docs/spec/operations.md, "Tables").
//
//     auto ensure = TableOperation::ensure(environment, {{users, orders}});   // models that share one table
//     …drive **ensure…
//
// Several models may share a table: their keys agree, their indexes and key attributes are merged. `environment` must
// outlive the operation.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/model.h"
#include "ops/call.h"
#include "ops/environment.h"
#include "ops/operation.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct Throughput {
  std::int64_t read_units = 5;
  std::int64_t write_units = 5;
};

struct TableOptions {
  std::optional<Throughput> provisioned{};  // on demand without
  std::map<std::string, std::string> tags{};
  bool deletion_protection = false;
  bool wait = true;        // until ACTIVE (or gone, for a delete)
  bool enable_ttl = true;  // when a model has a ttl role; needs `wait`
};

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
  enum class Stage : std::uint8_t;
  struct Plan;
  TableOperation(const Environment& environment, Plan plan);
  void send(Stage stage);
  Step settle_stage();
  Result<Step> after(Outcome& outcome);
  Step poll();
  Step advance(Stage stage);
  Result<void> read_description(const std::string& body);

  const Environment& environment_;
  std::unique_ptr<Plan> plan_;
  CallGroup calls_;
  Stage stage_;
  bool sent_ = false;
  std::chrono::milliseconds waited_{}, delay_{};
  value::WireDocument document_;
  std::optional<value::WireElement> description_;
  std::optional<Step> final_;
};

// The body of a CreateTable request for the models, for inspection and generators. ErrInvalidModel when the models do
// not fit together.
Result<std::string> create_table_request(std::span<const std::shared_ptr<const model::Model>> models,
                                         const TableOptions& options = {});

}  // namespace tabletheory::ops
