// The format of a storage file, and what is done before SQLite may touch one.
//
// A storage file is an SQLite database with our application id, and the format's number as its user version. The
// bytes of both are read from its header first, so that a file of somebody else or of a newer release stays as it is.
#pragma once

#include <cstdint>
#include <string>

#include "engine/sqlite/connection.h"
#include "tabletheory/error.h"

namespace tabletheory::engine::sqlite {

inline constexpr std::uint32_t kApplicationId = 0x54546462;  // "TTdb"
inline constexpr std::uint32_t kFormat = 1;

// Nothing when the file is ours and of a format this release reads, or when there is none yet. ErrTransport, with what
// to do, for a file of somebody else, of a newer format, or one that cannot be read.
Result<void> check_format(const std::string& path);

// Makes an empty database one of ours, in one transaction; changes nothing in one that is. Throws StorageFailure.
void establish_format(Connection& connection);

}  // namespace tabletheory::engine::sqlite
