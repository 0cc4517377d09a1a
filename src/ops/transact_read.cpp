#include <fmt/format.h>

#include "ops/guards.h"
#include "ops/item_writer.h"
#include "ops/stored_attributes.h"
#include "ops/transaction_limits.h"
#include "ops/transactions.h"

namespace tabletheory::ops {

struct TransactRead::Get {
  std::string table, key;
  std::optional<value::WireElement> item;
};

TransactRead::TransactRead(const Environment& environment)
    : environment_(environment), calls_(environment), reads_(environment) {}

TransactRead::~TransactRead() = default;

Result<std::size_t> TransactRead::add(const Model& model, const model::ItemSource& key) {
  const auto write = [&]() -> Result<std::string> {
    TT_CHECK(check_encryption(environment_, *model));
    TT_TRY(std::string written, write_key(*model, key));
    TT_CHECK(key.check_names());
    return written;
  };
  return add(write(), model, model->table());
}

Result<std::size_t> TransactRead::add(const DocumentTable& table, const Item& key) {
  return add(write_document_key(key), nullptr, table.name);
}

// Equal keys are read once and answered at each of their positions.
Result<std::size_t> TransactRead::add(Result<std::string> key, const Model& model, const std::string& table) {
  if (!key) {
    Error error = located(std::move(key).error(), "transact_get", model.get(), table);
    if (!first_error_) first_error_ = error;
    return std::unexpected(std::move(error));
  }
  const auto [entry, is_new] = by_identity_.try_emplace(table + '/' + *key, gets_.size());
  if (is_new) gets_.push_back({table, std::move(*key), std::nullopt});
  positions_.push_back(entry->second);
  reads_.add(model);
  return positions_.size() - 1;
}

Result<void> TransactRead::prepare() {
  if (first_error_) return std::unexpected(*first_error_);
  if (auto fits = check_transaction(environment_, "read", positions_.size(), "keys"); !fits)
    return std::unexpected(located(std::move(fits).error(), "transact_get", nullptr, {}));
  std::string body = R"({"TransactItems":[)";
  value::WireWriter writer(body);
  for (const Get& get : gets_) {
    if (&get != gets_.data()) writer.raw(',');
    writer.raw(R"({"Get":{"TableName":)");
    writer.string(get.table);
    writer.raw(R"(,"Key":)");
    writer.raw(get.key);
    writer.raw("}}");
  }
  writer.raw("]}");
  calls_.clear();
  calls_.add("TransactGetItems", std::move(body), Repeat::kRead);
  return {};
}

void TransactRead::on_response(std::uint32_t id, Result<Response> response) {
  calls_.on_response(id, std::move(response));
}

Step TransactRead::next() {
  if (final_) return *final_;
  if (calls_.size() == 0) {
    // A driver that forgot prepare(): do it here, so that no check is skipped.
    if (auto ready = prepare(); !ready) {
      final_ = Step(Failed{std::move(ready).error()});
      return *final_;
    }
  }
  if (auto step = calls_.next()) return std::move(*step);
  auto settled = settle();
  if (settled && *settled) return std::move(**settled);
  final_ = settled ? Step(Done{}) : Step(Failed{std::move(settled).error()});
  return *final_;
}

Detour TransactRead::settle() {
  if (!is_settled_) {
    Outcome& outcome = calls_.outcome(0);
    const bool is_cancelled = outcome.refusal && outcome.refusal->is_transaction_cancelled();
    auto settled =
        outcome.response
            ? read_answer(outcome.response->body)
            : Result<void>(std::unexpected(is_cancelled ? cancelled(*outcome.refusal) : std::move(*outcome.error)));
    if (!settled) return std::unexpected(located(std::move(settled).error(), "transact_get", nullptr, {}));
    is_settled_ = true;
  }
  auto step = reads_.next(calls_, [this](std::size_t position) -> OpenedReads::Stored {
    const Get& get = gets_[positions_[position]];
    return {positions_[position], get.item ? &*get.item : nullptr, get.key};
  });
  if (!step) return std::unexpected(during("transact_get", step.error()));
  return step;
}

// One reason per key as the caller gave them: equal keys, read once, share theirs.
Error TransactRead::cancelled(const ServiceError& refusal) const {
  std::vector<CancellationReason> reasons;
  std::string causes;
  for (std::size_t position = 0; position < positions_.size(); ++position) {
    if (positions_[position] >= refusal.reasons.size()) continue;
    const ServiceError::Reason& given = refusal.reasons[positions_[position]];
    CancellationReason reason;
    reason.index = position;
    reason.kind = "get";
    if (const Model& model = reads_.model(position)) reason.model = model->name();
    reason.code = given.code.empty() ? "None" : given.code;
    reason.message = given.message;
    if (!given.is_none()) {
      causes += fmt::format("{}key {}{}{}: {}", causes.empty() ? "" : "; ", position,
                            reason.model.empty() ? "" : " of ", reason.model, reason.code);
    }
    reasons.push_back(std::move(reason));
  }
  return Error(ErrorCode::kTransactionCanceled,
               fmt::format("the transaction was cancelled and nothing was read: {}; read again",
                           causes.empty() ? std::string("the service gave no reason") : causes))
      .from_service(refusal.type, refusal.request_id, refusal.status, refusal.is_safe_to_repeat())
      .with_reasons(std::move(reasons));
}

Result<void> TransactRead::read_answer(const std::string& body) {
  TT_TRY(value::WireObject answer, read_body(document_, body, "TransactGetItems"));
  value::WireArray responses;
  if (answer.at_key("Responses").get(responses) != simdjson::SUCCESS || responses.size() != gets_.size()) {
    return fail(ErrorCode::kTransport,
                "the answer to TransactGetItems does not have one entry per key; check that the "
                "address is a DynamoDB endpoint");
  }
  std::size_t number = 0;
  for (const value::WireElement response : responses) {
    value::WireElement item;
    if (response.at_key("Item").get(item) == simdjson::SUCCESS && item.is_object()) gets_[number].item = item;
    ++number;
  }
  return {};
}

const value::WireElement* TransactRead::item(std::size_t position) const {
  if (reads_.is_encrypted(position)) return reads_.item(position);
  const auto& item = gets_[positions_[position]].item;
  return item ? &*item : nullptr;
}

}  // namespace tabletheory::ops
