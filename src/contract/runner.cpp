#include "contract/runner.h"

#include <fmt/format.h>

#include <ostream>

#include "contract/files.h"
#include "contract/language_runner.h"
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

// Where a scenario is run: at the address, or, where several runtimes have to meet and `memory:` would keep them apart,
// at an engine that all of them reach.
class MeetingPlace {
 public:
  static Result<MeetingPlace> of(const Scenario& scenario, const std::string& address) {
    MeetingPlace place;
    place.address_ = address;
    if (scenario.seed_runtime.empty() || !address.starts_with("memory:")) return place;
    TT_TRY(place.engine_, SharedEngine::start());
    place.address_ = place.engine_->address();
    return place;
  }
  const std::string& address() const { return address_; }

 private:
  std::string address_;
  std::unique_ptr<SharedEngine> engine_;
};

Report run_alone(LanguageRunner& language, const Scenario& scenario, const std::string& address) {
  const auto place = MeetingPlace::of(scenario, address);
  if (!place) return {Outcome::kFailed, place.error().message()};
  return language.run(scenario, place->address(), Phase::kAll);
}

// What one language seeds, another reads.
Report run_pair(LanguageRunner& seeder, LanguageRunner& reader, const Scenario& scenario, const std::string& address) {
  const auto place = MeetingPlace::of(scenario, address);
  if (!place) return {Outcome::kFailed, place.error().message()};
  Report report = seeder.run(scenario, place->address(), Phase::kSeed);
  if (report.outcome == Outcome::kPassed) report = reader.run(scenario, place->address(), Phase::kRead);
  const Report dropped = seeder.run(scenario, place->address(), Phase::kDrop);
  return report.outcome == Outcome::kPassed ? dropped : report;
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

namespace {

class Printer {
 public:
  explicit Printer(std::ostream& out) : out_(out) {}
  void print(const std::string& language, const std::string& name, const Report& report) {
    ++(report.outcome == Outcome::kPassed   ? tally_.passed
       : report.outcome == Outcome::kFailed ? tally_.failed
                                            : tally_.skipped);
    out_ << one_line(fmt::format("{} {} {}{}{}", word(report.outcome), language, name,
                                 report.detail.empty() ? "" : ": ", report.detail))
         << '\n'
         << std::flush;
  }
  const Tally& tally() const { return tally_; }

 private:
  std::ostream& out_;
  Tally tally_;
};

}  // namespace

Tally run_all(std::span<const ScenarioFile> files, std::span<const std::unique_ptr<LanguageRunner>> languages,
              const std::string& address, std::ostream& out) {
  Printer printer(out);
  for (const auto& language : languages) {
    if (languages.size() > 1) out << "== " << language->language() << '\n';
    for (const ScenarioFile& file : files) {
      if (!file.scenario) {
        printer.print(language->language(), file.name, {Outcome::kFailed, describe(file.scenario.error())});
      } else if (languages.size() == 1 || file.scenario->seed_runtime.empty()) {
        printer.print(language->language(), file.name, run_alone(*language, *file.scenario, address));
      } else {
        for (const auto& seeder : languages) {
          printer.print(language->language(), fmt::format("{} [seed={}]", file.name, seeder->language()),
                        run_pair(*seeder, *language, *file.scenario, address));
        }
      }
    }
  }
  const Tally& tally = printer.tally();
  out << fmt::format("{} passed, {} failed, {} skipped\n", tally.passed, tally.failed, tally.skipped) << std::flush;
  return tally;
}

}  // namespace tabletheory::contract
