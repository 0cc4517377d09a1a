// Storage in a file: SQLite in WAL mode, one writer with group commit, readers beside it.
//
//     TT_TRY(auto storage, open_file_storage("orders.db"));
//     Engine engine(std::move(storage), {});
//
// A commit that returned, and a staged batch after `sync`, is on disk (synchronous=FULL): killing the process or the
// machine at any moment loses nothing of it and leaves nothing half-written. One process at a time has a file open, and
// one storage in it; a process forked from that one must not use it, and gets an error when it does.
//
// Beside the file lie `-wal`, `-shm` and `-lock` while it is open; closing it folds them in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/storage.h"

namespace tabletheory::engine {

// What a commit that returned survives.
enum class Durability : std::uint8_t {
  kPowerLoss,  // the default
  kProcess,    // the end of the process, however it ends; for tests of much data
};

// The path by which a file is known, so that two spellings of one are the same: absolute, symbolic links resolved.
std::string storage_path(const std::string& path);

// Opens the file, or makes it when there is none; its folder must exist. ErrTransport, with what to do, when it is in
// use, is not a storage file, has a newer format (it is left untouched then), or cannot be opened.
Result<std::unique_ptr<Storage>> open_file_storage(const std::string& path,
                                                   Durability durability = Durability::kPowerLoss);

}  // namespace tabletheory::engine
