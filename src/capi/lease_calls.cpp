// Leases, release states, and the deploy-authority check.
#include "capi/calls.h"
#include "capi/values.h"
#include "ops/deploy_authority.h"
#include "ops/leases.h"

namespace tabletheory::capi {
namespace {

Result<ops::LeaseTable> to_lease_table(const Arguments& request) {
  TT_TRY(const Arguments given, request.require_map("lease_table"));
  ops::LeaseTable table;
  TT_TRY(table.table, given.require_text("table"));
  TT_TRY(table.partition_key, given.text("partition_key", table.partition_key));
  TT_TRY(table.sort_key, given.text("sort_key", table.sort_key));
  TT_TRY(table.sort_value, given.text("sort_value", table.sort_value));
  TT_TRY(table.token, given.text("token", table.token));
  TT_TRY(table.expires_at, given.text("expires_at", table.expires_at));
  TT_TRY(table.ttl, given.text("ttl", table.ttl));
  TT_TRY(const std::int64_t margin_s, given.integer("ttl_margin_s", table.ttl_margin.count()));
  table.ttl_margin = std::chrono::seconds(margin_s);
  TT_CHECK(given.check_all_known());
  return table;
}

Result<std::chrono::milliseconds> to_duration(const Arguments& request) {
  TT_TRY(const auto duration, request.milliseconds("duration_ms"));
  if (!duration) return request.misfit("duration_ms", "given");
  return *duration;
}

Result<ops::HeldLease> to_held_lease(const Arguments& request) {
  ops::HeldLease lease;
  TT_TRY(lease.name, request.require_text("name"));
  TT_TRY(lease.token, request.require_text("token"));
  TT_TRY(const auto expires_at, request.time("expires_at"));
  if (expires_at) lease.expires_at = expires_at->unix_seconds();
  return lease;
}

class LeaseCallOfTape final : public Call {
 public:
  LeaseCallOfTape(std::unique_ptr<ops::LeaseCall> call, bool gives_lease)
      : call_(std::move(call)), gives_lease_(gives_lease) {}
  ops::Operation* operation() override { return call_.get(); }
  Result<void> write(TapeWriter& out) override {
    if (!gives_lease_) {
      out.absent();
      return {};
    }
    const ops::HeldLease& lease = call_->lease();
    out.map(3);
    out.member("name", lease.name);
    out.member("token", lease.token);
    out.name("expires_at");
    out.time(Timestamp(lease.expires_at, 0));
    return {};
  }

 private:
  std::unique_ptr<ops::LeaseCall> call_;
  bool gives_lease_;
};

CreatedCall to_lease_call(ops::LeaseCall::Created created, bool gives_lease) {
  TT_TRY(auto call, std::move(created));
  return std::make_unique<LeaseCallOfTape>(std::move(call), gives_lease);
}

}  // namespace

CreatedCall make_acquire_lease(CallScope& scope, const Arguments& request) {
  TT_TRY(const ops::LeaseTable table, to_lease_table(request));
  TT_TRY(std::string name, request.require_text("name"));
  TT_TRY(const auto duration, to_duration(request));
  return to_lease_call(ops::LeaseCall::acquire(scope.client().environment(), table, std::move(name), duration), true);
}

CreatedCall make_refresh_lease(CallScope& scope, const Arguments& request) {
  TT_TRY(const ops::LeaseTable table, to_lease_table(request));
  TT_TRY(const ops::HeldLease lease, to_held_lease(request));
  TT_TRY(const auto duration, to_duration(request));
  return to_lease_call(ops::LeaseCall::refresh(scope.client().environment(), table, lease, duration), true);
}

CreatedCall make_release_lease(CallScope& scope, const Arguments& request) {
  TT_TRY(const ops::LeaseTable table, to_lease_table(request));
  TT_TRY(const ops::HeldLease lease, to_held_lease(request));
  return to_lease_call(ops::LeaseCall::release(scope.client().environment(), table, lease), false);
}

CreatedCall make_lease_check(CallScope& scope, const Arguments& request) {
  TT_TRY(const ops::LeaseTable table, to_lease_table(request));
  TT_TRY(const ops::HeldLease lease, to_held_lease(request));
  const ops::LeaseCheck check = ops::check_of_lease(table, lease, scope.client().environment().now());
  TapeWriter out;
  out.map(4);
  out.name("key");
  write_value(Value(check.key), out);
  out.member("condition", check.condition);
  out.name("names");
  out.map(check.names.size());
  for (const auto& [placeholder, name] : check.names) out.member(placeholder, name);
  out.name("values");
  write_value(Value(check.values), out);
  return std::make_unique<ReadyCall>(std::move(out));
}

CreatedCall make_check_deploy_authority(CallScope&, const Arguments& request) {
  TT_TRY(const Node* node, request.require("item"));
  TT_TRY(const Item item, to_item(nullptr, *node));
  TT_CHECK(ops::check_deploy_authority(item.find("provenance"), item.find("confidence")));
  TapeWriter out;
  out.absent();
  return std::make_unique<ReadyCall>(std::move(out));
}

}  // namespace tabletheory::capi
