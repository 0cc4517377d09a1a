// DataKeys: the plaintext data keys that one operation holds, each under the encrypted form it is stored in. Wiped with
// the operation. Also the two ways keys come: from the provider at once, or by a call to its service. Internal to ops.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/key_provider.h"
#include "model/model.h"
#include "ops/call.h"

namespace tabletheory::ops {

class DataKeys {
 public:
  // nullptr: not at hand. A key of version 2 belongs to its table.
  const crypto::Secret* find(const crypto::KeyPurpose& purpose, const Bytes& encrypted) const;
  void keep(const crypto::KeyPurpose& purpose, const Bytes& encrypted, crypto::Secret key);
  std::size_t size() const { return keys_.size(); }
  void clear() { keys_.clear(); }

 private:
  std::unordered_map<std::string, crypto::Secret> keys_;
};

// What a key for one attribute of a model is asked for. `version` is the envelope's. Borrows from both.
crypto::KeyPurpose purpose_of(const model::Model& model, const model::Attribute& attribute, int version,
                              const Timestamp& now);

// Adds a provider's request to the operation's calls; the value is the call's number. Asking for a key changes nothing,
// so it is repeated like a read.
std::size_t add_key_call(crypto::KeyRequest request, CallGroup& calls);

// The answer to such a call, read by `read(status, body)` and wiped: it holds a key. A refusal of the service becomes
// the provider's error.
template <class Read>
auto read_key_call(Outcome& outcome, Read read) -> decltype(read(0, std::string_view())) {
  if (outcome.response) {
    auto key = read(outcome.response->status, outcome.response->body);
    crypto::wipe(outcome.response->body);
    return key;
  }
  if (!outcome.refused) return std::unexpected(*outcome.error);
  auto refused = read(outcome.refused->status, outcome.refused->body);
  if (refused) return refused;
  const Error& error = refused.error();
  return std::unexpected(Error(Error(error).from_service(error.service_type(), outcome.refused->request_id,
                                                         outcome.refused->status, error.retryable())));
}

}  // namespace tabletheory::ops
