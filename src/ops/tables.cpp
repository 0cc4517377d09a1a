#include "ops/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/guards.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

bool is_absent(const Outcome& outcome) {
  return outcome.error && outcome.error->is(ErrorCode::kTableNotFound);
}

std::string_view text_member(value::WireElement object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

}  // namespace

std::string by_table_name(const std::string& table) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw('}');
  return body;
}

std::string ttl_request(const std::string& table, const std::string& attribute, bool enabled) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw(enabled ? R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":)"
                     : R"(,"TimeToLiveSpecification":{"Enabled":false,"AttributeName":)");
  writer.string(attribute);
  writer.raw("}}");
  return body;
}

std::string recovery_request(const std::string& table, bool enabled) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw(R"(,"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":)");
  writer.raw(enabled ? "true}}" : "false}}");
  return body;
}

bool is_active(value::WireElement description) {
  if (text_member(description, "TableStatus") != "ACTIVE") return false;
  value::WireArray indexes;
  if (description.at_key("GlobalSecondaryIndexes").get(indexes) != simdjson::SUCCESS) return true;
  return std::ranges::all_of(indexes.begin(), indexes.end(), [](const value::WireElement index) {
    const std::string_view status = text_member(index, "IndexStatus");
    return status.empty() || status == "ACTIVE";
  });
}

TableOperation::TableOperation(const Environment& environment, Plan plan)
    : plan_(std::move(plan)), calls_(environment) {
  switch (plan_.goal) {
    case Goal::kCreate:
      send(Stage::kCreate);
      break;
    case Goal::kRemove:
      send(Stage::kDelete);
      break;
    case Goal::kWait:
      send(Stage::kAwaitActive);
      break;
    case Goal::kEnsure:
    case Goal::kDescribe:
      send(Stage::kDescribe);
      break;
  }
}

TableOperation::~TableOperation() = default;

TableOperation::Created TableOperation::from_models(const Environment& environment, Models models,
                                                    const TableOptions& options, Goal goal, std::string_view name) {
  const std::string table = models.empty() ? std::string() : models.front()->table();
  const auto refused = [&](Error error) { return std::unexpected(located(std::move(error), name, nullptr, table)); };
  auto shape = shape_of(models);
  if (!shape) return refused(std::move(shape).error());
  if (auto able = check_able(environment.target, *shape, options); !able) return refused(std::move(able).error());
  Plan plan{goal, name, table, create_table_request(*shape, options), {}, options.wait};
  if (options.enable_ttl && options.wait) plan.ttl_attribute = shape->ttl_attribute;
  plan.point_in_time_recovery = options.point_in_time_recovery && options.wait;
  return std::unique_ptr<TableOperation>(new TableOperation(environment, std::move(plan)));
}

TableOperation::Created TableOperation::create(const Environment& environment, Models models,
                                               const TableOptions& options) {
  return from_models(environment, models, options, Goal::kCreate, "create_table");
}

TableOperation::Created TableOperation::ensure(const Environment& environment, Models models,
                                               const TableOptions& options) {
  return from_models(environment, models, options, Goal::kEnsure, "ensure_table");
}

TableOperation::Created TableOperation::describe(const Environment& environment, std::string table) {
  return std::unique_ptr<TableOperation>(
      new TableOperation(environment, {Goal::kDescribe, "describe_table", std::move(table)}));
}

TableOperation::Created TableOperation::remove(const Environment& environment, std::string table,
                                               const TableOptions& options) {
  return std::unique_ptr<TableOperation>(
      new TableOperation(environment, {Goal::kRemove, "delete_table", std::move(table), {}, {}, options.wait}));
}

TableOperation::Created TableOperation::wait_until_active(const Environment& environment, std::string table) {
  return std::unique_ptr<TableOperation>(
      new TableOperation(environment, {Goal::kWait, "wait_until_active", std::move(table)}));
}

