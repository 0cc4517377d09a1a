#include "ops/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/guards.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

using std::chrono::milliseconds;

// docs/spec/operations.md, "Tables".
constexpr milliseconds kFirstPoll{250}, kLongestPoll{5'000}, kLongestWait{300'000};

std::string by_name(const std::string& table) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw('}');
  return body;
}

std::string enable_ttl_body(const std::string& table, const std::string& attribute) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw(R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":)");
  writer.string(attribute);
  writer.raw("}}");
  return body;
}

bool is_absent(const Outcome& outcome) {
  return outcome.error && outcome.error->is(ErrorCode::kTableNotFound);
}

std::string_view text_member(value::WireElement object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// The models' one ttl attribute; empty when none has the role. ErrInvalidModel when they differ.
Result<std::string> shared_ttl(TableOperation::Models models) {
  std::string shared;
  for (const auto& model : models) {
    if (model->ttl_slot() == model::kNoSlot) continue;
    const std::string& attribute = model->attribute(model->ttl_slot()).name();
    if (!shared.empty() && shared != attribute) {
      return fail(
          ErrorCode::kInvalidModel,
          fmt::format("table {} has the ttl attribute \"{}\" in one model and \"{}\" in another; a table has one",
                      model->table(), shared, attribute));
    }
    shared = attribute;
  }
  return shared;
}

}  // namespace

TableOperation::TableOperation(const Environment& environment, Plan plan)
    : environment_(environment), plan_(std::move(plan)), calls_(environment) {
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
  auto body = create_table_request(models, options);
  const std::string table = models.empty() ? std::string() : models.front()->table();
  const auto refused = [&](Error error) { return std::unexpected(located(std::move(error), name, nullptr, table)); };
  if (!body) return refused(std::move(body).error());
  auto ttl = shared_ttl(models);
  if (!ttl) return refused(std::move(ttl).error());
  Plan plan{goal, name, table, std::move(*body), {}, options.wait};
  if (options.enable_ttl && options.wait) plan.ttl_attribute = std::move(*ttl);
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
      calls_.add("DeleteTable", by_name(plan_.table), Repeat::kAlways);
      break;
    case Stage::kDescribeTtl:
      calls_.add("DescribeTimeToLive", by_name(plan_.table), Repeat::kRead);
      break;
    case Stage::kEnableTtl:
      calls_.add("UpdateTimeToLive", enable_ttl_body(plan_.table, plan_.ttl_attribute), Repeat::kAlways);
      break;
    case Stage::kDescribe:
    case Stage::kAwaitActive:
    case Stage::kAwaitGone:
      calls_.add("DescribeTable", by_name(plan_.table), Repeat::kRead);
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
      delay_ = waited_ = milliseconds(0);
      send(turn->stage);
    } else if (turn) {
      stage_ = turn->stage;
      auto pause = poll();
      if (pause) return std::move(*pause);
      turn = std::unexpected(std::move(pause).error());
    }
    if (!turn) final_ = Step(Failed{located(std::move(turn).error(), plan_.name, nullptr, plan_.table)});
  }
  return *final_;
}

// A pause before the state is asked for again, each twice as long as the one before.
Result<Step> TableOperation::poll() {
  if (waited_ >= kLongestWait) {
    return fail(ErrorCode::kTimeout,
                fmt::format("the table is still not {} after {} s; look at it with describe_table, and wait again",
                            stage_ == Stage::kAwaitGone ? "gone" : "ACTIVE", kLongestWait.count() / 1000));
  }
  delay_ = delay_.count() == 0 ? kFirstPoll : std::min(delay_ * 2, kLongestPoll);
  delay_ = std::min(delay_, kLongestWait - waited_);
  waited_ += delay_;
  return Step(Sleep{delay_});
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
  return is_active() ? when_active() : Turn{Turn::Kind::kPoll, Stage::kAwaitActive};
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
  return is_active() ? when_active() : Turn{Turn::Kind::kPoll, Stage::kAwaitActive};
}

Result<TableOperation::Turn> TableOperation::after_poll(Outcome& outcome) {
  if (is_absent(outcome)) {
    if (stage_ == Stage::kAwaitGone) return Turn{Turn::Kind::kDone};
    // A table just made may not be seen yet; one that was only waited for does not exist.
    if (plan_.goal != Goal::kWait) return Turn{Turn::Kind::kPoll, stage_};
  }
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  TT_CHECK(read_description(outcome.response->body, "Table"));
  if (stage_ == Stage::kAwaitGone || !is_active()) return Turn{Turn::Kind::kPoll, stage_};
  return when_active();
}

TableOperation::Turn TableOperation::when_active() const {
  if (plan_.ttl_attribute.empty()) return {Turn::Kind::kDone};
  return {Turn::Kind::kStage, existed_ ? Stage::kDescribeTtl : Stage::kEnableTtl};
}

Result<TableOperation::Turn> TableOperation::after_ttl(Outcome& outcome) {
  if (stage_ == Stage::kEnableTtl) {
    // The service refuses to enable what is enabled: the echo of our own success.
    const bool echo = outcome.earlier_unknown && outcome.error && outcome.error->is(ErrorCode::kRequestRejected);
    if (outcome.response || echo) return Turn{Turn::Kind::kDone};
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
  if (attribute == plan_.ttl_attribute) return Turn{Turn::Kind::kDone};
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

// The table and all of its indexes.
bool TableOperation::is_active() const {
  if (!description_ || text_member(*description_, "TableStatus") != "ACTIVE") return false;
  value::WireArray indexes;
  if (description_->at_key("GlobalSecondaryIndexes").get(indexes) != simdjson::SUCCESS) return true;
  return std::ranges::all_of(indexes.begin(), indexes.end(), [](const value::WireElement index) {
    const std::string_view status = text_member(index, "IndexStatus");
    return status.empty() || status == "ACTIVE";
  });
}

}  // namespace tabletheory::ops
