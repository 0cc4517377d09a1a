// What a table or an index holds in storage, apart from its definition.
#pragma once

#include <cstdint>

#include "engine/service_error.h"
#include "engine/storage.h"

namespace tabletheory::engine {

// Erases every entry under the id. Called under the engine's write lock, after the definition was withdrawn.
Served<void> erase_entries(Storage& storage, std::uint32_t storage_id);

}  // namespace tabletheory::engine
