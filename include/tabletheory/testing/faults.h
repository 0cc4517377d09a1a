// Faults on demand: a transport that fails as networks and services do, to test what stands above it. For tests only.
//
//     using namespace tabletheory::faults;
//     auto flaky = std::make_shared<FaultyTransport>(
//         Client::connect("memory:")->transport(),
//         FaultPlan{.seed = 7, .rules = {{.fault = Fault::kThrottle, .operation = "PutItem", .probability = 0.2},
//                                        {.fault = Fault::kLostAnswer, .table = "orders", .nth_call = 3}}});
//     auto client = Client::over(flaky, {.sleep = [](auto) {}});
//
// The same plan over the same calls fails the same way: one generator, seeded by `seed`, draws everything. (Calls of
// several threads come in no fixed order, so such a run repeats only in its rules, not call by call.)
//
// Thread-safe. The namespace is `faults`, so that it does not hide a test framework's `testing`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tabletheory/transport.h"

namespace tabletheory::faults {

enum class Fault : std::uint8_t {
  kThrottle,             // 400 ProvisionedThroughputExceededException; nothing is done
  kUnavailable,          // 503; nothing is done
  kInternalError,        // 500; nothing is done, which the caller cannot know
  kInternalErrorAfter,   // 500, and the work is done
  kNotSent,              // no connection: ErrTransport that says nothing was written
  kLostRequest,          // the connection breaks before the target sees the request; the caller cannot know
  kLostAnswer,           // the connection breaks after the target did the work
  kDelay,                // waits; past the caller's deadline the call is cut off, done or not (drawn)
  kPartialBatch,         // BatchWriteItem, BatchGetItem: part is left unprocessed (drawn)
  kTransactionConflict,  // writes: TransactionConflictException, in transactions TransactionCanceledException
  kStaleRead,            // an eventually consistent read is answered as the same request was answered before
};
constexpr std::size_t kFaultKinds = 11;

// When a fault happens. A rule counts the calls that it is meant for and that can show its fault.
struct FaultRule {
  Fault fault = Fault::kThrottle;
  std::string operation = {};            // "PutItem"; empty: every operation
  std::string table = {};                // calls that name this table; empty: every table
  double probability = 0;                // of each such call, 0 to 1
  std::uint64_t nth_call = 0;            // the nth such call, from 1; 0: none in particular
  std::uint64_t times = UINT64_MAX;      // at most so often
  std::chrono::milliseconds delay = {};  // of kDelay
};

struct FaultPlan {
  std::uint64_t seed = 0;
  std::vector<FaultRule> rules = {};  // the first that strikes decides; delays come on top
  // How kDelay waits; empty: really. With an injected clock, move it here.
  std::function<void(std::chrono::milliseconds)> sleep = {};
};

class FaultyTransport final : public Transport {
 public:
  FaultyTransport(std::shared_ptr<Transport> next, FaultPlan plan);
  ~FaultyTransport() override;
  Result<TransportAnswer> call(const TransportCall& call) override;

  // How often a fault has struck so far.
  std::uint64_t struck(Fault fault) const;
  // While off, calls pass through untouched and uncounted.
  void enable(bool on);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tabletheory::faults
