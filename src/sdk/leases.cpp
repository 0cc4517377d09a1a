#include "ops/leases.h"

#include "sdk/driver.h"
#include "tabletheory/lease.h"

namespace tabletheory {
namespace {

ops::HeldLease to_held(const Lease& lease) {
  return {lease.name, lease.token, lease.expires_at.unix_seconds()};
}

Result<Lease> run(const Client& client, ops::LeaseCall::Created created) {
  TT_TRY(const auto call, std::move(created));
  TT_CHECK(detail::Driver(*client.core()).run(*call));
  const ops::HeldLease& lease = call->lease();
  return Lease{lease.name, lease.token, Timestamp(lease.expires_at, 0)};
}

}  // namespace

struct Leases::State {
  Client client;
  ops::LeaseTable table;
  const ops::Environment& environment() const { return client.core()->environment(); }
};

Leases::Leases(Client client, std::string table, LeaseOptions options)
    : state_(std::make_shared<const State>(State{std::move(client),
                                                 {.table = std::move(table),
                                                  .partition_key = std::move(options.partition_key),
                                                  .sort_key = std::move(options.sort_key),
                                                  .sort_value = std::move(options.sort_value),
                                                  .token = std::move(options.token),
                                                  .expires_at = std::move(options.expires_at),
                                                  .ttl = std::move(options.ttl),
                                                  .ttl_margin = options.ttl_margin}})) {}

Result<Lease> Leases::acquire(std::string name, std::chrono::milliseconds duration) const {
  return run(state_->client, ops::LeaseCall::acquire(state_->environment(), state_->table, std::move(name), duration));
}

Result<Lease> Leases::refresh(const Lease& lease, std::chrono::milliseconds duration) const {
  return run(state_->client, ops::LeaseCall::refresh(state_->environment(), state_->table, to_held(lease), duration));
}

Result<void> Leases::release(const Lease& lease) const {
  TT_CHECK(run(state_->client, ops::LeaseCall::release(state_->environment(), state_->table, to_held(lease))));
  return {};
}

Key Leases::key_of(const Lease& lease) const {
  return Key::named(ops::check_of_lease(state_->table, to_held(lease), Timestamp()).key);
}

Condition Leases::is_held(const Lease& lease) const {
  auto check = ops::check_of_lease(state_->table, to_held(lease), state_->environment().now());
  return raw_condition(std::move(check.condition), check.names, std::move(check.values));
}

}  // namespace tabletheory
