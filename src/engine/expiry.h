// Expiry: removes the items whose time to live has passed (docs/spec/engine.md, "Semantics").
//
//     TT_TRY(const std::size_t removed, remove_expired(engine, now));      // as often as the host likes
//
// Goes through the engine's own operations, as a client would: page by page, each item deleted on condition that it is
// still expired then, so that a write which gives it more time wins. Nothing is held between two steps; other callers
// go on meanwhile. Thread-safe.
#pragma once

#include <cstddef>
#include <stop_token>

#include "engine/engine.h"
#include "tabletheory/error.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::engine {

// How many were removed, from all tables; fewer than there are when `stop` asks for it. ErrServiceUnavailable when the
// engine could not do what was asked (a disk that fails).
Result<std::size_t> remove_expired(Engine& engine, Timestamp now, const std::stop_token& stop = {});

}  // namespace tabletheory::engine
