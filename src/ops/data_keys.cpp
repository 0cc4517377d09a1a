#include "ops/data_keys.h"

namespace tabletheory::ops {
namespace {

std::string id_of(const crypto::KeyPurpose& purpose, const Bytes& encrypted) {
  std::string id = purpose.version < 2 ? std::string() : std::string(purpose.table);
  id += '\0';  // no table name holds it
  id.append(encrypted.begin(), encrypted.end());
  return id;
}

}  // namespace

const crypto::Secret* DataKeys::find(const crypto::KeyPurpose& purpose, const Bytes& encrypted) const {
  const auto found = keys_.find(id_of(purpose, encrypted));
  return found == keys_.end() ? nullptr : &found->second;
}

void DataKeys::keep(const crypto::KeyPurpose& purpose, const Bytes& encrypted, crypto::Secret key) {
  keys_.insert_or_assign(id_of(purpose, encrypted), std::move(key));
}

crypto::KeyPurpose purpose_of(const model::Model& model, const model::Attribute& attribute, int version,
                              const Timestamp& now) {
  return {.version = version,
          .model = model.name(),
          .table = model.document_table(),
          .attribute = attribute.name(),
          .now = now};
}

std::size_t add_key_call(crypto::KeyRequest request, CallGroup& calls) {
  return calls.add(request.operation, std::move(request.body), Repeat::kRead, Service::kKms);
}

}  // namespace tabletheory::ops
