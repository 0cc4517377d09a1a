// Documents: tables used without a model. One include for everything that takes a DocumentTable:
//
//     DocumentTable table{"orders", {"PK", "SK"}};
//     auto write = ItemWrite::put(environment, table, item);
//     auto read = ItemRead::find(environment, table, key);
//     auto pages = PagedRead::query(environment, table, request);
//
// Nothing is added to items and nothing left out: no lifecycle, no policy, no emptiness rules.
#pragma once

#include "ops/batches.h"
#include "ops/document_table.h"
#include "ops/paged_reads.h"
#include "ops/reads.h"
#include "ops/transactions.h"
#include "ops/update_builder.h"
#include "ops/writes.h"
