// Readers: connections for reading, kept between uses, and the snapshots made of them.
//
// Thread-safe; each snapshot, with its cursors, is used by one thread at a time and holds one connection.
#pragma once

#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/sqlite/connection.h"
#include "engine/storage.h"

namespace tabletheory::engine::sqlite {

// A connection with its statements.
struct Reader {
  explicit Reader(const std::string& path) : connection(path) {}

  Connection connection;
  Statement begin{connection, "BEGIN"};
  Statement touch{connection, "SELECT 1 FROM entries LIMIT 1"};  // where a snapshot begins
  Statement end{connection, "COMMIT"};
  Statement find{connection, "SELECT value FROM entries WHERE key = ?1"};
  std::vector<Statement> upward;  // of cursors that are gone
  std::vector<Statement> downward;

  Blob read(std::string_view key);
};

class Readers : public std::enable_shared_from_this<Readers> {
 public:
  explicit Readers(std::string path) : path_(std::move(path)) {}

  std::unique_ptr<Reader> take();  // throws StorageFailure
  void give_back(std::unique_ptr<Reader> reader);
  std::shared_ptr<const Snapshot> snapshot();

  // Throws StorageFailure in a process forked from the one that opened the file.
  void check_process() const;
  bool is_forked() const;
  // In such a process: leaves the kept connections unclosed.
  void abandon();

 private:
  static constexpr std::size_t kKept = 16;

  const std::string path_;
  const pid_t process_ = ::getpid();
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> free_;
};

}  // namespace tabletheory::engine::sqlite
