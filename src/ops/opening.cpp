#include "ops/opening.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/guards.h"
#include "ops/key_identity.h"

namespace tabletheory::ops {
namespace {

// Requests for keys in flight at once: a page may hold a thousand items, each with a key of its own.
constexpr std::size_t kKeysAtOnce = 16;

Error in_model(Error error, const model::Model& model) {
  return Error(std::move(error).at("", model.name(), model.table()));
}

Result<crypto::Envelope> read_envelope(const model::Attribute& attribute, value::WireElement stored) {
  const auto value = value::read_value(stored);
  // The content of an envelope is nobody's secret, but what is stored in its place may be.
  TT_TRY(crypto::Envelope envelope, crypto::Envelope::from_value(value ? *value : Value(), attribute.name()));
  if (envelope.version <= attribute.definition.encryption) return envelope;
  return fail(ErrorCode::kInvalidEncryptedEnvelope,
              fmt::format("the stored value of encrypted attribute '{}' is an envelope of version {}, and the model "
                          "declares version {}; declare `encryption: {{v: {}}}`",
                          attribute.name(), envelope.version, attribute.definition.encryption, envelope.version));
}

}  // namespace

Error during(std::string_view operation, const Error& error) {
  return Error(Error(error).at(operation, error.model(), error.table()));
}

Opening::Opening(const Environment& environment, DataKeys& keys) : environment_(environment), keys_(keys) {}

std::size_t Opening::add(Model model, value::WireElement stored, std::string key) {
  items_.push_back({std::move(model), stored, std::move(key)});
  return items_.size() - 1;
}

Detour Opening::next(CallGroup& calls) {
  if (is_opened_) return std::nullopt;
  if (!is_begun_) {
    is_begun_ = true;
    now_ = environment_.now();
    TT_CHECK(find_envelopes());
  }
  for (;;) {
    if (auto step = calls.next()) return step;
    TT_CHECK(take_keys(calls));
    if (next_value_ == values_.size()) break;
    TT_CHECK(ask_for_keys(calls));
  }
  TT_CHECK(open_values());
  TT_CHECK(rewrite());
  is_opened_ = true;
  return std::nullopt;
}

Result<void> Opening::find_envelopes() {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!items_[i].model || !items_[i].model->has_encrypted_attributes()) continue;
    auto found = find_envelopes(i);
    if (!found) return std::unexpected(in_model(std::move(found).error(), *items_[i].model));
  }
  return {};
}

Result<void> Opening::find_envelopes(std::size_t number) {
  OpenedItem& item = items_[number];
  value::WireObject object;
  if (item.stored.get(object) != simdjson::SUCCESS) return {};
  std::size_t hint = 0;
  for (const auto [name, stored] : object) {
    const std::size_t slot = item.model->slot_of(name, hint);
    hint = slot + 1;
    if (slot == model::kNoSlot || item.model->attribute(slot).definition.encryption == 0) continue;
    TT_TRY(crypto::Envelope envelope, read_envelope(item.model->attribute(slot), stored));
    const bool needs_key = envelope.version >= 2;
    values_.push_back({number, slot, std::move(envelope), std::nullopt});
    item.has_envelopes = true;
    if (!needs_key || !item.key.empty()) continue;
    item.key = key_of_stored(item.stored, key_names(*item.model));
    if (item.key.empty()) {
      return fail(ErrorCode::kInternal,
                  "an item was read without its key, which its envelopes are bound to; please "
                  "report this");
    }
  }
  return {};
}

crypto::KeyPurpose Opening::purpose_of(const SealedValue& value) const {
  const model::Model& model = *items_[value.item].model;
  return ops::purpose_of(model, model.attribute(value.slot), value.envelope.version, now_);
}