void TableOperation::on_response(std::uint32_t id, Result<Response> response) {
  calls_.on_response(id, std::move(response));
}

void TableOperation::send(Stage stage) {
  stage_ = stage;
  calls_.clear();
  switch (stage) {
    case Stage::kCreate:
      calls_.add("CreateTable", plan_.create_body, Repeat::kAlways);
      break;
    case Stage::kDelete:
      calls_.add("DeleteTable", by_table_name(plan_.table), Repeat::kAlways);
      break;
    case Stage::kDescribeTtl:
      calls_.add("DescribeTimeToLive", by_table_name(plan_.table), Repeat::kRead);
      break;
    case Stage::kEnableTtl:
      calls_.add("UpdateTimeToLive", ttl_request(plan_.table, plan_.ttl_attribute, true), Repeat::kAlways);
      break;
    case Stage::kEnableRecovery:
      calls_.add("UpdateContinuousBackups", recovery_request(plan_.table, true), Repeat::kAlways);
      break;
    case Stage::kDescribe:
    case Stage::kAwaitActive:
    case Stage::kAwaitGone:
      calls_.add("DescribeTable", by_table_name(plan_.table), Repeat::kRead);
      break;
  }
  in_flight_ = true;
}

Step TableOperation::next() {
  while (!final_) {
    if (!in_flight_) send(stage_);
    if (auto step = calls_.next()) return std::move(*step);
    in_flight_ = false;
    auto turn = take(calls_.outcome(0));
    if (turn && turn->kind == Turn::Kind::kDone) {
      final_ = Step(Done{});
    } else if (turn && turn->kind == Turn::Kind::kStage) {
      patience_.renew();
      send(turn->stage);
    } else if (turn) {
      stage_ = turn->stage;
      auto pause = patience_.pause(stage_ == Stage::kAwaitGone ? "gone" : "ACTIVE");
      if (pause) return std::move(*pause);
      turn = std::unexpected(std::move(pause).error());
    }
    if (!turn) final_ = Step(Failed{located(std::move(turn).error(), plan_.name, nullptr, plan_.table)});
  }
  return *final_;
}

Result<TableOperation::Turn> TableOperation::take(Outcome& outcome) {
  switch (stage_) {
    case Stage::kDescribe:
      return after_describe(outcome);
    case Stage::kCreate:
      return after_create(outcome);
    case Stage::kDelete:
      return after_delete(outcome);
    case Stage::kDescribeTtl:
    case Stage::kEnableTtl:
      return after_ttl(outcome);
    case Stage::kEnableRecovery:
      if (!outcome.response) return std::unexpected(std::move(*outcome.error));
      return Turn{Turn::Kind::kDone};
    case Stage::kAwaitActive:
    case Stage::kAwaitGone:
      break;
  }
  return after_poll(outcome);
}

Result<TableOperation::Turn> TableOperation::after_describe(Outcome& outcome) {
  if (plan_.goal == Goal::kEnsure && is_absent(outcome)) return Turn{Turn::Kind::kStage, Stage::kCreate};
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  TT_CHECK(read_description(outcome.response->body, "Table"));
  if (plan_.goal == Goal::kDescribe) return Turn{Turn::Kind::kDone};
  existed_ = true;
  if (!plan_.wait) return Turn{Turn::Kind::kDone};
  return is_active(*description_) ? when_active() : Turn{Turn::Kind::kPoll, Stage::kAwaitActive};
}

Result<TableOperation::Turn> TableOperation::after_create(Outcome& outcome) {
  // `ensure` lost a race, or our own first attempt was applied after all: the table is there.
  const bool is_there = outcome.error && outcome.error->is(ErrorCode::kTableInUse) &&
                        (plan_.goal == Goal::kEnsure || outcome.earlier_unknown);
  if (is_there) {
    existed_ = true;
    return plan_.wait ? Turn{Turn::Kind::kStage, Stage::kAwaitActive} : Turn{Turn::Kind::kDone};
  }
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  TT_CHECK(read_description(outcome.response->body, "TableDescription"));
  if (!plan_.wait) return Turn{Turn::Kind::kDone};
  return is_active(*description_) ? when_active() : Turn{Turn::Kind::kPoll, Stage::kAwaitActive};
}

