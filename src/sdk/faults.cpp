#include "tabletheory/testing/faults.h"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "sdk/fault_answers.h"
#include "value/wire.h"

namespace tabletheory::faults {
namespace {

using std::chrono::milliseconds;

// splitmix64: small, seedable, the same on every machine.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  bool chance(double probability) {
    constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^-53
    return static_cast<double>(next() >> 11) * kScale < probability;
  }

 private:
  std::uint64_t state_;
};

bool is_write(std::string_view operation) {
  return operation == "PutItem" || operation == "UpdateItem" || operation == "DeleteItem" ||
         operation == "TransactWriteItems";
}

bool is_batch(std::string_view operation) {
  return operation == "BatchWriteItem" || operation == "BatchGetItem";
}

bool is_eventual_read(const TransportCall& call) {
  const bool reads = call.operation == "GetItem" || call.operation == "Query" || call.operation == "Scan" ||
                     call.operation == "BatchGetItem";
  return reads && call.body.find(R"("ConsistentRead":true)") == std::string_view::npos;
}

bool can_show(Fault fault, const TransportCall& call) {
  switch (fault) {
    case Fault::kPartialBatch:
      return is_batch(call.operation);
    case Fault::kTransactionConflict:
      return is_write(call.operation);
    case Fault::kStaleRead:
      return is_eventual_read(call);
    default:
      return true;
  }
}

// Real waiting, cut short by a cancellation.
void wait(milliseconds duration, const std::stop_token& cancel) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, cancel, duration, [] { return false; });
}

Error broken(std::string_view what) {
  return Error(ErrorCode::kTransport, fmt::format("{} (a fault on demand)", what));
}

}  // namespace

struct FaultyTransport::State {
  State(std::shared_ptr<Transport> in, FaultPlan given)
      : next(std::move(in)),
        plan(std::move(given)),
        draws(plan.seed),
        seen(plan.rules.size()),
        hits(plan.rules.size()) {}

  // What happens to one call, drawn under the lock in one go.
  struct Verdict {
    std::optional<Fault> fault;
    milliseconds delay{};
    bool coin = false;
    std::uint64_t seed = 0;
  };

  Verdict judge(const TransportCall& call) {
    Verdict verdict;
    const std::lock_guard lock(mutex);
    if (!enabled) return verdict;
    for (std::size_t i = 0; i < plan.rules.size(); ++i) {
      const FaultRule& rule = plan.rules[i];
      if (!strikes(i, call)) continue;
      if (rule.fault == Fault::kDelay) {
        verdict.delay += rule.delay;
      } else if (!verdict.fault) {
        verdict.fault = rule.fault;
      } else {
        continue;  // the first decides
      }
      ++hits[i];
      ++struck[static_cast<std::size_t>(rule.fault)];
    }
    verdict.coin = draws.chance(0.5);
    verdict.seed = draws.next();
    return verdict;
  }

  bool strikes(std::size_t number, const TransportCall& call) {
    const FaultRule& rule = plan.rules[number];
    if (!rule.operation.empty() && rule.operation != call.operation) return false;
    if (!can_show(rule.fault, call)) return false;
    if (!rule.table.empty() && !names_table(call.body, rule.table)) return false;
    const bool is_nth = ++seen[number] == rule.nth_call;
    // Drawn in any case, so that a rule does not move the others' draws.
    const bool is_drawn = draws.chance(rule.probability);
    return (is_nth || is_drawn) && hits[number] < rule.times;
  }

  void pause(milliseconds duration, const std::stop_token& cancel) const {
    if (plan.sleep) return plan.sleep(duration);
    wait(duration, cancel);
  }

