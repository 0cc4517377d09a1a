#include "tabletheory/migration.h"

#include "ops/migration.h"
#include "sdk/driver.h"
#include "sdk/table_core.h"

namespace tabletheory::detail {

Result<MigrationProgress> migrate(const TablePointer& source, const TablePointer& target,
                                  const MigrationOptions& options) {
  if (source->client().transport() != target->client().transport()) {
    return fail(ErrorCode::kInvalidOperator,
                "source and target are tables of different connections; open both with one client");
  }
  ops::MigrationInput input;
  input.source = source->model();
  input.target = target->model();
  input.mapping = {options.rename, options.drop};
  input.transform = options.transform;
  input.backup = options.backup;
  input.create_table = options.create_table;
  input.table = options.table;
  input.page_size = options.page_size;
  input.resume_from = options.resume_from;
  TT_TRY(const auto migration, ops::Migration::start(source->environment(), std::move(input)));
  Driver driver(source->client());
  for (;;) {
    TT_TRY(const bool at_page, driver.run(*migration));
    if (!at_page) return migration->progress();
    if (options.on_progress) options.on_progress(migration->progress());
  }
}

}  // namespace tabletheory::detail
