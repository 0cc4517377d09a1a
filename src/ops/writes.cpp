#include "ops/writes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/opening.h"
#include "ops/sealing.h"
#include "ops/stored_attributes.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {
namespace {

bool returns_new(ReturnValues values) {
  return values == ReturnValues::kAllNew || values == ReturnValues::kUpdatedNew;
}

}  // namespace

struct ItemWrite::Keys {
  explicit Keys(const Environment& environment) : sealing(environment, data_keys) {}
  DataKeys data_keys;
  Sealing sealing;
  std::optional<Opening> opening;  // of the one item that the caller gets to see
};

ItemWrite::ItemWrite(const Environment& environment, std::unique_ptr<WritePlan> plan, std::string body,
                     ReturnValues return_values)
    : SingleCall(environment, plan->service_operation(), std::move(body), plan->repeat),
      environment_(environment),
      plan_(std::move(plan)),
      return_values_(return_values) {
  if (!plan_->model || !plan_->model->has_encrypted_attributes()) return;
  keys_ = std::make_unique<Keys>(environment);
  keys_->sealing.add(*plan_);
}

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

std::string ItemWrite::written_item() const {
  return plan_->item_in_the_clear();
}

Detour ItemWrite::before_sending(CallGroup& calls) {
  if (!keys_) return std::nullopt;
  TT_TRY(auto step, keys_->sealing.next(calls));
  if (!step && !plan_->unsealed.empty()) replace_request(plan_->request(return_values_));
  return step;
}

Result<void> ItemWrite::settle(Outcome& outcome) {
  if (outcome.response) {
    auto read = read_answer(outcome.response->body);
    if (!read) return std::unexpected(plan_->locate(std::move(read).error()));
    if (attributes_) open(*attributes_);
    return {};
  }
  if (!outcome.refusal || !outcome.refusal->is_condition_failure()) {
    return std::unexpected(plan_->locate(std::move(*outcome.error)));
  }
  refusal_ = std::move(*outcome.refusal);
  // A repeat failed its condition: either the first attempt was applied after all, or it never was.
  if (outcome.earlier_unknown) verdict_ = judge(*plan_, refusal_->item);
  if (verdict_ == Verdict::kOurs) {
    if (returns_new(return_values_)) take_attributes(*refusal_->item);
    if (attributes_) open(*attributes_);
    return {};
  }
  const bool is_shown = refusal_->item && (plan_->return_item || verdict_ == Verdict::kUnknown);
  if (!keys_ || !is_shown) return refused({refusal_->item});
  open(*refusal_->item);
  return {};
}

void ItemWrite::open(value::WireElement item) {
  if (!keys_) return;
  keys_->opening.emplace(environment_, keys_->data_keys);
  keys_->opening->add(plan_->model, item, plan_->key);
}

Detour ItemWrite::before_ending(CallGroup& calls) {
  if (!keys_ || !keys_->opening) return std::nullopt;
  auto step = keys_->opening->next(calls);
  if (step && *step) return step;
  if (!attributes_) {
    return step ? refused({keys_->opening->item(0)}) : refused({std::nullopt, step.error().message()});
  }
  if (!step) {
    const Error& cause = step.error();
    Error error(cause.code(), fmt::format("the write was made, but the item it returned cannot be decrypted: {}; read "
                                          "the item again",
                                          cause.message()));
    return std::unexpected(plan_->locate(
        std::move(error).from_service(cause.service_type(), cause.request_id(), cause.http_status(), false)));
  }
  attributes_ = keys_->opening->item(0);
  return std::nullopt;
}

// A failed condition that is not the echo of our own success.
std::unexpected<Error> ItemWrite::refused(const ShownItem& shown) const {
  if (verdict_ == Verdict::kNotOurs) return std::unexpected(condition_error(*plan_, *refusal_, shown));
  Error error(
      ErrorCode::kOutcomeUnknown,
      fmt::format("the first attempt of {} may or may not have happened, and its repeat found the item changed; "
                  "read the item before you repeat the write",
                  plan_->name));
  error = Error(std::move(error).from_service(refusal_->type, refusal_->request_id, refusal_->status, false));
  if (shown.item) error = Error(std::move(error).with_item(item_for_error(plan_->model.get(), *shown.item)));
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
  const std::size_t known_bytes = plan_->item.empty() ? plan_->key.size() : written_item().size();
  explanation.capacity_units = std::max(1.0, std::ceil(static_cast<double>(known_bytes) / kUnitBytes));
  explanation.capacity_basis =
      plan_->item.empty() ? "1 unit per KB of the stored item before or after the write, whichever is larger; its size "
                            "is not known here; each index that changes counts again"
                          : "1 unit per KB of the item; each index that changes counts again";
  return explanation;
}

}  // namespace tabletheory::ops
