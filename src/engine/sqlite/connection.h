// Connection and Statement: the few calls of SQLite that the file backend needs, with its failures as StorageFailure.
//
// Thread-safety: a connection and its statements are used by one thread at a time, by different ones in turn.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/storage.h"

namespace tabletheory::engine::sqlite {

class Connection {
 public:
  // Opens the database at `path` (absolute), creating it when absent. Throws StorageFailure.
  explicit Connection(const std::string& path);

  void execute(const char* statements);  // throws StorageFailure
  // What SQLite says of its last call, with the path and the remedy where one is known.
  std::string problem() const;
  sqlite3* handle() const { return handle_.get(); }
  // Forgets the connection without closing it: in a process forked from its owner, closing would harm the file.
  void abandon() { static_cast<void>(handle_.release()); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement. The connection must outlive it. Throws StorageFailure.
class Statement {
 public:
  Statement(const Connection& connection, std::string_view text);

  // Parameters count from 1, columns from 0. The bytes must stay until the statement is reset.
  void bind(int parameter, std::string_view bytes);
  bool step();                                // whether there is a row
  std::string_view column(int column) const;  // valid until the next step or reset
  void reset() { sqlite3_reset(handle_.get()); }
  void run() {  // a statement without rows
    step();
    reset();
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace tabletheory::engine::sqlite
