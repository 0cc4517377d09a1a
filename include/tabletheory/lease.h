// Leases: the right to do something alone, for a while (docs/leases.md). One item of a table each.
//
//     const tabletheory::Leases leases(client, "locks");
//     auto lease = leases.acquire("nightly-report", 30s);      // Result<Lease>; ErrLeaseHeld: somebody else is at it
//     …
//     lease = leases.refresh(*lease, 30s);                     // ErrLeaseNotOwned: it is lost, stop
//     …
//     leases.release(*lease);                                  // succeeds even when it is not ours any more
//
// A lease ends by itself; nothing refreshes it behind your back. Holder and challengers compare `lease_expires_at` with
// their own clocks, so leave more room than the clocks may differ. Where a late holder could still do harm, check the
// lease in the same transaction as the work (docs/leases.md).
//
// Handles: cheap to copy, immutable, safe to share between threads. Errors besides: those of single writes (Table).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "tabletheory/client.h"
#include "tabletheory/condition.h"
#include "tabletheory/key.h"

namespace tabletheory {

// Names of the attributes, and how a lease is kept.
struct LeaseOptions {
  std::string partition_key = "pk";  // S: the lease's name
  std::string sort_key = "sk";       // S; empty: the table has none
  std::string sort_value = "LOCK";   // of the sort key
  std::string token = "lease_token";
  std::string expires_at = "lease_expires_at";  // N, Unix seconds
  std::string ttl = "ttl";                      // N, Unix seconds; empty: not written
  std::chrono::seconds ttl_margin{3600};        // `ttl` = the lease's end and this
};

// A lease as its holder knows it. A value.
struct Lease {
  std::string name;
  std::string token;     // drawn at random for each acquire; whoever has it is the holder
  Timestamp expires_at;  // a whole second
};

class Leases {
 public:
  Leases(Client client, std::string table, LeaseOptions options = {});

  // Takes the lease if nobody holds it or it has ended. ErrLeaseHeld otherwise, ErrMissingPrimaryKey for an empty name,
  // ErrInvalidModel for a duration that is not positive. Ends are rounded up to whole seconds.
  Result<Lease> acquire(std::string name, std::chrono::milliseconds duration) const;
  // Keeps it, from now on for `duration`. ErrLeaseNotOwned when it has ended or is somebody else's.
  Result<Lease> refresh(const Lease& lease, std::chrono::milliseconds duration) const;
  // Gives it back. Not an error when it has ended or is somebody else's: theirs is left alone.
  Result<void> release(const Lease& lease) const;

  // For a transaction with the work that the lease protects: the item's key, and that the lease is still held.
  //
  //     transaction.check(client.documents("locks"), leases.key_of(*lease), {.condition = leases.is_held(*lease)});
  Key key_of(const Lease& lease) const;
  Condition is_held(const Lease& lease) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tabletheory
