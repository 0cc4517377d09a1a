// Capabilities: what a target can do. The ORM refuses what it cannot with ErrInvalidOperator, naming the capability and
// the target, before a request is sent.
//
//     Client::connect("http://scylla:8000", {.target = Capabilities::alternator()});
//     Client::over(mine, {.target = Capabilities::dynamodb().without(Capability::kPartiql)});
//
// A value; safe to share between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tabletheory {

enum class Capability : std::uint8_t {
  kTransactions,        // TransactWriteItems, TransactGetItems
  kPartiql,             // ExecuteStatement and its like
  kLocalIndexes,        // LSIs
  kIndexProjections,    // indexes that hold less than the whole item (KEYS_ONLY, INCLUDE)
  kMultiAttributeKeys,  // GSI keys of several attributes
  kTimeToLive,          // UpdateTimeToLive
  kStreams,             // a table's change stream
  kEncryptionAtRest,    // a table's SSESpecification
  kPointInTimeRecovery,
  kBackups,  // CreateBackup
  kTags,
  kDeletionProtection,
};
// "transactions", "GSI projections other than ALL", …
std::string_view capability_name(Capability capability);

class Capabilities {
 public:
  static Capabilities dynamodb();    // the service: everything
  static Capabilities embedded();    // the engine in this library: what connect("memory:") uses
  static Capabilities local();       // DynamoDB Local and stand-ins like it
  static Capabilities alternator();  // ScyllaDB's DynamoDB API

  // What messages call the target.
  const std::string& target() const { return target_; }
  bool has(Capability capability) const { return (lacking_ & bit(capability)) == 0; }

  Capabilities named(std::string target) const;
  Capabilities with(Capability capability) const;
  Capabilities without(Capability capability) const;

 private:
  Capabilities(std::string target, std::uint32_t lacking) : target_(std::move(target)), lacking_(lacking) {}
  static constexpr std::uint32_t bit(Capability capability) { return 1U << static_cast<unsigned>(capability); }
  std::string target_;
  std::uint32_t lacking_;
};

}  // namespace tabletheory
