// The makers of calls, by family. Each takes what docs/c-abi.md says and nothing else (calls.cpp checks the rest).
#pragma once

#include "capi/call.h"
#include "tabletheory/key.h"
#include "tabletheory/options.h"

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

// plain_calls.cpp
CreatedCall make_echo(CallScope& scope, const Arguments& request);
CreatedCall make_raw_call(CallScope& scope, const Arguments& request);

// Shared by the makers.
Result<Key> to_key(const TableEntry& table, const Node& node);
void write_explanation(const Explanation& explanation, TapeWriter& out);
// A LIST or condition of a read, `table` as it is to be read.
Result<detail::ReadPlan> to_read_plan(const Arguments& request, bool is_scan);
// The one table of a read, or the view of several.
Result<detail::TablePointer> to_read_table(const std::vector<const TableEntry*>& tables);

}  // namespace tabletheory::capi
