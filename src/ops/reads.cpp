#include "ops/reads.h"

#include <fmt/format.h>

#include "expr/printer.h"
#include "ops/guards.h"
#include "ops/item_writer.h"
#include "ops/opening.h"
#include "ops/projection.h"
#include "ops/shared_view.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

Result<std::string> checked_key(const Environment& environment, const model::Model& model,
                                const model::ItemSource& key) {
  TT_CHECK(check_encryption(environment, model));
  TT_TRY(std::string written, write_key(model, key));
  TT_CHECK(key.check_names());
  return written;
}

std::string request_body(const std::string& table, const std::string& key, bool consistent,
                         const expr::Projection& projection) {
  std::string body = R"({"TableName":)";
  value::WireWriter writer(body);
  writer.string(table);
  writer.raw(R"(,"Key":)");
  writer.raw(key);
  if (consistent) writer.raw(R"(,"ConsistentRead":true)");
  if (!projection.paths.empty()) {
    expr::Printer printer;
    writer.raw(R"(,"ProjectionExpression":)");
    writer.string(printer.projection(projection));
    writer.raw(R"(,"ExpressionAttributeNames":)");
    writer.raw(printer.names_json());
  }
  writer.raw('}');
  return body;
}

}  // namespace

struct ItemRead::Keys {
  explicit Keys(const Environment& environment) : opening(environment, data_keys) {}
  DataKeys data_keys;
  Opening opening;
};

ItemRead::ItemRead(Target target, std::string key, std::string body, const GetOptions& options,
                   std::vector<std::string> dropped)
    : SingleCall(target.environment, "GetItem", std::move(body), Repeat::kRead),
      target_(std::move(target)),
      consistent_(options.consistent),
      hide_expired_(options.hide_expired),
      dropped_(std::move(dropped)),
      key_(std::move(key)) {}

ItemRead::~ItemRead() = default;

Error ItemRead::locate(Error error) const {
  return located(std::move(error), target_.name, target_.model.get(), target_.table);
}

ItemRead::Created ItemRead::make(Target target, Result<std::string> key, const GetOptions& options) {
  const model::Model* model = target.model.get();
  const auto refused = [&](Error error) {
    return std::unexpected(located(std::move(error), target.name, model, target.table));
  };
  if (!key) return refused(std::move(key).error());
  auto projection = ReadProjection::compile(model, options.projection);
  if (!projection) return refused(std::move(projection).error());
  if (model != nullptr) projection->need_for_checks(*model, options.hide_expired);
  std::string body = request_body(target.table, *key, options.consistent, projection->projection);
  return std::unique_ptr<ItemRead>(
      new ItemRead(std::move(target), std::move(*key), std::move(body), options, std::move(projection->dropped)));
}

ItemRead::Created ItemRead::get(const Environment& environment, Model model, const model::ItemSource& key,
                                const GetOptions& options) {
  auto written = checked_key(environment, *model, key);
  std::string table = model->table();
  return make({environment, std::move(model), std::move(table), "get", true}, std::move(written), options);
}

ItemRead::Created ItemRead::find(const Environment& environment, Model model, const model::ItemSource& key,
                                 const GetOptions& options) {
  auto written = checked_key(environment, *model, key);
  std::string table = model->table();
  return make({environment, std::move(model), std::move(table), "find", false}, std::move(written), options);
}

ItemRead::Created ItemRead::get(const Environment& environment, const DocumentTable& table, const Item& key,
                                const GetOptions& options) {
  return make({environment, nullptr, table.name, "get", true}, write_document_key(key), options);
}

ItemRead::Created ItemRead::find(const Environment& environment, const DocumentTable& table, const Item& key,
                                 const GetOptions& options) {
  return make({environment, nullptr, table.name, "find", false}, write_document_key(key), options);
}

Result<void> ItemRead::settle(Outcome& outcome) {
  if (!outcome.response) return std::unexpected(locate(std::move(*outcome.error)));
  auto answer = read_body(document_, outcome.response->body, "GetItem");
  if (!answer) return std::unexpected(locate(std::move(answer).error()));
  value::WireElement item;
  if (answer->at_key("Item").get(item) == simdjson::SUCCESS && item.is_object()) item_ = item;
  return check_item();
}

Result<void> ItemRead::check_item() {
  const model::Model* model = target_.model.get();
  if (item_ && model != nullptr) {
    if (auto owned = check_owner(*model, *item_); !owned) {
      item_.reset();
      return std::unexpected(locate(std::move(owned).error()));
    }
  }
  if (item_ && model != nullptr && hide_expired_ && is_expired(*model, *item_, target_.environment.now())) {
    item_.reset();
  }
  if (item_ || !target_.required) return {};
  return std::unexpected(locate(Error(
      ErrorCode::kItemNotFound, "no item has this key; check the key, or use `find` where an item may be absent")));
}

Detour ItemRead::before_ending(CallGroup& calls) {
  if (!item_ || !target_.model || !target_.model->has_encrypted_attributes()) return std::nullopt;
  if (!keys_) {
    keys_ = std::make_unique<Keys>(target_.environment);
    keys_->opening.add(target_.model, *item_, key_);
  }
  auto step = keys_->opening.next(calls);
  if (!step) return std::unexpected(locate(std::move(step).error()));
  if (!*step) item_ = keys_->opening.item(0);
  return step;
}

Explanation ItemRead::explain() const {
  Explanation explanation;
  explanation.operation = service_operation();
  explanation.request = request();
  explanation.reason = "a get addresses one item of the table by its key";
  explanation.capacity_units = consistent_ ? 1 : 0.5;
  explanation.capacity_basis = consistent_ ? "1 unit per 4 KB of the stored item, taken as at most 4 KB"
                                           : "half a unit per 4 KB of the stored item, taken as at most 4 KB";
  return explanation;
}

}  // namespace tabletheory::ops
