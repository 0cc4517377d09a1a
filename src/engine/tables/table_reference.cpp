#include "engine/tables/table_reference.h"

#include <fmt/format.h>

#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/request.h"

namespace tabletheory::engine {

Served<std::shared_ptr<const Table>> table_of(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto name, get_string(request, "TableName"));
  errors.table_name(name);
  TT_SERVE_CHECK(errors.result());
  return find_table(context, *name);
}

std::unexpected<ServiceError> table_not_found(const Context& context, std::string_view name_or_arn) {
  return refuse("ResourceNotFoundException",
                fmt::format(messages::kTableNotFound, table_name_in(context, name_or_arn)));
}

Served<std::shared_ptr<const Table>> controlled_table(const Context& context, std::string_view name_or_arn) {
  auto table = context.catalog.find(table_name_in(context, name_or_arn));
  if (!table) return table_not_found(context, name_or_arn);
  return table;
}

}  // namespace tabletheory::engine
