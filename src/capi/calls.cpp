// Which operation is made by which function, and what every request may say.
#include "capi/calls.h"

#include <fmt/format.h>

#include <limits>

#include "capi/expressions.h"

namespace tabletheory::capi {
namespace {

using detail::WriteKind;

struct Maker {
  int operation;
  const char* name;
  CreatedCall (*make)(CallScope&, const Arguments&);
  bool can_explain = false;  // its maker minds CallScope::wants_explanation
};

constexpr Maker kMakers[] = {
    {TT_OP_ECHO, "ECHO", make_echo},
    {TT_OP_CREATE, "CREATE", [](CallScope& s, const Arguments& r) { return make_write(s, r, WriteKind::kCreate); },
     true},
    {TT_OP_PUT, "PUT", [](CallScope& s, const Arguments& r) { return make_write(s, r, WriteKind::kPut); }, true},
    {TT_OP_UPSERT, "UPSERT", [](CallScope& s, const Arguments& r) { return make_write(s, r, WriteKind::kUpsert); },
     true},
    {TT_OP_UPDATE, "UPDATE", [](CallScope& s, const Arguments& r) { return make_write(s, r, WriteKind::kUpdate); },
     true},
    {TT_OP_PATCH, "PATCH", [](CallScope& s, const Arguments& r) { return make_write(s, r, WriteKind::kPatch); }, true},
    {TT_OP_DELETE, "DELETE", make_delete, true},
    {TT_OP_GET, "GET", [](CallScope& s, const Arguments& r) { return make_get(s, r, true); }, true},
    {TT_OP_FIND, "FIND", [](CallScope& s, const Arguments& r) { return make_get(s, r, false); }, true},
    {TT_OP_BUILD, "BUILD", make_build, true},
    {TT_OP_UPDATE_EXPRESSION, "UPDATE_EXPRESSION", make_update_expression, true},
    {TT_OP_QUERY, "QUERY", [](CallScope& s, const Arguments& r) { return make_pages(s, r, false); }, true},
    {TT_OP_SCAN, "SCAN", [](CallScope& s, const Arguments& r) { return make_pages(s, r, true); }, true},
    {TT_OP_COUNT, "COUNT", make_count, true},
    {TT_OP_BATCH_GET, "BATCH_GET", make_batch_get},
    {TT_OP_BATCH_WRITE, "BATCH_WRITE", make_batch_write},
    {TT_OP_TRANSACT_WRITE, "TRANSACT_WRITE", make_transact_write, true},
    {TT_OP_TRANSACT_GET, "TRANSACT_GET", make_transact_get},
    {TT_OP_RAW_CALL, "RAW_CALL", make_raw_call},
    {TT_OP_CREATE_TABLE, "CREATE_TABLE",
     [](CallScope& s, const Arguments& r) { return make_create_table(s, r, false); }},
    {TT_OP_ENSURE_TABLE, "ENSURE_TABLE",
     [](CallScope& s, const Arguments& r) { return make_create_table(s, r, true); }},
    {TT_OP_DESCRIBE_TABLE, "DESCRIBE_TABLE", make_describe_table},
    {TT_OP_UPDATE_TABLE, "UPDATE_TABLE", make_update_table},
    {TT_OP_DELETE_TABLE, "DELETE_TABLE", make_delete_table},
    {TT_OP_WAIT_TABLE, "WAIT_TABLE", make_wait_table},
    {TT_OP_VERIFY_TABLE, "VERIFY_TABLE", make_verify_table},
    {TT_OP_ACQUIRE_LEASE, "ACQUIRE_LEASE", make_acquire_lease},
    {TT_OP_REFRESH_LEASE, "REFRESH_LEASE", make_refresh_lease},
    {TT_OP_RELEASE_LEASE, "RELEASE_LEASE", make_release_lease},
    {TT_OP_LEASE_CHECK, "LEASE_CHECK", make_lease_check},
    {TT_OP_TRANSITION, "TRANSITION", make_transition},
    {TT_OP_CHECK_DEPLOY_AUTHORITY, "CHECK_DEPLOY_AUTHORITY", make_check_deploy_authority},
    {TT_OP_READ_STREAM, "READ_STREAM", make_read_stream},
    {TT_OP_AGGREGATE, "AGGREGATE", make_aggregate},
    {TT_OP_MIGRATE, "MIGRATE", make_migrate},
};

const Maker* maker_of(std::int64_t operation) {
  for (const Maker& maker : kMakers) {
    if (maker.operation == operation) return &maker;
  }
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<CallScope>> CallScope::make(std::shared_ptr<ClientState> state, const Arguments& request) {
  auto scope = std::make_unique<CallScope>();
  scope->state_ = std::move(state);
  CallLimits limits{.cancel = scope->stop_.get_token()};
  TT_TRY(limits.timeout, request.milliseconds("timeout_ms"));
  TT_TRY(limits.deadline, request.time("deadline"));
  TT_TRY(const auto now, request.time("now"));
  TT_TRY(const auto seed, request.integer("seed"));
  TT_TRY(scope->explain_, request.flag("explain"));
  std::function<Timestamp()> clock;
  std::function<std::uint64_t()> random;
  if (now) clock = [now = *now] { return now; };
  if (seed) {
    random = [source = std::make_shared<SeededRandom>(static_cast<std::uint64_t>(*seed))] { return source->next(); };
  }
  scope->has_own_time_ = now || seed;
  scope->client_ = std::make_shared<const detail::ClientCore>(*scope->state_->client().core(), std::move(limits),
                                                              std::move(clock), std::move(random));
  return scope;
}

Result<const TableEntry*> CallScope::table(std::int64_t number) {
  const TableEntry* entry = state_->table(number);
  if (entry == nullptr) {
    return fail(ErrorCode::kInvalidModel, fmt::format("this client has opened no table {} (docs/c-abi.md)", number));
  }
  if (!has_own_time_) return entry;
  own_tables_.push_back({std::make_shared<const detail::TableCore>(*entry->table, client_), entry->instants});
  return &own_tables_.back();
}

Result<const TableEntry*> CallScope::table(const Arguments& arguments, std::string_view member) {
  TT_TRY(const auto number, arguments.integer(member));
  if (!number) return arguments.misfit(member, "the number of a table");
  return table(*number);
}

Result<std::vector<const TableEntry*>> CallScope::tables(const Arguments& arguments) {
  std::vector<const TableEntry*> entries;
  if (arguments.find("tables") == nullptr) {
    TT_TRY(const TableEntry* entry, table(arguments));
    entries.push_back(entry);
    return entries;
  }
  TT_TRY(const auto numbers, arguments.list("tables"));
  if (numbers.empty()) return arguments.misfit("tables", "a list of the numbers of tables");
  for (const Node* number : numbers) {
    if (!number->is_integer()) return arguments.misfit("tables", "a list of the numbers of tables");
    TT_TRY(const TableEntry* entry, table(number->integer));
    entries.push_back(entry);
  }
  return entries;
}

CreatedCall make_call(CallScope& scope, const Arguments& request) {
  TT_TRY(const std::int64_t operation, request.integer("op", 0));
  const Maker* maker = maker_of(operation);
  if (maker == nullptr) return request.misfit("op", "the number of an operation");
  if (scope.wants_explanation() && !maker->can_explain) {
    return fail(ErrorCode::kInvalidOperator, fmt::format("{} cannot be explained", maker->name));
  }
  TT_TRY(auto call, maker->make(scope, request));
  TT_CHECK(request.check_all_known());
  return call;
}

Result<Key> to_key(const TableEntry& table, const Node& node) {
  if (node.is_map()) {
    TT_TRY(Item attributes, to_item(table.table->model().get(), node));
    return Key::named(std::move(attributes));
  }
  std::vector<Value> values;
  if (node.tag == Tag::kList) {
    for (const Node& element : node.children()) {
      TT_TRY(Value value, to_value(element));
      values.push_back(std::move(value));
    }
  }
  if (values.empty() || values.size() > 2) {
    return fail(ErrorCode::kMissingPrimaryKey,
                "a key is a map of the key attributes, or a list of one or two values, partition key first");
  }
  if (values.size() == 1) return Key(std::move(values.front()));
  return Key(std::move(values.front()), std::move(values.back()));
}

void write_explanation(const Explanation& explanation, TapeWriter& out) {
  out.map(7);
  out.member("operation", explanation.operation);
  out.member("request", explanation.request);
  out.member("index", explanation.index);
  out.member("reason", explanation.reason);
  out.name("capacity_units");
  out.number(explanation.capacity_units);
  out.member("capacity_basis", explanation.capacity_basis);
  out.name("hints");
  out.list(explanation.hints.size());
  for (const std::string& hint : explanation.hints) out.string(hint);
}

}  // namespace tabletheory::capi
