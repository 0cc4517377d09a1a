#include <fmt/format.h>

#include <algorithm>

#include "ops/batches.h"
#include "ops/guards.h"
#include "ops/item_writer.h"
#include "ops/key_identity.h"
#include "ops/stored_attributes.h"
#include "value/limits.h"

namespace tabletheory::ops {

struct BatchRead::Key {
  std::string table;
  std::string key;  // canonical
  std::optional<value::WireElement> item;
};

BatchRead::BatchRead(const Environment& environment, BatchOptions options)
    : BatchRounds(environment, options, "BatchGetItem", Repeat::kRead), reads_(environment) {}

BatchRead::~BatchRead() = default;

Result<std::size_t> BatchRead::add(const Model& model, const model::ItemSource& key) {
  const auto write = [&]() -> Result<std::string> {
    TT_CHECK(check_encryption(environment(), *model));
    TT_TRY(std::string written, write_key(*model, key));
    TT_CHECK(key.check_names());
    return written;
  };
  auto written = write();
  if (!written) {
    return std::unexpected(located(std::move(written).error(), "batch_get", model.get(), model->table()));
  }
  return add_key(model, model->table(), key_names(*model), std::move(*written));
}

Result<std::size_t> BatchRead::add(const DocumentTable& table, const Item& key) {
  auto written = write_document_key(key);
  if (!written) return std::unexpected(located(std::move(written).error(), "batch_get", nullptr, table.name));
  std::vector<std::string> names;
  for (const auto& [name, value] : key) names.push_back(name);
  return add_key(nullptr, table.name, std::move(names), std::move(*written));
}

// Equal keys are read once and answered at each of their positions.
std::size_t BatchRead::add_key(Model model, std::string table, std::vector<std::string> names, std::string key) {
  reads_.add(std::move(model));
  names_[table].insert(std::move(names));
  const auto [entry, is_new] = by_identity_.try_emplace(table + '/' + key, keys_.size());
  if (is_new) keys_.push_back({std::move(table), std::move(key), std::nullopt});
  positions_.push_back(entry->second);
  return positions_.size() - 1;
}

Result<void> BatchRead::prepare() {
  if (keys_.empty())
    return std::unexpected(locate(Error(ErrorCode::kInvalidOperator, "the batch has no keys; add one")));
  begin(keys_.size());
  return {};
}

std::size_t BatchRead::chunk_size(std::span<const std::size_t> pending) const {
  return std::min(pending.size(), limits::kBatchGetKeys);
}

std::string BatchRead::body(std::span<const std::size_t> chunk) const {
  std::map<std::string, std::string> keys;  // table → keys, comma separated
  for (const std::size_t number : chunk) {
    std::string& list = keys[keys_[number].table];
    if (!list.empty()) list += ',';
    list += keys_[number].key;
  }
  std::string body = R"({"RequestItems":{)";
  value::WireWriter writer(body);
  bool first = true;
  for (const auto& [table, list] : keys) {
    if (!first) writer.raw(',');
    first = false;
    writer.key(table);
    writer.raw(R"({"Keys":[)");
    writer.raw(list);
    writer.raw(']');
    if (consistent_.contains(table)) writer.raw(R"(,"ConsistentRead":true)");
    writer.raw('}');
  }
  writer.raw("}}");
  return body;
}

BatchRead::Key* BatchRead::find(const std::string& table, value::WireElement item) {
  const auto names = names_.find(table);
  if (names == names_.end()) return nullptr;
  for (const auto& candidate : names->second) {
    const auto found = by_identity_.find(table + '/' + key_of_stored(item, candidate));
    if (found != by_identity_.end()) return &keys_[found->second];
  }
  return nullptr;
}

Result<void> BatchRead::take(const std::string& answer, std::vector<std::size_t>& unprocessed) {
  auto document = std::make_unique<value::WireDocument>();
  TT_TRY(value::WireObject root, read_body(*document, answer, "BatchGetItem"));
  value::WireObject tables;
  if (root.at_key("Responses").get(tables) == simdjson::SUCCESS) {
    for (const auto table : tables) {
      value::WireArray items;
      if (table.value.get(items) != simdjson::SUCCESS) continue;
      for (const value::WireElement item : items)
        if (Key* key = find(std::string(table.key), item)) key->item = item;
    }
  }
  documents_.push_back(std::move(document));
  if (root.at_key("UnprocessedKeys").get(tables) != simdjson::SUCCESS) return {};
  for (const auto table : tables) {
    value::WireArray keys;
    if (table.value.at_key("Keys").get(keys) != simdjson::SUCCESS) continue;
    for (const value::WireElement key : keys) {
      const Key* found = find(std::string(table.key), key);
      if (found == nullptr) {
        return fail(ErrorCode::kTransport,
                    "the service leaves a key unprocessed that was not asked for; check that the "
                    "address is a DynamoDB endpoint");
      }
      unprocessed.push_back(static_cast<std::size_t>(found - keys_.data()));
    }
  }
  return {};
}

Error BatchRead::incomplete(std::string_view when) const {
  return Error(ErrorCode::kBatchIncomplete,
               fmt::format("{} of {} keys were left unprocessed {}; the others are answered — read the left over ones "
                           "again, more slowly",
                           unfinished().size(), keys_.size(), when));
}

Error BatchRead::locate(Error error) const {
  const bool one_table = names_.size() == 1;
  return located(std::move(error), "batch_get", nullptr, one_table ? names_.begin()->first : std::string());
}

Detour BatchRead::before_ending(CallGroup& calls) {
  return reads_.next(calls, [this](std::size_t position) -> OpenedReads::Stored {
    const Key& key = keys_[positions_[position]];
    return {positions_[position], key.item ? &*key.item : nullptr, key.key};
  });
}

const value::WireElement* BatchRead::item(std::size_t position) const {
  if (reads_.is_encrypted(position)) return reads_.item(position);
  const auto& item = keys_[positions_[position]].item;
  return item ? &*item : nullptr;
}

std::vector<std::size_t> BatchRead::leftovers() const {
  std::vector<std::size_t> positions;
  for (std::size_t position = 0; position < positions_.size(); ++position)
    if (std::ranges::binary_search(unfinished(), positions_[position])) positions.push_back(position);
  return positions;
}

}  // namespace tabletheory::ops
