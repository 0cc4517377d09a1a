#include "net/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <optional>

#include "net/connection.h"
#include "net/failures.h"
#include "net/wake.h"

extern char** environ;

namespace tabletheory::net {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kMostBytes = 64 * 1024;

// The child leads a process group of its own, so that what it started ends with it.
std::optional<pid_t> spawn_shell(const std::string& command, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::string text = command;
  char shell[] = "/bin/sh", option[] = "-c";
  char* const arguments[] = {shell, option, text.data(), nullptr};
  pid_t child = 0;
  const int problem = ::posix_spawn(&child, shell, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return std::nullopt;
  return child;
}

// Reads to the end of the output. An error ends the child.
Result<std::string> read_output(int fd, Clock::time_point end, const Limits& limits) {
  const Wake cancelled;
  const std::stop_callback on_cancel(limits.cancel, [&] { cancelled.set(); });
  std::string output;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return std::unexpected(Error(ErrorCode::kTimeout, "the command did not end in time"));
    pollfd waits[2] = {{fd, POLLIN, 0}, {cancelled.fd(), POLLIN, 0}};
    ::poll(waits, 2, static_cast<int>(left));
    if (waits[1].revents != 0) return std::unexpected(Error(ErrorCode::kCancelled, "the call was cancelled"));
    if (waits[0].revents == 0) continue;
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count == 0) return output;
    if (count < 0 && errno != EINTR) return std::unexpected(not_sent("the command's output cannot be read"));
    if (count > 0) output.append(buffer.data(), static_cast<std::size_t>(count));
    if (output.size() > kMostBytes) return std::unexpected(not_sent("the command printed more than 64 KB"));
  }
}

}  // namespace

Result<std::string> run_process(const std::string& command, const Limits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(not_sent("no pipe can be opened for the command"));
  const Descriptor output(ends[0]);
  std::optional<pid_t> child;
  {
    const Descriptor input(ends[1]);
    child = spawn_shell(command, input.get());
  }
  if (!child) return std::unexpected(not_sent("/bin/sh cannot be started"));
  auto end = Clock::now() + kPatience;
  if (limits.time_left)
    end = std::min(end, Clock::now() + std::chrono::duration_cast<Clock::duration>(*limits.time_left));
  auto printed = read_output(output.get(), end, limits);
  if (!printed) ::kill(-*child, SIGKILL);
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!printed) return printed;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return std::unexpected(not_sent("the command failed with exit code " +
                                    std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status))));
  }
  return printed;
}

}  // namespace tabletheory::net
