#include <fmt/format.h>

#include <algorithm>

#include "ops/batches.h"
#include "ops/guards.h"
#include "ops/key_identity.h"
#include "ops/sealing.h"
#include "ops/stored_attributes.h"
#include "ops/write_plan.h"
#include "value/limits.h"

namespace tabletheory::ops {

struct BatchWrite::Write {
  std::string table;
  std::string request;  // {"PutRequest":{…}} or {"DeleteRequest":{…}}
  Lifecycle lifecycle;
  std::unique_ptr<WritePlan> unsealed;  // what `request` is made of once its values are encrypted
};

struct BatchWrite::Keys {
  explicit Keys(const Environment& environment) : sealing(environment, data_keys) {}
  DataKeys data_keys;
  Sealing sealing;
};

namespace {

const WriteOptions kNoOptions{};

// The identity of a document put whose key is not known: the whole item.
std::string identity_of_item(std::string_view table, std::string_view item_json) {
  return fmt::format("{}/{}", table, item_json);
}

}  // namespace

BatchWrite::BatchWrite(const Environment& environment, BatchOptions options)
    : BatchRounds(environment, options, "BatchWriteItem", Repeat::kAlways) {}

BatchWrite::~BatchWrite() = default;

Result<std::size_t> BatchWrite::put(const Model& model, const model::ItemSource& item) {
  return add(plan_put(WriteInput{environment(), model, item, kNoOptions, "batch_write"}), key_names(*model));
}

Result<std::size_t> BatchWrite::copy(const Model& model, const Item& stored) {
  WritePlan plan;
  plan.kind = WritePlan::Kind::kPut;
  plan.name = "batch_write";
  plan.model = model;
  plan.table = model->table();
  plan.started = environment().now();
  plan.item = "{";
  value::WireWriter writer(plan.item);
  for (const auto& [name, value] : stored) {
    if (plan.item.size() > 1) writer.raw(',');
    writer.key(name);
    const std::size_t slot = model->slot_of(name);
    const bool is_encrypted = slot != model::kNoSlot && model->attribute(slot).definition.encryption != 0;
    writer.raw(is_encrypted ? plan.unsealed.add(slot, to_wire_json(value)) : to_wire_json(value));
  }
  writer.raw('}');
  Item key;
  for (const std::string& name : key_names(*model))
    if (const Value* part = stored.find(name)) key.set(name, *part);
  plan.key = to_wire_json(key);
  return add(std::move(plan), key_names(*model));
}

Result<std::size_t> BatchWrite::remove(const Model& model, const model::ItemSource& key) {
  return add(plan_delete(WriteInput{environment(), model, key, kNoOptions, "batch_write"}), key_names(*model));
}

Result<std::size_t> BatchWrite::put(const DocumentTable& table, const Item& item) {
  return add(plan_put(DocumentInput{environment(), table, item, kNoOptions, "batch_write"}), key_names(table));
}

Result<std::size_t> BatchWrite::remove(const DocumentTable& table, const Item& key) {
  std::vector<std::string> names;
  for (const auto& [name, value] : key) names.push_back(name);
  return add(plan_delete(DocumentInput{environment(), table, key, kNoOptions, "batch_write"}), std::move(names));
}

Result<std::size_t> BatchWrite::add(Result<WritePlan> plan, std::vector<std::string> names) {
  if (!plan) return std::unexpected(std::move(plan).error());
  std::string identity = plan->identity();
  if (identity.empty()) identity = identity_of_item(plan->table, plan->item);
  names_[plan->table].insert(std::move(names));
  const auto [entry, is_new] = by_identity_.try_emplace(std::move(identity), writes_.size());
  if (!is_new && !duplicate_) duplicate_ = std::pair(entry->second, writes_.size());
  const bool is_sealed = plan->unsealed.empty();
  writes_.push_back({plan->table, is_sealed ? plan->batch_request() : std::string(), plan->lifecycle, nullptr});
  if (is_sealed) return writes_.size() - 1;
  writes_.back().unsealed = std::make_unique<WritePlan>(std::move(*plan));
  if (!keys_) keys_ = std::make_unique<Keys>(environment());
  keys_->sealing.add(*writes_.back().unsealed);
  return writes_.size() - 1;
}

// Sealed once: what the service leaves unprocessed is sent again as it was.
Detour BatchWrite::before_sending(CallGroup& calls) {
  if (!keys_) return std::nullopt;
  TT_TRY(auto step, keys_->sealing.next(calls));
  if (step) return step;
  for (Write& write : writes_) {
    if (!write.unsealed) continue;
    write.request = write.unsealed->batch_request();
    write.unsealed.reset();
  }
  keys_.reset();
  return std::nullopt;
}

Result<void> BatchWrite::prepare() {
  if (writes_.empty()) {
    return std::unexpected(locate(Error(ErrorCode::kInvalidOperator, "the batch has no writes; add one")));
  }
  if (duplicate_) {
    return std::unexpected(
        locate(Error(ErrorCode::kInvalidOperator,
                     fmt::format("the writes at positions {} and {} are of one item; a batch has no order, so keep one "
                                 "of them",
                                 duplicate_->first, duplicate_->second))));
  }
  begin(writes_.size());
  return {};
}

std::size_t BatchWrite::chunk_size(std::span<const std::size_t> pending) const {
  constexpr std::size_t kEnvelopeBytes = 64 * 1024;  // table names and punctuation stay far below
  std::size_t bytes = kEnvelopeBytes, count = 0;
  for (const std::size_t number : pending.first(std::min(pending.size(), limits::kBatchWriteItems))) {
    bytes += writes_[number].request.size();
    if (count > 0 && bytes > limits::kBatchWriteBytes) break;
    ++count;
  }
  return count;
}

std::string BatchWrite::body(std::span<const std::size_t> chunk) const {
  std::map<std::string_view, std::vector<std::size_t>> by_table;
  std::size_t bytes = 64;
  for (const std::size_t number : chunk) {
    by_table[writes_[number].table].push_back(number);
    bytes += writes_[number].request.size() + 1;
  }
  std::string body;
  body.reserve(bytes + by_table.size() * limits::kTableNameMax);
  value::WireWriter writer(body);
  writer.raw(R"({"RequestItems":{)");
  bool first_table = true;
  for (const auto& [table, numbers] : by_table) {
    if (!first_table) writer.raw(',');
    first_table = false;
    writer.key(table);
    char separator = '[';
    for (const std::size_t number : numbers) {
      writer.raw(separator);
      writer.raw(writes_[number].request);
      separator = ',';
    }
    writer.raw(']');
  }
  writer.raw("}}");
  return body;
}

// Which write an unprocessed request is.
std::optional<std::size_t> BatchWrite::find(const std::string& table, value::WireObject request) const {
  const auto names = names_.find(table);
  value::WireElement item;
  if (names == names_.end() || (request.at_pointer("/PutRequest/Item").get(item) != simdjson::SUCCESS &&
                                request.at_pointer("/DeleteRequest/Key").get(item) != simdjson::SUCCESS)) {
    return std::nullopt;
  }
  for (const auto& candidate : names->second) {
    if (candidate.empty()) continue;
    const auto found = by_identity_.find(table + '/' + key_of_stored(item, candidate));
    if (found != by_identity_.end()) return found->second;
  }
  const auto whole = value::read_item(item);
  if (!whole) return std::nullopt;
  const auto found = by_identity_.find(identity_of_item(table, to_wire_json(*whole)));
  return found == by_identity_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> BatchWrite::take(const std::string& answer, std::vector<std::size_t>& unprocessed) {
  value::WireDocument document;
  TT_TRY(value::WireObject root, read_body(document, answer, "BatchWriteItem"));
  value::WireObject tables;
  if (root.at_key("UnprocessedItems").get(tables) != simdjson::SUCCESS) return {};
  for (const auto table : tables) {
    value::WireArray requests;
    if (table.value.get(requests) != simdjson::SUCCESS) continue;
    for (const value::WireElement element : requests) {
      value::WireObject request;
      const auto found = element.get(request) == simdjson::SUCCESS ? find(std::string(table.key), request)
                                                                   : std::optional<std::size_t>();
      if (!found) {
        return fail(ErrorCode::kTransport,
                    "the service leaves an item unprocessed that was not sent; check that the "
                    "address is a DynamoDB endpoint");
      }
      unprocessed.push_back(*found);
    }
  }
  return {};
}

Error BatchWrite::incomplete(std::string_view when) const {
  return Error(ErrorCode::kBatchIncomplete,
               fmt::format("{} of {} writes were left unprocessed {}; the others are done — send the left over ones "
                           "again, more slowly",
                           unfinished().size(), writes_.size(), when));
}

Error BatchWrite::locate(Error error) const {
  const bool one_table = names_.size() == 1;
  return located(std::move(error), "batch_write", nullptr, one_table ? names_.begin()->first : std::string());
}

std::size_t BatchWrite::size() const {
  return writes_.size();
}

const Lifecycle& BatchWrite::lifecycle(std::size_t position) const {
  return writes_[position].lifecycle;
}

}  // namespace tabletheory::ops
