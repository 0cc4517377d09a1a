// Leases: exclusive rights that end by themselves, one item each (docs/leases.md).
//
//     auto call = LeaseCall::acquire(environment, leases, "nightly-report", 30s);
//     …drive **call…                             // ErrLeaseHeld while somebody else has it
//     (*call)->lease();                          // token, and when it ends
//
// Times are whole Unix seconds. A lease whose `lease_expires_at` is at or before now has ended. Every request is safe
// to repeat: an acquire accepts an item with its own fresh token, so the echo of a lost answer is not taken for another
// holder. `environment` must outlive the operation.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ops/single_call.h"

namespace tabletheory::ops {

// Where leases lie and how their attributes are called.
struct LeaseTable {
  std::string table;
  std::string partition_key = "pk";
  std::string sort_key = "sk";  // empty: the table has none
  std::string sort_value = "LOCK";
  std::string token = "lease_token";
  std::string expires_at = "lease_expires_at";
  std::string ttl = "ttl";                // empty: not written
  std::chrono::seconds ttl_margin{3600};  // how long an ended lease stays before the service sweeps it
};

struct HeldLease {
  std::string name;
  std::string token;
  std::int64_t expires_at = 0;  // Unix seconds
};

// For a transaction with the work that a lease protects: the lease's item, and the condition that it is still held.
struct LeaseCheck {
  Item key;
  std::string condition;
  std::map<std::string, std::string> names;
  Map values;
};
LeaseCheck check_of_lease(const LeaseTable& table, const HeldLease& lease, const Timestamp& now);

class LeaseCall final : public SingleCall {
 public:
  using Created = Result<std::unique_ptr<LeaseCall>>;

  // ErrLeaseHeld; ErrMissingPrimaryKey for an empty name, ErrInvalidModel for a duration that is not positive.
  static Created acquire(const Environment& environment, const LeaseTable& table, std::string name,
                         std::chrono::milliseconds duration);
  // From now on for `duration`. ErrLeaseNotOwned when the lease has ended or has another token.
  static Created refresh(const Environment& environment, const LeaseTable& table, const HeldLease& lease,
                         std::chrono::milliseconds duration);
  // Succeeds when the lease is not ours any more.
  static Created release(const Environment& environment, const LeaseTable& table, const HeldLease& lease);

  // After Done, of acquire and refresh.
  const HeldLease& lease() const { return lease_; }

 private:
  enum class Kind : std::uint8_t { kAcquire, kRefresh, kRelease };
  LeaseCall(const Environment& environment, Kind kind, std::string body, const LeaseTable& table, HeldLease lease);
  Result<void> settle(Outcome& outcome) override;
  Error held(const Outcome& outcome) const;
  Error locate(Error error) const;

  Kind kind_;
  std::string table_, expires_at_;
  HeldLease lease_;
};

}  // namespace tabletheory::ops
