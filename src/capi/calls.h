// The makers of calls, by family. Each takes what docs/c-abi.md says and nothing else (calls.cpp checks the rest).
#pragma once

#include "capi/call.h"
#include "tabletheory/key.h"
#include "tabletheory/options.h"
#include "tabletheory/table_options.h"

namespace tabletheory::capi {

// item_calls.cpp
CreatedCall make_write(CallScope& scope, const Arguments& request, detail::WriteKind kind);
CreatedCall make_delete(CallScope& scope, const Arguments& request);
CreatedCall make_get(CallScope& scope, const Arguments& request, bool required);
CreatedCall make_build(CallScope& scope, const Arguments& request);
CreatedCall make_update_expression(CallScope& scope, const Arguments& request);

// read_calls.cpp
CreatedCall make_pages(CallScope& scope, const Arguments& request, bool is_scan);
CreatedCall make_count(CallScope& scope, const Arguments& request);

// batch_calls.cpp
CreatedCall make_batch_get(CallScope& scope, const Arguments& request);
CreatedCall make_batch_write(CallScope& scope, const Arguments& request);
CreatedCall make_transact_get(CallScope& scope, const Arguments& request);
CreatedCall make_transact_write(CallScope& scope, const Arguments& request);
CreatedCall make_transition(CallScope& scope, const Arguments& request);

// table_calls.cpp
CreatedCall make_create_table(CallScope& scope, const Arguments& request, bool may_exist);
CreatedCall make_describe_table(CallScope& scope, const Arguments& request);
CreatedCall make_update_table(CallScope& scope, const Arguments& request);
CreatedCall make_delete_table(CallScope& scope, const Arguments& request);
CreatedCall make_wait_table(CallScope& scope, const Arguments& request);
CreatedCall make_verify_table(CallScope& scope, const Arguments& request);

// lease_calls.cpp
CreatedCall make_acquire_lease(CallScope& scope, const Arguments& request);
CreatedCall make_refresh_lease(CallScope& scope, const Arguments& request);
CreatedCall make_release_lease(CallScope& scope, const Arguments& request);
CreatedCall make_lease_check(CallScope& scope, const Arguments& request);
CreatedCall make_check_deploy_authority(CallScope& scope, const Arguments& request);

// stream_calls.cpp
CreatedCall make_read_stream(CallScope& scope, const Arguments& request);

// whole_table_calls.cpp
CreatedCall make_aggregate(CallScope& scope, const Arguments& request);
CreatedCall make_migrate(CallScope& scope, const Arguments& request);

// plain_calls.cpp
CreatedCall make_echo(CallScope& scope, const Arguments& request);
CreatedCall make_raw_call(CallScope& scope, const Arguments& request);

// Shared by the makers.
Result<Key> to_key(const TableEntry& table, const Node& node);
// How a table is to be made.
Result<TableOptions> to_table_options(const Arguments& request);
void write_explanation(const Explanation& explanation, TapeWriter& out);
// A LIST or condition of a read, `table` as it is to be read.
Result<detail::ReadPlan> to_read_plan(const Arguments& request, bool is_scan);
// The one table of a read, or the view of several.
Result<detail::TablePointer> to_read_table(const std::vector<const TableEntry*>& tables);

}  // namespace tabletheory::capi
