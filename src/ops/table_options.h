// The options of tables (tabletheory/table_options.h) as requests say them, and whether a target can do what they ask
// for. Internal to ops.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ops/table_shape.h"
#include "tabletheory/capabilities.h"
#include "tabletheory/table_options.h"

namespace tabletheory::ops {

std::string_view stream_view_name(StreamView view);  // "KEYS_ONLY", …; empty for kNone

// Settings as members of CreateTable and UpdateTable, each begun with a comma.
void write_throughput(value::WireWriter& writer, const Throughput& throughput);
void write_stream(value::WireWriter& writer, StreamView view);
void write_encryption_at_rest(value::WireWriter& writer, const EncryptionAtRest& encryption);
// `[{"Key":…,"Value":…},…]`
void write_tags(value::WireWriter& writer, std::span<const std::pair<std::string, std::string>> tags);

// Whether the target can do what is asked. ErrInvalidOperator naming what it lacks.
Result<void> check_able(const Capabilities& target, const TableShape& shape, const TableOptions& options);
Result<void> check_able(const Capabilities& target, const TableShape& shape, const TableChanges& changes);

}  // namespace tabletheory::ops
