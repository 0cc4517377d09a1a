#include "sdk/credential_driver.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "net/process.h"

namespace tabletheory::sdk {
namespace {

constexpr std::chrono::milliseconds kFirstPause{50};
// More steps than any chain of profiles has.
constexpr int kMostSteps = 64;

class Driver {
 public:
  Driver(net::HttpClient& client, const net::Limits& limits) : client_(client), cancel_(limits.cancel) {
    if (limits.time_left) deadline_ = std::chrono::steady_clock::now() + *limits.time_left;
  }

  Result<aws::Credentials> run(aws::CredentialStep step) {
    for (int i = 0; i < kMostSteps; ++i) {
      if (auto* ask = std::get_if<aws::Ask>(&step.now)) {
        auto answer = send(*ask);
        if (!answer && ended(answer.error())) return std::unexpected(own_end(answer.error()));
        auto then = std::move(ask->then);
        step = then(std::move(answer));
      } else if (auto* command = std::get_if<aws::Run>(&step.now)) {
        auto printed = net::run_process(command->command, limits());
        if (!printed && ended(printed.error())) return std::unexpected(own_end(printed.error()));
        auto then = std::move(command->then);
        step = then(std::move(printed));
      } else if (auto* found = std::get_if<aws::Credentials>(&step.now)) {
        return std::move(*found);
      } else if (auto* error = std::get_if<Error>(&step.now)) {
        return std::unexpected(std::move(*error));
      } else {
        break;
      }
    }
    return fail(ErrorCode::kCredentials, "the configured source holds no credentials");
  }

 private:
  net::Limits limits() const {
    net::Limits rest;
    rest.cancel = cancel_;
    if (deadline_) rest.time_left = *deadline_ - std::chrono::steady_clock::now();
    return rest;
  }
  // By the caller's limits, not by the attempt's.
  bool ended(const Error& error) const {
    return error.is(ErrorCode::kCancelled) || (error.is(ErrorCode::kTimeout) && !error.retryable() && deadline_);
  }
  // The call itself was not sent, whatever became of the question for credentials.
  static Error own_end(const Error& error) {
    return Error(error.code(), error.is(ErrorCode::kCancelled)
                                   ? "the call was cancelled while credentials were fetched"
                                   : "the timeout passed while credentials were fetched; allow more time");
  }
  Result<http::Response> send(const aws::Ask& ask) const {
    for (int attempt = 1;; ++attempt) {
      net::Limits now = limits();
      now.attempt_timeout = ask.timeout;
      auto answer = client_.send(ask.request, now);
      const bool again = answer ? answer->status == 429 || answer->status >= 500 : !ended(answer.error());
      if (!again || attempt >= ask.attempts) return answer;
      pause(kFirstPause * (1 << (attempt - 1)));
    }
  }
  void pause(std::chrono::milliseconds duration) const {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    auto end = std::chrono::steady_clock::now() + duration;
    if (deadline_) end = std::min(end, *deadline_);
    wake.wait_until(lock, cancel_, end, [] { return false; });
  }

  net::HttpClient& client_;
  std::stop_token cancel_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace

Result<aws::Credentials> drive_credentials(aws::CredentialStep step, net::HttpClient& client,
                                           const net::Limits& limits) {
  return Driver(client, limits).run(std::move(step));
}

}  // namespace tabletheory::sdk
