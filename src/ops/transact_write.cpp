#include <fmt/format.h>

#include <algorithm>

#include "ops/capability_check.h"
#include "ops/client_token.h"
#include "ops/condition_failure.h"
#include "ops/guards.h"
#include "ops/opening.h"
#include "ops/sealing.h"
#include "ops/stored_attributes.h"
#include "ops/transaction_limits.h"
#include "ops/transactions.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {

struct TransactWrite::Action {
  std::string_view kind;  // create, put, update, upsert, delete, condition
  WritePlan plan;
};

struct TransactWrite::Keys {
  explicit Keys(const Environment& environment) : sealing(environment, data_keys), opening(environment, data_keys) {}
  DataKeys data_keys;
  Sealing sealing;
  Opening opening;                    // of the items of a cancellation
  std::vector<std::size_t> opened{};  // reason → number in `opening`
  std::string problem{};              // why they cannot be shown
};

TransactWrite::TransactWrite(const Environment& environment) : environment_(environment), calls_(environment) {}

TransactWrite::~TransactWrite() = default;

Result<std::size_t> TransactWrite::create(const Model& model, const Source& item, const WriteOptions& options) {
  return add("create", plan_create(WriteInput{environment_, model, item, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::put(const Model& model, const Source& item, const WriteOptions& options) {
  return add("put", plan_put(WriteInput{environment_, model, item, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::upsert(const Model& model, const Source& item, const WriteOptions& options) {
  return add("upsert", plan_upsert({environment_, model, item, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::update(const Model& model, const Source& item,
                                          std::span<const std::string> selection, const WriteOptions& options) {
  const WriteInput input{environment_, model, item, options, "transact_write"};
  return add("update", plan_update(input, selection, VersionRule::kOptional));
}

Result<std::size_t> TransactWrite::build(const Model& model, const Source& key, const UpdateBuilder& builder,
                                         const WriteOptions& options) {
  const WriteInput input{environment_, model, key, options, "transact_write"};
  return add(builder.requires_item() ? "update" : "upsert", plan_build(input, builder));
}

Result<std::size_t> TransactWrite::update_expression(const Model& model, const Source& key,
                                                     const RawExpression& expression, const WriteOptions& options) {
  const WriteInput input{environment_, model, key, options, "transact_write"};
  return add("update", plan_update_expression(input, expression));
}

Result<std::size_t> TransactWrite::remove(const Model& model, const Source& key, const WriteOptions& options) {
  return add("delete", plan_delete(WriteInput{environment_, model, key, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::condition(const Model& model, const Source& key, const WriteOptions& options) {
  return add("condition", plan_condition(WriteInput{environment_, model, key, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::create(const DocumentTable& table, const Item& item, const WriteOptions& options) {
  return add("create", plan_create(DocumentInput{environment_, table, item, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::put(const DocumentTable& table, const Item& item, const WriteOptions& options) {
  return add("put", plan_put(DocumentInput{environment_, table, item, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::build(const DocumentTable& table, const Item& key, const UpdateBuilder& builder,
                                         const WriteOptions& options) {
  const DocumentInput input{environment_, table, key, options, "transact_write"};
  return add(builder.requires_item() ? "update" : "upsert", plan_build(input, builder));
}

Result<std::size_t> TransactWrite::remove(const DocumentTable& table, const Item& key, const WriteOptions& options) {
  return add("delete", plan_delete(DocumentInput{environment_, table, key, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::condition(const DocumentTable& table, const Item& key, const WriteOptions& options) {
  return add("condition", plan_condition(DocumentInput{environment_, table, key, options, "transact_write"}));
}

Result<std::size_t> TransactWrite::add(std::string_view kind, Result<WritePlan> plan) {
  if (!plan) {
    if (!first_error_) first_error_ = plan.error();
    return std::unexpected(std::move(plan).error());
  }
  actions_.push_back({kind, std::move(*plan)});
  return actions_.size() - 1;
}

// The number of actions, and that no two are on one item.
Result<void> TransactWrite::check() const {
  if (auto fits = check_transaction(environment_, "write", actions_.size(), "actions"); !fits)
    return std::unexpected(locate(std::move(fits).error()));
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    std::string identity = actions_[i].plan.identity();
    if (identity.empty()) continue;  // of a document whose key is not known: the service tells
    const auto [entry, is_new] = seen.try_emplace(std::move(identity), i);
    if (is_new) continue;
    return std::unexpected(locate(
        Error(ErrorCode::kInvalidOperator,
              fmt::format("actions {} ({}) and {} ({}) are on one item; a transaction touches an item once — put "
                          "both changes, or the condition, into one action",
                          entry->second, actions_[entry->second].kind, i, actions_[i].kind))));
  }
  return {};
}

Result<void> TransactWrite::prepare() {
  if (first_error_) return std::unexpected(*first_error_);
  TT_CHECK(check());
  if (token_.empty()) token_ = random_token(environment_);
  if (auto fits = check_token(token_); !fits) return std::unexpected(locate(std::move(fits).error()));

  const auto is_encrypted = [](const Action& action) {
    return action.plan.model && action.plan.model->has_encrypted_attributes();
  };
  if (std::ranges::any_of(actions_, is_encrypted)) {
    keys_ = std::make_unique<Keys>(environment_);
    for (Action& action : actions_) keys_->sealing.add(action.plan);
  }
  request_ = body();
  is_prepared_ = true;
  return {};
}

std::string TransactWrite::body() const {
  std::string body = R"({"TransactItems":[)";
  for (const Action& action : actions_) {
    if (&action != actions_.data()) body += ',';
    body += action.plan.transact_action();
  }
  value::WireWriter writer(body);
  writer.raw(R"(],"ClientRequestToken":)");
  writer.string(token_);
  writer.raw('}');
  return body;
}

void TransactWrite::on_response(std::uint32_t id, Result<Response> response) {
  calls_.on_response(id, std::move(response));
}

Step TransactWrite::next() {
  if (final_) return *final_;
  if (!is_prepared_) {
    // A driver that forgot prepare(): do it here, so that no check is skipped.
    if (auto ready = prepare(); !ready) {
      final_ = Step(Failed{std::move(ready).error()});
      return *final_;
    }
  }
  if (!is_sent_) {
    auto detour = keys_ ? keys_->sealing.next(calls_) : Detour(std::nullopt);
    if (detour && *detour) return std::move(**detour);
    if (!detour) {
      final_ = Step(Failed{std::move(detour).error()});
      return *final_;
    }
    calls_.clear();
    calls_.add("TransactWriteItems", keys_ ? body() : std::move(request_), Repeat::kAlways);
    is_sent_ = true;
  }
  if (auto step = calls_.next()) return std::move(*step);
  return settle(calls_.outcome(0));
}

Step TransactWrite::settle(Outcome& outcome) {
  if (!refusal_ && outcome.refusal && outcome.refusal->is_transaction_cancelled()) {
    // The token makes a repeat of what was done a success — unless it was refused for the moment only.
    may_have_happened_ = outcome.earlier_unknown && outcome.refusal->is_safe_to_repeat();
    refusal_ = std::move(*outcome.refusal);
  }
  if (refusal_) {
    if (auto detour = open_reasons(); detour && *detour) return std::move(**detour);
    Error error = cancelled(*refusal_);
    if (may_have_happened_) error = Error(std::move(error).also(ErrorCode::kOutcomeUnknown));
    final_ = Step(Failed{std::move(error)});
  } else if (outcome.response) {
    final_ = Step(Done{});
  } else {
    final_ = Step(Failed{locate(std::move(*outcome.error))});
  }
  return *final_;
}

// The items of a cancellation that callers asked to see, encrypted values in the clear. A failure keeps them from being
// shown, no more: what counts is that the transaction was cancelled.
Detour TransactWrite::open_reasons() {
  if (!keys_) return std::nullopt;
  if (keys_->opened.empty()) {
    for (std::size_t i = 0; i < refusal_->reasons.size() && i < actions_.size(); ++i) {
      const WritePlan& plan = actions_[i].plan;
      keys_->opened.push_back(keys_->opening.size());
      const auto& item = refusal_->reasons[i].item;
      if (plan.return_item && plan.model && item) keys_->opening.add(plan.model, *item, plan.key);
    }
  }
  auto step = keys_->opening.next(calls_);
  if (!step) keys_->problem = step.error().message();
  return step;
}

Error TransactWrite::cancelled(const ServiceError& refusal) const {
  std::vector<CancellationReason> reasons;
  bool condition = false, conflict = false;
  std::string causes;
  const auto shown_item = [&](std::size_t i) -> std::shared_ptr<const Map> {
    const WritePlan& plan = actions_[i].plan;
    if (!keys_ || !plan.model) return item_for_error(plan.model.get(), *refusal.reasons[i].item);
    if (!keys_->problem.empty()) return nullptr;
    return item_for_error(plan.model.get(), keys_->opening.item(keys_->opened[i]));
  };
  for (std::size_t i = 0; i < refusal.reasons.size() && i < actions_.size(); ++i) {
    const ServiceError::Reason& given = refusal.reasons[i];
    const WritePlan& plan = actions_[i].plan;
    CancellationReason reason;
    reason.index = i;
    reason.kind = actions_[i].kind;
    if (plan.model) reason.model = plan.model->name();
    reason.code = given.code.empty() ? "None" : given.code;
    reason.message = given.message;
    if (plan.return_item && given.item) reason.item = shown_item(i);
    if (given.code == "ConditionalCheckFailed") {
      condition = true;
      conflict |= lost_lock(plan, given.item);
    }
    if (!given.is_none()) {
      causes += fmt::format("{}action {} ({}{}{}): {}", causes.empty() ? "" : "; ", i, reason.kind,
                            reason.model.empty() ? "" : " ", reason.model, reason.code);
    }
    reasons.push_back(std::move(reason));
  }
  Error error(ErrorCode::kTransactionCanceled,
              fmt::format("the transaction was cancelled and nothing was changed: {}; look at the reasons, read the "
                          "items and decide again",
                          causes.empty() ? std::string("the service gave no reason") : causes));
  if (keys_ && !keys_->problem.empty()) {
    error =
        Error(error.code(), fmt::format("{} (the stored items cannot be shown: {})", error.message(), keys_->problem));
  }
  error = Error(std::move(error)
                    .from_service(refusal.type, refusal.request_id, refusal.status, refusal.is_safe_to_repeat())
                    .with_reasons(std::move(reasons)));
  if (condition) error = Error(std::move(error).also(ErrorCode::kConditionFailed));
  if (conflict) error = Error(std::move(error).also(ErrorCode::kVersionConflict));
  return locate(std::move(error));
}

Error TransactWrite::locate(Error error) const {
  return located(std::move(error), "transact_write", nullptr, {});
}

std::size_t TransactWrite::size() const {
  return actions_.size();
}

const Lifecycle& TransactWrite::lifecycle(std::size_t index) const {
  return actions_[index].plan.lifecycle;
}

Explanation TransactWrite::explain() const {
  Explanation explanation;
  explanation.operation = "TransactWriteItems";
  explanation.request = request();
  explanation.reason = "a transaction addresses each item by its key";
  explanation.capacity_units = 2.0 * static_cast<double>(actions_.size());
  explanation.capacity_basis =
      "2 units per KB of each item, taken as at most 1 KB; each index that changes counts again";
  return explanation;
}

}  // namespace tabletheory::ops
