#include "tabletheory/capabilities.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "ops/capability_check.h"

namespace tabletheory {
namespace {

struct Preset {
  std::string_view target;
  std::initializer_list<Capability> lacks;
};

// What each known target lacks: the one table of it. Those of Alternator and DynamoDB Local are from what is known of
// them, not checked against a running one; a caller who knows better says so with `with` and `without`.
constexpr Preset kDynamoDb{"DynamoDB", {}};
constexpr Preset kEmbedded{"the embedded engine",
                           {Capability::kPartiql, Capability::kStreams, Capability::kEncryptionAtRest,
                            Capability::kPointInTimeRecovery, Capability::kBackups}};
constexpr Preset kLocal{"DynamoDB Local",
                        {Capability::kEncryptionAtRest, Capability::kPointInTimeRecovery, Capability::kBackups,
                         Capability::kTags, Capability::kMultiAttributeKeys}};
constexpr Preset kAlternator{"Alternator",
                             {Capability::kTransactions, Capability::kPartiql, Capability::kIndexProjections,
                              Capability::kMultiAttributeKeys, Capability::kEncryptionAtRest,
                              Capability::kPointInTimeRecovery, Capability::kBackups, Capability::kDeletionProtection}};

constexpr std::pair<Capability, std::string_view> kNames[] = {
    {Capability::kTransactions, "transactions"},
    {Capability::kPartiql, "PartiQL"},
    {Capability::kLocalIndexes, "local secondary indexes"},
    {Capability::kIndexProjections, "index projections other than ALL"},
    {Capability::kMultiAttributeKeys, "index keys of several attributes"},
    {Capability::kTimeToLive, "time to live"},
    {Capability::kStreams, "streams"},
    {Capability::kEncryptionAtRest, "settings of encryption at rest"},
    {Capability::kPointInTimeRecovery, "point-in-time recovery"},
    {Capability::kBackups, "backups"},
    {Capability::kTags, "tags"},
    {Capability::kDeletionProtection, "deletion protection"},
};

}  // namespace

std::string_view capability_name(Capability capability) {
  for (const auto& [known, name] : kNames)
    if (known == capability) return name;
  return "an unknown capability";
}

Capabilities Capabilities::with(Capability capability) const {
  return {target_, lacking_ & ~bit(capability)};
}

Capabilities Capabilities::without(Capability capability) const {
  return {target_, lacking_ | bit(capability)};
}

Capabilities Capabilities::named(std::string target) const {
  return {std::move(target), lacking_};
}

namespace {

Capabilities from_preset(const Preset& preset, Capabilities all) {
  all = all.named(std::string(preset.target));
  for (const Capability capability : preset.lacks) all = all.without(capability);
  return all;
}

}  // namespace

Capabilities Capabilities::dynamodb() {
  return {std::string(kDynamoDb.target), 0};
}
Capabilities Capabilities::embedded() {
  return from_preset(kEmbedded, dynamodb());
}
Capabilities Capabilities::local() {
  return from_preset(kLocal, dynamodb());
}
Capabilities Capabilities::alternator() {
  return from_preset(kAlternator, dynamodb());
}

namespace ops {

Result<void> require(const Capabilities& target, Capability capability, std::string_view remedy) {
  if (target.has(capability)) return {};
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("{} has no {}; {}", target.target(), capability_name(capability), remedy));
}

}  // namespace ops
}  // namespace tabletheory