Result<TableOperation::Turn> TableOperation::after_poll(Outcome& outcome) {
  if (is_absent(outcome)) {
    if (stage_ == Stage::kAwaitGone) return Turn{Turn::Kind::kDone};
    // A table just made may not be seen yet; one that was only waited for does not exist.
    if (plan_.goal != Goal::kWait) return Turn{Turn::Kind::kPoll, stage_};
  }
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  TT_CHECK(read_description(outcome.response->body, "Table"));
  if (stage_ == Stage::kAwaitGone || !is_active(*description_)) return Turn{Turn::Kind::kPoll, stage_};
  return when_active();
}

TableOperation::Turn TableOperation::when_active() const {
  if (plan_.ttl_attribute.empty()) return when_ttl_is_set();
  return {Turn::Kind::kStage, existed_ ? Stage::kDescribeTtl : Stage::kEnableTtl};
}

TableOperation::Turn TableOperation::when_ttl_is_set() const {
  if (!plan_.point_in_time_recovery || existed_) return {Turn::Kind::kDone};
  return {Turn::Kind::kStage, Stage::kEnableRecovery};
}

Result<TableOperation::Turn> TableOperation::after_ttl(Outcome& outcome) {
  if (stage_ == Stage::kEnableTtl) {
    // The service refuses to enable what is enabled: the echo of our own success.
    const bool echo = outcome.earlier_unknown && outcome.error && outcome.error->is(ErrorCode::kRequestRejected);
    if (outcome.response || echo) return when_ttl_is_set();
    return std::unexpected(std::move(*outcome.error));
  }
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  value::WireDocument document;
  TT_TRY(value::WireObject answer, read_body(document, outcome.response->body, "DescribeTimeToLive"));
  value::WireElement ttl;
  if (answer.at_key("TimeToLiveDescription").get(ttl) != simdjson::SUCCESS) {
    return Turn{Turn::Kind::kStage, Stage::kEnableTtl};
  }
  const std::string_view status = text_member(ttl, "TimeToLiveStatus");
  if (status != "ENABLED" && status != "ENABLING") return Turn{Turn::Kind::kStage, Stage::kEnableTtl};
  const std::string_view attribute = text_member(ttl, "AttributeName");
  if (attribute == plan_.ttl_attribute) return when_ttl_is_set();
  return fail(
      ErrorCode::kInvalidModel,
      fmt::format("the table expires items by \"{}\", the model by \"{}\"; change the model, or disable TTL first",
                  attribute, plan_.ttl_attribute));
}

Result<TableOperation::Turn> TableOperation::after_delete(Outcome& outcome) {
  if (outcome.earlier_unknown && is_absent(outcome)) return Turn{Turn::Kind::kDone};
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  TT_CHECK(read_description(outcome.response->body, "TableDescription"));
  return plan_.wait ? Turn{Turn::Kind::kStage, Stage::kAwaitGone} : Turn{Turn::Kind::kDone};
}

Result<void> TableOperation::read_description(const std::string& body, std::string_view member) {
  description_.reset();
  TT_TRY(value::WireObject answer, read_body(document_, body, calls_.operation(0)));
  value::WireElement description;
  if (answer.at_key(member).get(description) == simdjson::SUCCESS && description.is_object()) {
    description_ = description;
    return {};
  }
  return fail(ErrorCode::kTransport,
              fmt::format("the answer to {} does not describe a table; check that the address is "
                          "a DynamoDB endpoint",
                          calls_.operation(0)));
}

}  // namespace tabletheory::ops
