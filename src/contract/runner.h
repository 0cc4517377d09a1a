// The contract runner: scenario files through a language's public SDK, one report line each (docs/spec/scenarios.md).
//
//     auto models = load_models({"contract-tests/dms"});
//     auto run = read_scenarios({"contract-tests/scenarios"});
//     Tally tally = run_all(*run, *models, {.address = "memory:"}, std::cout);
//
// Deterministic on the embedded engine: every scenario gets an engine, a clock and randomness of its own. Scenarios run
// one after another on the calling thread.
#pragma once

#include <cstddef>
#include <expected>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract/model_set.h"
#include "contract/scenario.h"

namespace tabletheory::contract {

enum class Outcome : std::uint8_t { kPassed, kFailed, kSkipped };

struct Report {
  Outcome outcome = Outcome::kPassed;
  std::string detail;  // `step 2: expected …, got …`, or why it was skipped; empty when it passed
};

// The capabilities of docs/spec/scenarios.md that the C++ SDK has.
std::span<const std::string_view> cpp_capabilities();

// What of a scenario is run. A scenario with a `seed_runtime` may be seeded by one runtime and read by another: kSeed
// makes the table and keeps it, kRead uses it, kDrop ends it. kAll is all of that in one.
enum class Phase : std::uint8_t { kAll, kSeed, kRead, kDrop };

// Runs one scenario through the C++ SDK.
Report run_cpp(const Scenario& scenario, const ModelSet& models, const std::string& address, Phase phase = Phase::kAll);
// The names of all models that the scenario needs, each once.
std::vector<std::string> models_of(const Scenario& scenario);

// A scenario file as read; one that breaks the rules of scenario files fails when it is run, and says why.
struct ScenarioFile {
  std::string name;
  std::expected<Scenario, std::vector<Diagnostic>> scenario;
};

// Reads every scenario at or below the paths, sorted by path. The error is all there is to print about a path or file
// that cannot be read or parsed.
std::expected<std::vector<ScenarioFile>, std::string> read_scenarios(std::span<const std::string> paths);

struct Tally {
  std::size_t passed = 0, failed = 0, skipped = 0;
};

class LanguageRunner;

// Runs them in order through each language. Prints `ok|FAIL|skip LANG NAME[: detail]` for each, below a line `== LANG`
// where there are several languages, and, last, `N passed, N failed, N skipped`. Of several languages each seeds the
// scenarios that are seeded by one runtime and read by all, and each reads what each has seeded: `NAME [seed=LANG]`.
Tally run_all(std::span<const ScenarioFile> files, std::span<const std::unique_ptr<LanguageRunner>> languages,
              const std::string& address, std::ostream& out);

}  // namespace tabletheory::contract
