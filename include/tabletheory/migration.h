// Migration: the items of one table, copied into another under a new model (docs/tables-and-migration.md).
//
//     auto done = tabletheory::migrate(old_users, users, {
//         .rename = {{"mail", "email"}},
//         .transform = [](Item item) -> Result<std::optional<Item>> { item.set("plan", "free"); return item; },
//         .on_progress = [&](const MigrationProgress& p) { save(p.token); }});
//
// In this order: guards, `backup`, the target's table, then page after page. The guards refuse, before anything is
// made, with ErrMigrationEncryptionRequired: encrypted attributes that would become plaintext or are renamed (which
// answers to ErrInvalidModel too); without an encryption provider plaintext that would have to be encrypted and
// envelopes that the target cannot read. Encrypted attributes of the source that hold no envelope are
// ErrInvalidEncryptedEnvelope. Envelopes that the target can read are copied as they are; all others are opened and
// encrypted anew, and `transform` sees their values in the clear.
//
// Items keep what they store, their version and timestamps too. An item of the target with the same key is replaced:
// copying a page again does no harm, and writers of the source should be at rest, or moved over, before the last run.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tabletheory/detail/table_core.h"

namespace tabletheory {

template <class T>
class ModelTable;

struct MigrationOptions {
  std::map<std::string, std::string> rename = {};  // source attribute → target attribute
  std::vector<std::string> drop = {};              // source attributes that are left behind
  // Each item as it would be stored, after renaming; none: the item is left out. An error ends the migration.
  std::function<Result<std::optional<Item>>(Item)> transform = {};
  // Before anything is made; not when a migration is resumed. An error ends it.
  std::function<Result<void>()> backup = {};
  // After every page that has been copied.
  std::function<void(const MigrationProgress&)> on_progress = {};
  std::string resume_from = {};  // a token of an earlier run
  std::size_t page_size = 100;   // items per page
  bool create_table = true;      // make the target's table unless it is there
  TableOptions table = {};       // of the table that is made
};

namespace detail {
Result<MigrationProgress> migrate(const TablePointer& source, const TablePointer& target,
                                  const MigrationOptions& options);
}  // namespace detail

// Both tables are of one client. ErrInvalidOperator for one table as source and target, or a token of another
// migration.
template <class Source, class Target>
Result<MigrationProgress> migrate(const ModelTable<Source>& source, const ModelTable<Target>& target,
                                  const MigrationOptions& options = {}) {
  return detail::migrate(source.core(), target.core(), options);
}

}  // namespace tabletheory
