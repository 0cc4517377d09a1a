#include "contract/runner.h"

#include <fmt/format.h>

#include <ostream>

#include "contract/files.h"
#include "contract/shared_engine.h"
#include "dms/document.h"

namespace tabletheory::contract {
namespace {

std::string_view word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "ok";
    case Outcome::kFailed:
      return "FAIL";
    case Outcome::kSkipped:
      return "skip";
  }
  return "FAIL";
}

// All problems of a scenario file, on one line.
std::string describe(const std::vector<Diagnostic>& problems) {
  std::vector<std::string> texts;
  for (const Diagnostic& problem : problems) texts.push_back(problem.to_string());
  return fmt::format("the scenario itself is wrong: {}", fmt::join(texts, "; "));
}

// The problem of a file that is no YAML or JSON, or empty.
std::string read_into(const std::string& file, std::vector<ScenarioFile>& scenarios) {
  const auto text = read_file(file);
  if (!text) return text.error();
  auto document = parse_document(*text, file);
  if (!document) {
    std::string problems;
    for (const Diagnostic& problem : document.error()) problems += dms::render(problem, *text);
    if (!problems.empty() && problems.back() == '\n') problems.pop_back();
    return problems;
  }
  std::string name = scenario_name(*document, file);
  scenarios.push_back({std::move(name), load_scenario(std::move(*document), file)});
  return {};
}

// Runs a scenario at the address, or, where several runtimes have to meet and `memory:` would keep them apart, at an
// engine that all of them reach.
Report run_at(const Scenario& scenario, const ModelSet& models, const std::string& address) {
  if (scenario.seed_runtime.empty() || !address.starts_with("memory:")) return run_cpp(scenario, models, address);
  const auto shared = SharedEngine::start();
  if (!shared) return {Outcome::kFailed, shared.error().message()};
  return run_cpp(scenario, models, (*shared)->address());
}

// A report is one line whatever a file or an answer holds.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

}  // namespace

std::expected<std::vector<ScenarioFile>, std::string> read_scenarios(std::span<const std::string> paths) {
  const auto files = find_documents(paths);
  if (!files) return std::unexpected(files.error());
  std::vector<ScenarioFile> scenarios;
  for (const std::string& file : *files) {
    if (auto problem = read_into(file, scenarios); !problem.empty()) return std::unexpected(std::move(problem));
  }
  return scenarios;
}

Tally run_all(std::span<const ScenarioFile> files, const ModelSet& models, const std::string& address,
              std::ostream& out) {
  Tally tally;
  for (const ScenarioFile& file : files) {
    const Report report = file.scenario ? run_at(*file.scenario, models, address)
                                        : Report{Outcome::kFailed, describe(file.scenario.error())};
    ++(report.outcome == Outcome::kPassed   ? tally.passed
       : report.outcome == Outcome::kFailed ? tally.failed
                                            : tally.skipped);
    out << one_line(fmt::format("{} cpp {}{}{}", word(report.outcome), file.name, report.detail.empty() ? "" : ": ",
                                report.detail))
        << '\n'
        << std::flush;
  }
  out << fmt::format("{} passed, {} failed, {} skipped\n", tally.passed, tally.failed, tally.skipped) << std::flush;
  return tally;
}

}  // namespace tabletheory::contract
