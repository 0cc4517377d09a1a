#include "ops/sealing.h"

#include <algorithm>

#include "crypto/envelope.h"
#include "ops/item_writer.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

// Version 1 keys belong to no table; those of version 2 have theirs in KMS's encryption context.
bool share_key(const crypto::KeyPurpose& a, const crypto::KeyPurpose& b) {
  return a.version == b.version && (a.version < 2 || a.table == b.table);
}

Result<Value> value_of(const std::string& wire) {
  TT_TRY(Item item, item_from_wire_json(R"({"v":)" + wire + "}"));
  return std::move(*item.find("v"));
}

std::string wire_of(const crypto::Envelope& envelope) {
  std::string wire;
  value::WireWriter(wire).attribute(envelope.to_value());
  return wire;
}

}  // namespace

void Sealing::add(WritePlan& plan) {
  if (plan.unsealed.empty()) return;
  plans_.push_back(&plan);
  const std::size_t first = jobs_.size();
  for (UnsealedValue& value : plan.unsealed.all()) jobs_.push_back({&plan, &value});
  // The attributes of an item in byte order of their names, which the deterministic provider's draws depend on.
  std::ranges::sort(jobs_.begin() + static_cast<std::ptrdiff_t>(first), jobs_.end(), {},
                    [this](const Job& job) -> const std::string& { return attribute_of(job).name(); });
}

Detour Sealing::next(CallGroup& calls) {
  if (is_sealed_ || jobs_.empty()) return std::nullopt;
  if (!has_asked_) {
    calls.clear();
    TT_CHECK(ask(calls));
    has_asked_ = true;
  }
  if (auto step = calls.next()) return step;
  TT_CHECK(take_keys(calls));
  for (Job& job : jobs_) {
    if (auto sealed = seal(job); !sealed) return std::unexpected(job.plan->locate(std::move(sealed).error()));
  }
  TT_CHECK(check_sizes());
  for (Key& key : keys_) {
    const Bytes encrypted = key.key->encrypted;
    data_keys_.keep(key.purpose, encrypted, std::move(key.key->plaintext));
  }
  is_sealed_ = true;
  return std::nullopt;
}

// For each value in order: its key, then its nonce.
Result<void> Sealing::ask(CallGroup& calls) {
  for (Job& job : jobs_) {
    TT_TRY(job.key, key_for(job, calls));
    TT_TRY(job.nonce, environment_.keys->nonce(
                          purpose_of(*job.plan->model, attribute_of(job), keys_[job.key].purpose.version, {})));
  }
  return {};
}

Result<std::size_t> Sealing::key_for(const Job& job, CallGroup& calls) {
  const model::Attribute& attribute = attribute_of(job);
  crypto::KeyPurpose purpose =
      purpose_of(*job.plan->model, attribute, attribute.definition.encryption, job.plan->started);
  if (environment_.keys->reuses_key_within_operation()) {
    for (std::size_t i = 0; i < keys_.size(); ++i)
      if (share_key(keys_[i].purpose, purpose)) return i;
    count(job, purpose);
  } else {
    purpose.bytes = job.value->wire.size();
  }
  TT_TRY(auto generated, environment_.keys->generate(purpose));
  Key& key = keys_.emplace_back(Key{purpose, std::nullopt});
  if (auto* at_once = std::get_if<crypto::DataKey>(&generated)) {
    key.key = std::move(*at_once);
  } else {
    key.call = add_key_call(std::move(std::get<crypto::KeyRequest>(generated)), calls);
  }
  return keys_.size() - 1;
}

// How much the key that `job` is the first to need will have to seal.
void Sealing::count(const Job& job, crypto::KeyPurpose& purpose) const {
  purpose.values = 0;
  for (const Job* other = &job; other != jobs_.data() + jobs_.size(); ++other) {
    const model::Attribute& attribute = attribute_of(*other);
    if (!share_key(purpose, purpose_of(*other->plan->model, attribute, attribute.definition.encryption, {}))) continue;
    ++purpose.values;
    purpose.bytes += other->value->wire.size();
  }
}

Result<void> Sealing::take_keys(CallGroup& calls) {
  for (Key& key : keys_) {
    if (key.key) continue;
    auto generated = read_key_call(calls.outcome(key.call), [&](int status, std::string_view body) {
      return environment_.keys->read_generated(key.purpose, status, body);
    });
    if (!generated) return std::unexpected(jobs_.front().plan->locate(std::move(generated).error()));
    key.key = std::move(*generated);
  }
  return {};
}

Result<void> Sealing::seal(Job& job) {
  const model::Model& model = *job.plan->model;
  const crypto::DataKey& key = *keys_[job.key].key;
  const crypto::Binding binding{.version = keys_[job.key].purpose.version,
                                .table = model.document_table(),
                                .attribute = attribute_of(job).name(),
                                .key_json = job.plan->key};
  TT_TRY(const Value value, value_of(job.value->wire));
  TT_TRY(const auto envelope, crypto::seal(value, binding, key.plaintext, key.encrypted, std::move(job.nonce)));
  job.value->envelope = wire_of(envelope);
  return {};
}

// The service counts envelopes, not what is in them.
Result<void> Sealing::check_sizes() const {
  for (WritePlan* plan : plans_) {
    auto fits = Result<void>();
    if (!plan->item.empty()) {
      fits = check_item_size(plan->unsealed.sealed(plan->item));
    } else {
      for (const UnsealedValue& value : plan->unsealed.all()) {
        if (fits) fits = check_item_size("{" + plan->model->attribute(value.slot).json_key + value.envelope + "}");
      }
    }
    if (!fits) return std::unexpected(plan->locate(std::move(fits).error()));
  }
  return {};
}

}  // namespace tabletheory::ops
