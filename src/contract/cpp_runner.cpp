// run_cpp: one scenario through the public C++ SDK.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "contract/cpp_session.h"
#include "contract/runner.h"

namespace tabletheory::contract {
namespace {

using std::chrono::milliseconds;
using value::JsonNode;

// What the SDK can do.
constexpr std::string_view kCapabilities[] = {
    "crud",
    "omitempty",
    "lifecycle.timestamps",
    "optimistic_lock.version",
    "error.version_conflict",
    "ttl.epoch_seconds",
    "number.precision.exact",
    "type.matrix",
    "query.basic",
    "scan.basic",
    "count.native",
    "get.optional",
    "transact_get",
    "batch.get",
    "batch.write",
    "transact.write",
    "release_state.write_policy",
    "release_state.transactional_transition",
    "release_state.provenance_confidence",
    "encryption.fail_closed",
    "encryption.deterministic_interop",
};

// Time for one scenario on the embedded engine. Every reading is a millisecond after the one before, so that two
// instants that should be one are seen to be two; sleeping moves it on without waiting. Thread-safe.
class ScenarioClock {
 public:
  Timestamp now() {
    const std::int64_t reading = milliseconds_.fetch_add(1);
    const Timestamp whole = Timestamp::from_unix_milliseconds(reading);
    // Not whole milliseconds, as clocks are not: the library has to cut.
    return Timestamp(whole.unix_seconds(), whole.nanoseconds() + 456'789);
  }
  void sleep(milliseconds duration) { milliseconds_.fetch_add(duration.count()); }

 private:
  std::atomic<std::int64_t> milliseconds_ = 1'748'779'200'123;  // 2025-06-01T12:00:00.123Z
};

// splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
class ScenarioRandom {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  std::atomic<std::uint64_t> state_ = 1;
};

struct Surroundings {
  ClientOptions options;
  CppSession::Sleep sleep;
};

// The embedded engine runs on a clock of the scenario's own; anything else shares the world's time with others.
Surroundings surroundings_of(const std::string& address) {
  if (!address.starts_with("memory:")) {
    return {{}, [](milliseconds duration) { std::this_thread::sleep_for(duration); }};
  }
  const auto clock = std::make_shared<ScenarioClock>();
  const auto random = std::make_shared<ScenarioRandom>();
  const auto sleep = [clock](milliseconds duration) { clock->sleep(duration); };
  ClientOptions options;
  options.now = [clock] { return clock->now(); };
  options.random = [random] { return random->next(); };
  options.sleep = sleep;
  return {std::move(options), sleep};
}

Report failed(std::string detail) {
  return {Outcome::kFailed, std::move(detail)};
}

std::string unexpected_error(std::string_view what, const Error& error) {
  return fmt::format("expected {}, got {}", what, error.to_string());
}

bool wants_item(const Step& step) {
  return step.operation->subject == Subject::kItem && (!step.expectation.data.empty() || !step.saves.empty());
}

// The problem, or empty.
std::string save(const Step& step, const Observation& seen, Variables& variables) {
  for (const Save& save : step.saves) {
    const Value* value = seen.item ? seen.item->find(save.attribute) : nullptr;
    if (value == nullptr) return fmt::format("expected an attribute {} to save, got nothing", save.attribute);
    variables[save.variable] = *value;
  }
  return {};
}

// Runs a step and checks it; the problem, or empty.
std::string run_step(const CppSession& session, const Step& step, const dms::Model& model, Variables& variables) {
  auto seen = session.run(step);
  // A get that finds nothing is how `item_absent` comes true for it.
  const bool absent = !seen && step.operation->name == "get" && seen.error().is(ErrorCode::kItemNotFound) &&
                      !step.expectation.data.empty() && step.expectation.data.front().first->name == "item_absent";
  if (absent) seen = Observation{};
  if (auto problem = check_outcome(step.expectation, seen ? nullptr : &seen.error()); !problem.empty()) return problem;
  if (!seen) return {};
  if (wants_item(step)) {
    const auto observed = session.observe_item(step, *seen);
    if (!observed) return unexpected_error("to read the item", observed.error());
  }
  if (auto problem = check_data(step.expectation, *seen, model, variables); !problem.empty()) return problem;
  return save(step, *seen, variables);
}

bool belongs_to(const Step& step, Phase phase) {
  if (phase == Phase::kAll) return true;
  return phase == (step.label.starts_with("seed") ? Phase::kSeed : Phase::kRead);
}

Report run_steps(const Scenario& scenario, const ModelSet& models, const CppSession& session, Phase phase) {
  Variables variables;
  for (const Step& step : scenario.steps) {
    if (!belongs_to(step, phase)) continue;
    const dms::Model& model = models.find(scenario.dms_version, step.model)->definition;
    const std::string problem = run_step(session, step, model, variables);
    if (!problem.empty()) return failed(fmt::format("{}: {}", step.label, problem));
  }
  return {};
}

// Why the scenario is not run here, or empty.
std::string reason_to_skip(const Scenario& scenario) {
  for (const std::string& capability : scenario.capabilities) {
    if (std::ranges::find(kCapabilities, capability) == std::end(kCapabilities)) {
      return fmt::format("the C++ SDK lacks the capability {}", capability);
    }
  }
  return {};
}

// Every model a step may name: its own, and those of its parts.
void collect_models(const JsonNode& node, std::vector<std::string>& names) {
  if (const JsonNode* model = node.find("model")) names.push_back(model->text);
}

}  // namespace

std::vector<std::string> models_of(const Scenario& scenario) {
  std::vector<std::string> names{scenario.model};
  for (const Step& step : scenario.steps) {
    names.push_back(step.model);
    for (const auto& [operation, list] : {std::pair{"transact_get", "items"}, std::pair{"transact_write", "actions"}}) {
      const JsonNode* part = step.argument(operation);
      const JsonNode* elements = part != nullptr ? part->find(list) : nullptr;
      if (elements == nullptr) continue;
      for (const JsonNode& element : elements->elements) collect_models(element, names);
    }
    for (const std::string_view part : {"actual", "event"}) {
      if (const JsonNode* node = step.argument(part)) collect_models(*node, names);
    }
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

std::span<const std::string_view> cpp_capabilities() {
  return kCapabilities;
}

Report run_cpp(const Scenario& scenario, const ModelSet& models, const std::string& address, Phase phase) {
  if (auto reason = reason_to_skip(scenario); !reason.empty()) return {Outcome::kSkipped, std::move(reason)};
  for (const std::string& name : models_of(scenario)) {
    if (models.find(scenario.dms_version, name) == nullptr) {
      return failed(models.describe_absence(scenario.dms_version, name));
    }
  }
  const LoadedModel& model = *models.find(scenario.dms_version, scenario.model);
  auto [options, sleep] = surroundings_of(address);
  // One provider per scenario and runtime: its draws are counted (docs/spec/byte-formats.md).
  if (scenario.encryption)
    options.encryption = tabletheory::Encryption::deterministic_for_tests(scenario.encryption->seed);
  const auto client = Client::connect(address, std::move(options));
  if (!client) return failed(unexpected_error(fmt::format("to connect to {}", address), client.error()));

  const RawTable table(*client, scenario.table.empty() ? model.definition.table_name : scenario.table);
  if (phase == Phase::kAll || phase == Phase::kSeed) {
    const auto made = table.create(model.definition);
    if (!made) return failed(unexpected_error(fmt::format("to make the table {}", table.name()), made.error()));
  }
  const Report report = run_steps(scenario, models, CppSession(*client, models, scenario, table.name(), sleep), phase);
  if (phase == Phase::kSeed || phase == Phase::kRead) return report;
  const auto dropped = table.drop();
  if (!dropped && report.outcome == Outcome::kPassed) {
    return failed(unexpected_error(fmt::format("to drop the table {}", table.name()), dropped.error()));
  }
  return report;
}

}  // namespace tabletheory::contract
