#include "engine/sqlite/connection.h"

#include <fmt/format.h>

namespace tabletheory::engine::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;  // for a tool that looks into the file; nobody else may open it

std::string_view remedy(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "; free some space on the disk, then open the file again";
    case SQLITE_IOERR:
      return "; check the disk, then open the file again";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; restore the file from a backup";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; close the other program that has the file open";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "; check that the file and its folder may be written";
    default:
      return "";
  }
}

}  // namespace

Connection::Connection(const std::string& path) : path_(path) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) throw StorageFailure(problem());
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
}

void Connection::execute(const char* statements) {
  if (sqlite3_exec(handle_.get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) throw StorageFailure(problem());
}

std::string Connection::problem() const {
  return fmt::format("the storage file {} cannot be used: {}{}", path_, sqlite3_errmsg(handle_.get()),
                     remedy(sqlite3_extended_errcode(handle_.get())));
}

Statement::Statement(const Connection& connection, std::string_view text) : connection_(&connection) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) throw StorageFailure(connection.problem());
  handle_.reset(prepared);
}

void Statement::bind(int parameter, std::string_view bytes) {
  // A null pointer would bind NULL, which is no empty value.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  if (sqlite3_bind_blob64(handle_.get(), parameter, data, bytes.size(), SQLITE_STATIC) != SQLITE_OK) {
    throw StorageFailure(connection_->problem());
  }
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  StorageFailure failure(connection_->problem());
  sqlite3_reset(handle_.get());
  throw failure;
}

std::string_view Statement::column(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return {static_cast<const char*>(bytes), bytes == nullptr ? 0 : size};
}

}  // namespace tabletheory::engine::sqlite