// The next keys that are not at hand.
Result<void> Opening::ask_for_keys(CallGroup& calls) {
  const auto is_asked_for = [&](const crypto::KeyPurpose& purpose, const Bytes& encrypted) {
    return std::ranges::any_of(key_calls_, [&](const KeyCall& call) {
      const SealedValue& other = values_[call.value];
      const auto others = purpose_of(other);
      return other.envelope.encrypted_data_key == encrypted && others.version == purpose.version &&
             (purpose.version < 2 || others.table == purpose.table);
    });
  };
  for (; next_value_ < values_.size() && key_calls_.size() < kKeysAtOnce; ++next_value_) {
    const SealedValue& value = values_[next_value_];
    const crypto::KeyPurpose purpose = purpose_of(value);
    const Bytes& encrypted = value.envelope.encrypted_data_key;
    if (keys_.find(purpose, encrypted) != nullptr || is_asked_for(purpose, encrypted)) continue;
    auto key = environment_.keys->decrypt(encrypted, purpose);
    if (!key) return std::unexpected(in_model(std::move(key).error(), *items_[value.item].model));
    if (auto* at_once = std::get_if<crypto::Secret>(&*key)) {
      keys_.keep(purpose, encrypted, std::move(*at_once));
    } else {
      key_calls_.push_back({next_value_, add_key_call(std::move(std::get<crypto::KeyRequest>(*key)), calls)});
    }
  }
  return {};
}

Result<void> Opening::take_keys(CallGroup& calls) {
  for (const KeyCall& call : key_calls_) {
    const SealedValue& value = values_[call.value];
    const crypto::KeyPurpose purpose = purpose_of(value);
    auto key = read_key_call(calls.outcome(call.call), [&](int status, std::string_view body) {
      return environment_.keys->read_decrypted(value.envelope.encrypted_data_key, purpose, status, body);
    });
    if (!key) return std::unexpected(in_model(std::move(key).error(), *items_[value.item].model));
    keys_.keep(purpose, value.envelope.encrypted_data_key, std::move(*key));
  }
  key_calls_.clear();
  return {};
}

Result<void> Opening::open_values() {
  for (SealedValue& value : values_) {
    const OpenedItem& item = items_[value.item];
    const crypto::Binding binding{.version = value.envelope.version,
                                  .table = item.model->document_table(),
                                  .attribute = item.model->attribute(value.slot).name(),
                                  .key_json = item.key};
    const crypto::Secret* key = keys_.find(purpose_of(value), value.envelope.encrypted_data_key);
    auto opened = crypto::open(value.envelope, binding, *key);
    if (!opened) return std::unexpected(in_model(std::move(opened).error(), *item.model));
    value.opened = std::move(*opened);
  }
  return {};
}

// The items with envelopes as one array, their values in the clear.
Result<void> Opening::rewrite() {
  if (values_.empty()) return {};
  std::string text = "[";
  value::WireWriter writer(text);
  std::size_t next = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!items_[i].has_envelopes) continue;
    if (text.size() > 1) writer.raw(',');
    bool first = true;
    value::WireObject object;
    if (items_[i].stored.get(object) != simdjson::SUCCESS) continue;  // it was one when its envelopes were found
    writer.raw('{');
    for (const auto [name, stored] : object) {
      if (!first) writer.raw(',');
      first = false;
      writer.key(name);
      const bool is_opened = next < values_.size() && values_[next].item == i &&
                             items_[i].model->attribute(values_[next].slot).name() == name;
      if (is_opened) {
        writer.attribute(*values_[next++].opened);
      } else {
        writer.raw(simdjson::minify(stored));
      }
    }
    writer.raw('}');
  }
  writer.raw(']');
  auto document = std::make_shared<value::WireDocument>();
  TT_TRY(const value::WireElement root, document->parse(text));
  value::WireArray opened;
  if (root.get(opened) != simdjson::SUCCESS) return {};
  auto element = opened.begin();
  for (OpenedItem& item : items_) {
    if (!item.has_envelopes) continue;
    item.stored = *element;
    ++element;
  }
  document_ = std::move(document);
  return {};
}

}  // namespace tabletheory::ops
