// FileLock: keeps every other process, and every other storage of this one, from the same file.
//
// It is a lock on a file `<path>-lock` beside it, which names the owner's process and is removed with the lock. (Not on
// the file itself: closing any descriptor of that would drop the locks SQLite holds in this process.) A process that is
// killed leaves the file behind, and the lock does not stay.
#pragma once

#include <string>

#include "tabletheory/error.h"

namespace tabletheory::engine::sqlite {

class FileLock {
 public:
  // ErrTransport when somebody has it, naming the process, or when the file cannot be made.
  static Result<FileLock> acquire(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

  // Leaves the lock to the process this one was forked from.
  void abandon();

 private:
  FileLock(std::string lock_path, int descriptor) : lock_path_(std::move(lock_path)), descriptor_(descriptor) {}

  std::string lock_path_;
  int descriptor_ = -1;
};

}  // namespace tabletheory::engine::sqlite
