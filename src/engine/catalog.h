// Catalog: the tables there are, kept in storage and cached as immutable snapshots.
//
// Thread-safe. `find` returns a table that stays valid while held; whoever writes items must look the table up again
// under the engine's write lock, so that a table deleted meanwhile is not written to. Whoever reads items takes the
// snapshot through read_view (engine/request.h), so that table and snapshot belong to one moment.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service_error.h"
#include "engine/storage.h"
#include "engine/table.h"

namespace tabletheory::engine {

class Catalog {
 public:
  // Reads the tables that `storage` holds.
  explicit Catalog(Storage& storage);

  // What keeps the storage's tables from being read (damaged, or written by a newer version); nothing when all is well.
  const std::optional<Error>& problem() const;

  std::shared_ptr<const Table> find(std::string_view name) const;  // nullptr when absent
  std::vector<std::string> names() const;                          // sorted

  // Persist and publish. Called under the engine's write lock.
  Served<void> put(Table table);
  Served<void> erase(std::string_view name);  // the definition only; the caller erases the items
  // A prefix that nothing has used and, once the call returns, nothing else will.
  Served<std::uint32_t> next_storage_id();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tabletheory::engine
