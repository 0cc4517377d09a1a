// The operations of the engine. Each takes the request as parsed JSON and gives back the JSON text of the answer.
//
// Who holds what: reads work on a storage snapshot and take no lock. Writes hold Context::writes from their first read
// to the end of their commit, so writes are serial and every read sees a state between two of them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "engine/catalog.h"
#include "engine/engine.h"
#include "engine/service_error.h"
#include "engine/storage.h"
#include "value/wire.h"

namespace tabletheory::engine {

class TransactionTokens;  // client tokens seen in the last ten minutes: engine/items/transaction_tokens.h

struct Context {
  Storage& storage;
  Catalog& catalog;
  std::mutex& writes;
  const EngineOptions& options;  // `now` is never empty here
  TransactionTokens& tokens;
};

using Request = value::WireObject;
using Handler = Served<std::string> (*)(Context&, const Request&);

// engine/tables/
Served<std::string> create_table(Context&, const Request&);
Served<std::string> describe_table(Context&, const Request&);
Served<std::string> list_tables(Context&, const Request&);
Served<std::string> update_table(Context&, const Request&);
Served<std::string> delete_table(Context&, const Request&);
Served<std::string> update_time_to_live(Context&, const Request&);
Served<std::string> describe_time_to_live(Context&, const Request&);
Served<std::string> tag_resource(Context&, const Request&);
Served<std::string> untag_resource(Context&, const Request&);
Served<std::string> list_tags_of_resource(Context&, const Request&);
Served<std::string> describe_limits(Context&, const Request&);
Served<std::string> describe_endpoints(Context&, const Request&);

// engine/items/
Served<std::string> put_item(Context&, const Request&);
Served<std::string> get_item(Context&, const Request&);
Served<std::string> update_item(Context&, const Request&);
Served<std::string> delete_item(Context&, const Request&);
Served<std::string> query(Context&, const Request&);
Served<std::string> scan(Context&, const Request&);
Served<std::string> batch_get_item(Context&, const Request&);
Served<std::string> batch_write_item(Context&, const Request&);
Served<std::string> transact_write_items(Context&, const Request&);
Served<std::string> transact_get_items(Context&, const Request&);

// Adds entries of a new GSI for every item already in the table; called by update_table under the write lock.
// Defined in engine/items/index_entries.cpp.
Served<void> backfill_index(Context&, const Table& table, const Index& index);

// The table a request names, by name or ARN: ResourceNotFoundException ("Requested resource not found") when absent,
// ValidationException when missing or malformed. Defined in engine/tables/.
Served<std::shared_ptr<const Table>> table_of(Context&, const Request&);

}  // namespace tabletheory::engine
