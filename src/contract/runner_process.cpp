#include "contract/runner_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>

namespace tabletheory::contract {
namespace {

constexpr std::size_t kErrorTailBytes = 600;
// How long a runner may take to end by itself once its input has ended.
constexpr auto kFarewell = std::chrono::seconds(2);

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Ours, with `added` in place of settings of the same name.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** setting = environ; *setting != nullptr; ++setting) {
    const std::string_view text(*setting);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool is_replaced = false;
    for (const std::string& other : added) is_replaced |= other.starts_with(name);
    if (!is_replaced) all.emplace_back(text);
  }
  return all;
}

}  // namespace

RunnerProcess::RunnerProcess(std::vector<std::string> command, std::vector<std::string> environment)
    : command_(std::move(command)), environment_(std::move(environment)) {}

RunnerProcess::~RunnerProcess() {
  end();
}

Result<void> RunnerProcess::start() {
  int to_child[2], from_child[2];
  if (::pipe2(to_child, O_CLOEXEC) != 0) return fail(ErrorCode::kTransport, "no pipe to a runner can be made");
  if (::pipe2(from_child, O_CLOEXEC) != 0) {
    ::close(to_child[0]);
    ::close(to_child[1]);
    return fail(ErrorCode::kTransport, "no pipe from a runner can be made");
  }
  errors_ = ::memfd_create("runner-errors", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
  if (errors_ >= 0) ::posix_spawn_file_actions_adddup2(&actions, errors_, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // what it starts ends with it
  ::posix_spawnattr_setpgroup(&attributes, 0);
  auto environment = environment_with(environment_);
  const int problem = ::posix_spawn(&process_, command_.front().c_str(), &actions, &attributes,
                                    pointers(command_).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  ::close(to_child[0]);
  ::close(from_child[1]);
  input_ = to_child[1];
  output_ = from_child[0];
  if (problem == 0) return {};
  process_ = 0;
  end();
  return fail(ErrorCode::kTransport, fmt::format("{} cannot be started: {}", command_.front(), std::strerror(problem)));
}

Error RunnerProcess::broken(const std::string& what) {
  char tail[kErrorTailBytes];
  const off_t size = errors_ < 0 ? 0 : ::lseek(errors_, 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(sizeof tail) ? size - static_cast<off_t>(sizeof tail) : 0;
  const ssize_t read = errors_ < 0 ? 0 : ::pread(errors_, tail, sizeof tail, from);
  std::string said(tail, read > 0 ? static_cast<std::size_t>(read) : 0);
  end();
  return Error(ErrorCode::kTransport,
               fmt::format("the runner {} {}{}{}", command_.front(), what, said.empty() ? "" : "; it said: ", said));
}

Result<void> RunnerProcess::send(const std::string& line) {
  std::string_view rest = line;
  // A runner that has ended is an error here, not a signal.
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  while (!rest.empty()) {
    const ssize_t written = ::write(input_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::sigaction(SIGPIPE, &before, nullptr);
  if (rest.empty()) return {};
  // It may still be saying why.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return std::unexpected(broken("ended before it had read its scenario"));
}

Result<std::string> RunnerProcess::receive(std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (const std::size_t end = buffered_.find('\n'); end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{output_, POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::unexpected(broken(fmt::format("did not answer within {} s", patience.count())));
    char chunk[4096];
    const ssize_t size = ::read(output_, chunk, sizeof chunk);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::unexpected(broken("ended without an answer"));
    buffered_.append(chunk, static_cast<std::size_t>(size));
  }
}

Result<std::string> RunnerProcess::ask(const std::string& line, std::chrono::seconds patience) {
  if (process_ == 0) TT_CHECK(start());
  TT_CHECK(send(line + '\n'));
  return receive(patience);
}

void RunnerProcess::end() {
  close_if_open(input_);
  if (process_ != 0) {
    const auto until = std::chrono::steady_clock::now() + kFarewell;
    int status = 0;
    while (::waitpid(process_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > until) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, &status, 0);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::kill(-process_, SIGKILL);  // what it started and left behind
    process_ = 0;
  }
  close_if_open(output_);
  close_if_open(errors_);
  buffered_.clear();
}

}  // namespace tabletheory::contract
