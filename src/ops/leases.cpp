#include "ops/leases.h"

#include <fmt/format.h>

#include "ops/client_token.h"
#include "ops/stored_attributes.h"
#include "ops/write_conditions.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using std::chrono::milliseconds;

expr::Condition compare(const std::string& attribute, expr::Comparator comparator, Value value) {
  return expr::Condition::compare(expr::Operand::of(expr::Path::attribute(attribute)), comparator,
                                  expr::Operand::of(std::move(value)));
}

Item key_of(const LeaseTable& table, const std::string& name) {
  Item key{{table.partition_key, name}};
  if (!table.sort_key.empty()) key.set(table.sort_key, table.sort_value);
  return key;
}

// `{"TableName":…,"Item":{…}`, open for more members.
std::string begin_body(const LeaseTable& table, std::string_view member, const Item& item) {
  std::string body;
  value::WireWriter writer(body);
  writer.raw(R"({"TableName":)");
  writer.string(table.table);
  writer.raw(',');
  writer.key(member);
  writer.item(item);
  return body;
}

Result<void> check(const std::string& name, milliseconds duration) {
  if (name.empty()) return fail(ErrorCode::kMissingPrimaryKey, "a lease needs a name");
  if (duration <= milliseconds::zero()) {
    return fail(ErrorCode::kInvalidModel, "a lease needs a duration of more than nothing");
  }
  return {};
}

// When a lease taken now ends: never sooner than asked for.
std::int64_t end_of(const Timestamp& now, milliseconds duration) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(
      std::chrono::nanoseconds(now.nanoseconds()) + std::chrono::nanoseconds(duration % std::chrono::seconds(1)));
  return now.unix_seconds() + std::chrono::duration_cast<std::chrono::seconds>(duration).count() + whole.count();
}

std::string_view service_operation_of(std::uint8_t kind) {
  constexpr std::string_view kNames[] = {"PutItem", "UpdateItem", "DeleteItem"};
  return kNames[kind];
}

std::string_view name_of(std::uint8_t kind) {
  constexpr std::string_view kNames[] = {"lease_acquire", "lease_refresh", "lease_release"};
  return kNames[kind];
}

}  // namespace

LeaseCheck check_of_lease(const LeaseTable& table, const HeldLease& lease, const Timestamp& now) {
  return {.key = key_of(table, lease.name),
          .condition = "#lease_token = :lease_token AND #lease_end > :now",
          .names = {{"#lease_token", table.token}, {"#lease_end", table.expires_at}},
          .values = {{":lease_token", lease.token}, {":now", now.unix_seconds()}}};
}

LeaseCall::LeaseCall(const Environment& environment, Kind kind, std::string body, const LeaseTable& table,
                     HeldLease lease)
    : SingleCall(environment, service_operation_of(static_cast<std::uint8_t>(kind)), std::move(body), Repeat::kAlways),
      kind_(kind),
      table_(table.table),
      expires_at_(table.expires_at),
      lease_(std::move(lease)) {}

LeaseCall::Created LeaseCall::acquire(const Environment& environment, const LeaseTable& table, std::string name,
                                      milliseconds duration) {
  TT_CHECK(check(name, duration));
  const Timestamp now = environment.now();
  HeldLease lease{std::move(name), random_token(environment), end_of(now, duration)};

  Item item = key_of(table, lease.name);
  item.set(table.token, lease.token);
  item.set(table.expires_at, lease.expires_at);
  if (!table.ttl.empty()) item.set(table.ttl, lease.expires_at + table.ttl_margin.count());
  std::vector<expr::Condition> free;
  free.push_back(not_exists(table.partition_key));
  free.push_back(compare(table.expires_at, expr::Comparator::kLe, now.unix_seconds()));
  free.push_back(compare(table.token, expr::Comparator::kEq, lease.token));
  ExpressionMembers members;
  members.add_condition({expr::Condition::any_of(std::move(free))});
  std::string body =
      begin_body(table, "Item", item) + members.finish() + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";
  return std::unique_ptr<LeaseCall>(
      new LeaseCall(environment, Kind::kAcquire, std::move(body), table, std::move(lease)));
}

LeaseCall::Created LeaseCall::refresh(const Environment& environment, const LeaseTable& table, const HeldLease& lease,
                                      milliseconds duration) {
  TT_CHECK(check(lease.name, duration));
  const Timestamp now = environment.now();
  HeldLease longer{lease.name, lease.token, end_of(now, duration)};

  expr::Update update;
  const auto set = [&](const std::string& attribute, std::int64_t seconds) {
    expr::UpdateAction action;
    action.path = expr::Path::attribute(attribute);
    action.value = expr::Operand::of(Value(seconds));
    update.actions.push_back(std::move(action));
  };
  set(table.expires_at, longer.expires_at);
  if (!table.ttl.empty()) set(table.ttl, longer.expires_at + table.ttl_margin.count());
  ExpressionMembers members;
  members.add("UpdateExpression", members.printer.update(update));
  members.add_condition({compare(table.token, expr::Comparator::kEq, lease.token),
                         compare(table.expires_at, expr::Comparator::kGt, now.unix_seconds())});
  std::string body = begin_body(table, "Key", key_of(table, lease.name)) + members.finish() + "}";
  return std::unique_ptr<LeaseCall>(
      new LeaseCall(environment, Kind::kRefresh, std::move(body), table, std::move(longer)));
}

LeaseCall::Created LeaseCall::release(const Environment& environment, const LeaseTable& table, const HeldLease& lease) {
  if (lease.name.empty()) return fail(ErrorCode::kMissingPrimaryKey, "a lease needs a name");
  ExpressionMembers members;
  members.add_condition({compare(table.token, expr::Comparator::kEq, lease.token)});
  std::string body = begin_body(table, "Key", key_of(table, lease.name)) + members.finish() + "}";
  return std::unique_ptr<LeaseCall>(new LeaseCall(environment, Kind::kRelease, std::move(body), table, lease));
}

Result<void> LeaseCall::settle(Outcome& outcome) {
  if (outcome.response) return {};
  if (!outcome.refusal || !outcome.refusal->is_condition_failure()) {
    return std::unexpected(locate(std::move(*outcome.error)));
  }
  switch (kind_) {
    case Kind::kAcquire:
      return std::unexpected(locate(held(outcome)));
    case Kind::kRefresh:
      return std::unexpected(locate(
          Error(ErrorCode::kLeaseNotOwned,
                fmt::format(
                    "lease \"{}\" has ended or is somebody else's now; stop the work it protects, and acquire it anew",
                    lease_.name))));
    case Kind::kRelease:
      break;  // it is not ours any more, which is what the caller wants
  }
  return {};
}

// Says until when. The other holder's token is nobody's business.
Error LeaseCall::held(const Outcome& outcome) const {
  std::string until = "for now";
  if (outcome.refusal->item) {
    const auto seconds = stored_number(*outcome.refusal->item, expires_at_);
    const auto whole = seconds ? seconds->to_int64() : Result<std::int64_t>(fail(ErrorCode::kInternal, ""));
    if (whole) until = "until " + Timestamp(*whole, 0).to_string();
  }
  return Error(ErrorCode::kLeaseHeld,
               fmt::format("lease \"{}\" is held by somebody else {}; try again later", lease_.name, until));
}

Error LeaseCall::locate(Error error) const {
  return std::move(error).at(name_of(static_cast<std::uint8_t>(kind_)), "", table_);
}

}  // namespace tabletheory::ops
