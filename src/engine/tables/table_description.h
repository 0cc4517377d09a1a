// A table as the service describes it: the TableDescription of CreateTable, DescribeTable, UpdateTable, DeleteTable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/storage.h"
#include "engine/table.h"

namespace tabletheory::engine {

// `{"<member>":{…}}`, where `status` is the TableStatus ("ACTIVE"; the service's other states pass at once here).
// Counts are exact, taken by walking the table's part of `snapshot`.
std::string describe(std::string_view member, const Table& table, const Snapshot& snapshot, std::string_view status);

}  // namespace tabletheory::engine
