#include <algorithm>

#include "engine/operations.h"
#include "engine/request.h"
#include "engine/tables/table_description.h"
#include "engine/tables/table_reference.h"
#include "engine/tables/table_request.h"

namespace tabletheory::engine {

Served<std::string> describe_table(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto name, read_table_name(request, errors));
  TT_SERVE_CHECK(errors.result());
  if (const auto view = read_view(context, name)) return describe("Table", *view->table, *view->snapshot, "ACTIVE");
  return table_not_found(context, name);
}

Served<std::string> list_tables(Context& context, const Request& request) {
  constexpr std::int64_t kMostNames = 100;
  ConstraintErrors errors;
  TT_SERVE(const auto start, get_string(request, "ExclusiveStartTableName"));
  TT_SERVE(const auto limit, get_integer(request, "Limit"));
  if (start) errors.table_name(*start, "exclusiveStartTableName");
  if (limit) errors.range(*limit, "limit", 1, kMostNames);
  TT_SERVE_CHECK(errors.result());

  const auto names = context.catalog.names();
  const auto first = start ? std::ranges::upper_bound(names, *start) : names.begin();
  const auto left = names.end() - first;
  const auto count = std::min<std::ptrdiff_t>(left, limit.value_or(kMostNames));
  std::string out = R"({"TableNames":[)";
  value::WireWriter writer(out);
  for (auto name = first; name != first + count; ++name) {
    if (name != first) writer.raw(',');
    writer.string(*name);
  }
  writer.raw(']');
  if (count < left) {
    writer.raw(R"(,"LastEvaluatedTableName":)");
    writer.string(*(first + (count - 1)));
  }
  writer.raw('}');
  return out;
}

}  // namespace tabletheory::engine
