#include "cli/local_command.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <ostream>
#include <thread>

#include "engine/engine.h"
#include "engine/sqlite/file_storage.h"
#include "server/expiry_timer.h"
#include "server/server.h"

namespace tabletheory::cli {
namespace {

// Writers to a file wait for the disk, together: more of them make larger groups. In memory there is only work.
constexpr int kThreadsOnFile = 8;
constexpr int kMostThreadsInMemory = 8;

int complain(Streams streams, int code, std::string_view problem) {
  streams.err << "tabletheory local: " << problem << '\n';
  return code;
}

// SIGINT and SIGTERM, held back from the threads started while this lives, and waited for by `wait`.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  void wait() const {
    int received = 0;
    while (sigwait(&signals_, &received) != 0) {
    }
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

// One `KEY_ID:SECRET`. The secret may hold colons.
bool read_credential(std::string_view text, std::vector<aws::Credentials>& out) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  aws::Credentials credentials;
  credentials.access_key_id = text.substr(0, colon);
  credentials.secret_access_key = text.substr(colon + 1);
  out.push_back(std::move(credentials));
  return true;
}

// The problem, or empty. Never quotes what might be a secret.
std::string read_credentials(const std::vector<std::string>& given, std::vector<aws::Credentials>& out) {
  for (const std::string& text : given) {
    if (!text.starts_with('@')) {
      if (!read_credential(text, out)) return "--credentials takes KEY_ID:SECRET, or @FILE with one of them a line";
      continue;
    }
    std::ifstream file(text.substr(1));
    if (!file) return fmt::format("{}: {}", text.substr(1), std::strerror(errno));
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      if (line.empty() || line.starts_with('#')) continue;
      if (!read_credential(line, out)) return fmt::format("{}:{}: not KEY_ID:SECRET", text.substr(1), number);
    }
  }
  return {};
}

int thread_count(const LocalOptions& options) {
  if (!options.file.empty()) return kThreadsOnFile;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostThreadsInMemory);
}

Result<std::unique_ptr<engine::Storage>> open_storage(const std::string& file) {
  if (file.empty()) return engine::make_memory_storage();
  return engine::open_file_storage(file);
}

void write_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
}

// For supervisors that hand down a descriptor: the address, then its end.
bool announce(int descriptor, const std::string& line) {
  const bool written = write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  return close(descriptor) == 0 && written;
}

}  // namespace

int local(const LocalOptions& options, Streams streams) {
  server::ProtocolOptions protocol{.allowed_hosts = options.allowed_hosts};
  if (const auto problem = read_credentials(options.credentials, protocol.credentials); !problem.empty()) {
    return complain(streams, kUsage, problem);
  }
  const StopSignals signals;
  auto server = server::Server::listen(
      {.host = options.host, .port = options.port, .threads = thread_count(options), .limits = {}});
  if (!server) return complain(streams, kProblemsFound, server.error().message());
  if (!(*server)->is_loopback()) {
    if (protocol.credentials.empty() && !options.unverified) {
      return complain(streams, kUsage,
                      fmt::format("{} can be reached by other machines: add --credentials KEY_ID:SECRET to check who "
                                  "sends requests, or --unverified to serve everybody",
                                  options.host));
    }
    complain(streams, kSuccess, fmt::format("listening at {}, where other machines can reach it", options.host));
  }
  auto storage = open_storage(options.file);
  if (!storage) return complain(streams, kProblemsFound, storage.error().message());

  engine::Engine engine(std::move(*storage), {.endpoint = (*server)->authority()});
  (*server)->start(engine, std::move(protocol), options.log ? server::LogSink(write_line) : server::LogSink());
  const std::string address = fmt::format("http://{}", (*server)->authority());
  streams.out << fmt::format("tabletheory local: {} ({})\n", address, options.file.empty() ? "memory" : options.file)
              << std::flush;
  if (options.ready_fd >= 0 && !announce(options.ready_fd, address + "\n")) {
    complain(streams, kSuccess, fmt::format("nobody reads descriptor {} of --ready-fd", options.ready_fd));
  }
  const server::ExpiryTimer timer(
      engine, std::chrono::seconds(options.sweep_seconds),
      [] { return Timestamp::from(std::chrono::system_clock::now()); },
      [&streams](std::string_view problem) { complain(streams, kSuccess, problem); });
  signals.wait();
  (*server)->stop();
  return kSuccess;
}

}  // namespace tabletheory::cli
