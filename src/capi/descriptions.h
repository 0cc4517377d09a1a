// What bindings are told about schemas, models and tables (tt_schema_load, tt_table_open, tt_keys_load).
#pragma once

#include "capi/tape.h"
#include "sdk/table_core.h"
#include "tabletheory/derived_keys.h"
#include "tabletheory/schema.h"

namespace tabletheory::capi {

void write_schema(const Schema& schema, TapeWriter& out);
void write_table(std::size_t number, const detail::TableCore& table, TapeWriter& out);
void write_keys(const DerivedKeys& keys, TapeWriter& out);

}  // namespace tabletheory::capi
