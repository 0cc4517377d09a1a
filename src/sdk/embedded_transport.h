// The embedded engine as a transport. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tabletheory/client.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::sdk {

// An engine on memory storage: private when `name` is empty, else the process's engine of that name, which lives as
// long as a transport holds it. `now` is the engine's clock (empty: the system's); a shared engine keeps its first one.
std::shared_ptr<Transport> make_embedded_transport(const std::string& name, std::function<Timestamp()> now);

// The process's engine on the file at `path`, made when there is none, which stays open as long as a transport holds it
// (engine/sqlite/file_storage.h). ErrTransport when another process has it open, or it cannot be opened.
Result<std::shared_ptr<Transport>> make_file_transport(const std::string& path, std::function<Timestamp()> now);

}  // namespace tabletheory::sdk
