#include "engine/tables/stored_entries.h"

#include "engine/key_codec.h"

namespace tabletheory::engine {

Served<void> erase_entries(Storage& storage, std::uint32_t storage_id) {
  const std::string prefix = storage_prefix(storage_id);
  if (auto erased = storage.erase_range(prefix, prefix_end(prefix)); !erased) {
    return std::unexpected(ServiceError{"InternalServerError", erased.error().message(), 500});
  }
  return {};
}

}  // namespace tabletheory::engine
