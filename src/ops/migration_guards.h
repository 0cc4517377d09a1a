// What a migration must not do, checked before anything is created (docs/spec/operations.md, "Tables"). Internal to
// ops.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/model.h"
#include "tabletheory/value.h"

namespace tabletheory::ops {

// How attributes go from a source model to a target model.
struct AttributeMapping {
  std::map<std::string, std::string> rename{};  // source attribute → target attribute
  std::vector<std::string> drop{};              // source attributes that are left behind

  // The target's attribute; nullptr when it is dropped.
  const std::string* target_of(const std::string& source) const;
};

// How encrypted attributes get across.
enum class EnvelopeCopy : std::uint8_t {
  kAsTheyAre,  // there are none, or the target reads the source's envelopes
  kAnew,       // read with the provider, and encrypted again
};
// ErrInvalidModel: names that are none. ErrMigrationEncryptionRequired: encrypted → plaintext and an encrypted
// attribute that is renamed (ErrInvalidModel too); without a provider plaintext → encrypted, and an envelope that is
// bound to its table.
Result<EnvelopeCopy> check_migration(const model::Model& source, const model::Model& target,
                                     const AttributeMapping& mapping, bool has_provider);

// The encrypted attributes whose envelopes are copied as they are.
std::vector<std::string> copied_envelopes(const model::Model& source, const AttributeMapping& mapping);
// A condition, in the service's words, that holds for items where one of the attributes is there and is no envelope.
// `names` receives its placeholders.
std::string not_an_envelope(const std::vector<std::string>& attributes, Map& names);

// An item as it is to be stored under the target; `copy` says whether its encrypted attributes are envelopes or still
// in the clear. ErrInvalidModel naming the attribute that does not fit; ErrInvalidEncryptedEnvelope for no envelope.
Result<void> check_stored(const model::Model& target, const Item& item, EnvelopeCopy copy);

}  // namespace tabletheory::ops
