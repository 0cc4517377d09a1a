#include "engine/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tabletheory::engine::sqlite {
namespace {

// Each turn lost means that an owner removed the file between our opening and our locking it.
constexpr int kMostTurns = 100;

bool is_still_there(int descriptor, const std::string& path) {
  struct stat ours{};
  struct stat there{};
  return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
         ours.st_dev == there.st_dev;
}

std::unexpected<Error> in_use(const std::string& path, int descriptor) {
  std::array<char, 16> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
  close(descriptor);
  const std::string owner = size > 0 ? fmt::format("process {}", text.data()) : std::string("another process");
  return fail(ErrorCode::kTransport, fmt::format("the storage file {} is in use by {}: one process at a time may have "
                                                 "it open; stop that one, or use another path",
                                                 path, owner));
}

std::unexpected<Error> failed(const std::string& path, int problem) {
  return fail(ErrorCode::kTransport, fmt::format("the storage file {} cannot be locked: {}; check that its folder "
                                                 "exists and may be written",
                                                 path, std::strerror(problem)));
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& path) {
  std::string lock_path = path + "-lock";
  for (int turn = 0; turn < kMostTurns; ++turn) {
    const int descriptor = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return failed(path, errno);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return in_use(path, descriptor);
      const int problem = errno;
      close(descriptor);
      return failed(path, problem);
    }
    if (!is_still_there(descriptor, lock_path)) {
      close(descriptor);
      continue;
    }
    const std::string owner = std::to_string(getpid());
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, owner.data(), owner.size(), 0) < 0) {
      const int problem = errno;
      close(descriptor);
      return failed(path, problem);
    }
    return FileLock(std::move(lock_path), descriptor);
  }
  return failed(path, EBUSY);
}

FileLock::FileLock(FileLock&& other) noexcept
    : lock_path_(std::move(other.lock_path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  unlink(lock_path_.c_str());
  close(descriptor_);
}

void FileLock::abandon() {
  close(std::exchange(descriptor_, -1));
}

}  // namespace tabletheory::engine::sqlite
