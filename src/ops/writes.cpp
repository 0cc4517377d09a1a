#include "ops/writes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/condition_failure.h"
#include "ops/stored_attributes.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {
namespace {

using model::ItemSource;

bool returns_new(ReturnValues values) {
  return values == ReturnValues::kAllNew || values == ReturnValues::kUpdatedNew;
}

}  // namespace

ItemWrite::ItemWrite(const Environment& environment, std::unique_ptr<WritePlan> plan, std::string body,
                     ReturnValues return_values)
    : SingleCall(environment, plan->service_operation(), std::move(body), plan->repeat),
      plan_(std::move(plan)),
      return_values_(return_values) {}

ItemWrite::~ItemWrite() = default;

ItemWrite::Created ItemWrite::start(const Environment& environment, Result<WritePlan> plan,
                                    const WriteOptions& options) {
  if (!plan) return std::unexpected(std::move(plan).error());
  std::string body = plan->request(options.return_values);
  return std::unique_ptr<ItemWrite>(new ItemWrite(environment, std::make_unique<WritePlan>(std::move(*plan)),
                                                  std::move(body), options.return_values));
}

ItemWrite::Created ItemWrite::create(const Environment& environment, Model model, const Source& item,
                                     const WriteOptions& options) {
  return start(environment, plan_create({environment, model, item, options, "create"}), options);
}

ItemWrite::Created ItemWrite::put(const Environment& environment, Model model, const Source& item,
                                  const WriteOptions& options) {
  return start(environment, plan_put({environment, model, item, options, "put"}), options);
}

ItemWrite::Created ItemWrite::upsert(const Environment& environment, Model model, const Source& item,
                                     const WriteOptions& options) {
  return start(environment, plan_upsert({environment, model, item, options, "upsert"}), options);
}

ItemWrite::Created ItemWrite::update(const Environment& environment, Model model, const Source& item,
                                     std::span<const std::string> selection, const WriteOptions& options) {
  const WriteInput input{environment, model, item, options, "update"};
  return start(environment, plan_update(input, selection, VersionRule::kNeeded), options);
}

ItemWrite::Created ItemWrite::patch(const Environment& environment, Model model, const Source& item,
                                    const WriteOptions& options) {
  return start(environment, plan_patch({environment, model, item, options, "patch"}, VersionRule::kNeeded), options);
}

ItemWrite::Created ItemWrite::remove(const Environment& environment, Model model, const Source& key,
                                     const WriteOptions& options) {
  return start(environment, plan_delete({environment, model, key, options, "delete"}), options);
}

ItemWrite::Created ItemWrite::build(const Environment& environment, Model model, const Source& key,
                                    const UpdateBuilder& builder, const WriteOptions& options) {
  return start(environment, plan_build({environment, model, key, options, "update_builder"}, builder), options);
}

ItemWrite::Created ItemWrite::update_expression(const Environment& environment, Model model, const Source& key,
                                                const RawExpression& expression, const WriteOptions& options) {
  const WriteInput input{environment, model, key, options, "update_expression"};
  return start(environment, plan_update_expression(input, expression), options);
}

ItemWrite::Created ItemWrite::create(const Environment& environment, const DocumentTable& table, const Item& item,
                                     const WriteOptions& options) {
  return start(environment, plan_create(DocumentInput{environment, table, item, options, "create"}), options);
}

ItemWrite::Created ItemWrite::put(const Environment& environment, const DocumentTable& table, const Item& item,
                                  const WriteOptions& options) {
  return start(environment, plan_put(DocumentInput{environment, table, item, options, "put"}), options);
}

ItemWrite::Created ItemWrite::remove(const Environment& environment, const DocumentTable& table, const Item& key,
                                     const WriteOptions& options) {
  return start(environment, plan_delete(DocumentInput{environment, table, key, options, "delete"}), options);
}

ItemWrite::Created ItemWrite::build(const Environment& environment, const DocumentTable& table, const Item& key,
                                    const UpdateBuilder& builder, const WriteOptions& options) {
  const DocumentInput input{environment, table, key, options, "update_builder"};
  return start(environment, plan_build(input, builder), options);
}

