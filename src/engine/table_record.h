// TableRecord: how a table's definition lies in storage, as compact JSON with a format number, so that a file written
// today is read by tomorrow's engine and a newer one is refused.
#pragma once

#include <string>
#include <string_view>

#include "engine/table.h"
#include "tabletheory/error.h"

namespace tabletheory::engine {

std::string table_record(const Table& table);
// Fails with ErrInternal when `record` was not written by table_record, or by a newer one.
Result<Table> read_table_record(std::string_view record);

}  // namespace tabletheory::engine
