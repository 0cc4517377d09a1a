#include <mutex>

#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/tables/stored_entries.h"
#include "engine/tables/table_description.h"
#include "engine/tables/table_reference.h"
#include "engine/tables/table_request.h"

namespace tabletheory::engine {

Served<std::string> delete_table(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto name, read_table_name(request, errors));
  TT_SERVE_CHECK(errors.result());

  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto table, controlled_table(context, name));
  if (table->deletion_protection) return refuse(std::string(messages::kDeletionProtected));
  std::string answer = describe("TableDescription", *table, *context.storage.snapshot(), "DELETING");
  // The definition first: readers that still see it then see the items too (read_view in engine/request.h).
  TT_SERVE_CHECK(context.catalog.erase(table->name));
  TT_SERVE_CHECK(erase_entries(context.storage, table->storage_id));
  for (const Index& index : table->indexes) TT_SERVE_CHECK(erase_entries(context.storage, index.storage_id));
  return answer;
}

}  // namespace tabletheory::engine