ItemWrite::Created ItemWrite::update_expression(const Environment& environment, const DocumentTable& table,
                                                const Item& key, const RawExpression& expression,
                                                const WriteOptions& options) {
  const DocumentInput input{environment, table, key, options, "update_expression"};
  return start(environment, plan_update_expression(input, expression), options);
}

const Lifecycle& ItemWrite::lifecycle() const {
  return plan_->lifecycle;
}

Result<void> ItemWrite::settle(Outcome& outcome) {
  if (outcome.response) {
    auto read = read_answer(outcome.response->body);
    if (!read) return std::unexpected(plan_->locate(std::move(read).error()));
    return {};
  }
  if (!outcome.refusal || !outcome.refusal->is_condition_failure()) {
    return std::unexpected(plan_->locate(std::move(*outcome.error)));
  }
  if (!outcome.earlier_unknown) return std::unexpected(condition_error(*plan_, *outcome.refusal));
  return settle_echo(*outcome.refusal);
}

// A repeat failed its condition: either the first attempt was applied after all, or it never was.
Result<void> ItemWrite::settle_echo(const ServiceError& refusal) {
  switch (judge(*plan_, refusal.item)) {
    case Verdict::kOurs:
      echoed_ = refusal.document;
      if (returns_new(return_values_)) take_attributes(*refusal.item);
      return {};
    case Verdict::kNotOurs:
      return std::unexpected(condition_error(*plan_, refusal));
    case Verdict::kUnknown:
      break;
  }
  Error error(
      ErrorCode::kOutcomeUnknown,
      fmt::format("the first attempt of {} may or may not have happened, and its repeat found the item changed; "
                  "read the item before you repeat the write",
                  plan_->name));
  error = Error(std::move(error).from_service(refusal.type, refusal.request_id, refusal.status, false));
  if (refusal.item) error = Error(std::move(error).with_item(item_for_error(plan_->model.get(), *refusal.item)));
  return std::unexpected(plan_->locate(std::move(error)));
}

Result<void> ItemWrite::read_answer(const std::string& body) {
  if (return_values_ == ReturnValues::kNone) return {};
  TT_TRY(value::WireObject answer, read_body(document_, body, service_operation()));
  value::WireElement attributes;
  if (answer.at_key("Attributes").get(attributes) == simdjson::SUCCESS && attributes.is_object()) {
    take_attributes(attributes);
  }
  return {};
}

// What the service says is what the lifecycle is.
void ItemWrite::take_attributes(value::WireElement attributes) {
  attributes_ = attributes;
  if (!plan_->model || !returns_new(return_values_)) return;
  const model::Model& model = *plan_->model;
  Lifecycle& lifecycle = plan_->lifecycle;
  if (model.version_slot() != model::kNoSlot) {
    if (auto version = stored_number(attributes, model.attribute(model.version_slot()).name())) {
      lifecycle.version = version;
    }
  }
  if (model.created_at_slot() != model::kNoSlot) {
    if (auto created = stored_timestamp(attributes, model.attribute(model.created_at_slot()).name())) {
      lifecycle.created_at = created;
    }
  }
}

Explanation ItemWrite::explain() const {
  constexpr double kUnitBytes = 1024;
  Explanation explanation;
  explanation.operation = service_operation();
  explanation.request = request();
  explanation.reason = "a write addresses one item of the table by its key";
  const std::size_t known_bytes = plan_->item.empty() ? plan_->key.size() : plan_->item.size();
  explanation.capacity_units = std::max(1.0, std::ceil(static_cast<double>(known_bytes) / kUnitBytes));
  explanation.capacity_basis =
      plan_->item.empty() ? "1 unit per KB of the stored item before or after the write, whichever is larger; its size "
                            "is not known here; each index that changes counts again"
                          : "1 unit per KB of the item; each index that changes counts again";
  return explanation;
}

}  // namespace tabletheory::ops