  // Waits; an error when the caller's patience ends first.
  Result<void> delay(const Verdict& verdict, TransportCall& call) {
    if (verdict.delay <= milliseconds::zero()) return {};
    const bool cut_off = call.time_left && *call.time_left <= verdict.delay;
    pause(cut_off ? std::chrono::ceil<milliseconds>(*call.time_left) : verdict.delay, call.cancel);
    if (!cut_off && !call.cancel.stop_requested()) {
      if (call.time_left) *call.time_left -= verdict.delay;
      return {};
    }
    const ErrorCode code = cut_off ? ErrorCode::kTimeout : ErrorCode::kCancelled;
    if (verdict.coin) (void)next->call(without_deadline(call));
    return std::unexpected(Error(code, "the call was cut off after it had been sent (a fault on demand)")
                               .also(ErrorCode::kOutcomeUnknown));
  }

  // The target works on, whatever became of the caller.
  static TransportCall without_deadline(TransportCall call) {
    call.time_left.reset();
    call.cancel = {};
    return call;
  }

  Result<TransportAnswer> pass(const TransportCall& call) {
    auto answer = next->call(call);
    if (answer && answer->status == 200 && is_eventual_read(call)) {
      constexpr std::size_t kMostRemembered = 1024;
      const std::lock_guard lock(mutex);
      if (remembered.size() >= kMostRemembered) remembered.clear();
      remembered[memory_key(call)] = *answer;
    }
    return answer;
  }

  Result<TransportAnswer> stale(const TransportCall& call) {
    {
      const std::lock_guard lock(mutex);
      const auto before = remembered.find(memory_key(call));
      if (before != remembered.end()) return before->second;
    }
    return pass(call);
  }

  static std::string memory_key(const TransportCall& call) { return fmt::format("{} {}", call.operation, call.body); }

  const std::shared_ptr<Transport> next;
  const FaultPlan plan;
  mutable std::mutex mutex;  // guards what follows
  bool enabled = true;
  Draws draws;
  std::vector<std::uint64_t> seen, hits;  // per rule
  std::array<std::uint64_t, kFaultKinds> struck{};
  std::unordered_map<std::string, TransportAnswer> remembered;  // last answers to eventual reads
};

FaultyTransport::FaultyTransport(std::shared_ptr<Transport> next, FaultPlan plan)
    : state_(std::make_unique<State>(std::move(next), std::move(plan))) {}

FaultyTransport::~FaultyTransport() = default;

std::uint64_t FaultyTransport::struck(Fault fault) const {
  const std::lock_guard lock(state_->mutex);
  return state_->struck[static_cast<std::size_t>(fault)];
}

void FaultyTransport::enable(bool on) {
  const std::lock_guard lock(state_->mutex);
  state_->enabled = on;
}

Result<TransportAnswer> FaultyTransport::call(const TransportCall& given) {
  State& state = *state_;
  TransportCall call = given;
  const State::Verdict verdict = state.judge(call);
  TT_CHECK(state.delay(verdict, call));
  if (!verdict.fault) return state.pass(call);
  switch (*verdict.fault) {
    case Fault::kThrottle:
      return throttled();
    case Fault::kUnavailable:
      return unavailable();
    case Fault::kInternalError:
      return internal_error();
    case Fault::kInternalErrorAfter:
      TT_CHECK(state.pass(call));
      return internal_error();
    case Fault::kNotSent:
      return std::unexpected(broken("the target refused the connection").from_service({}, {}, 0, true));
    case Fault::kLostRequest:
      return std::unexpected(broken("the connection broke while the request was under way"));
    case Fault::kLostAnswer:
      TT_CHECK(state.pass(call));
      return std::unexpected(broken("the connection broke before the answer came"));
    case Fault::kTransactionConflict:
      return conflict(call);
    case Fault::kStaleRead:
      return state.stale(call);
    case Fault::kPartialBatch: {
      const auto split = split_batch(call, verdict.seed);
      if (!split) return state.pass(call);
      TransportCall part = call;
      part.body = split->body;
      TT_TRY(TransportAnswer answer, state.pass(part));
      return answer.status == 200 ? leave_unprocessed(std::move(answer), *split) : answer;
    }
    case Fault::kDelay:
      break;
  }
  return state.pass(call);
}

}  // namespace tabletheory::faults
