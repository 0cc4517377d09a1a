#include "cli/contract_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "contract/language_runner.h"
#include "contract/model_set.h"
#include "contract/runner.h"
#include "contract/shapes.h"
#include "tabletheory/client.h"

namespace tabletheory::cli {
namespace {

namespace fs = std::filesystem;

int complain(Streams streams, std::string_view problem) {
  streams.err << "tabletheory contract: " << problem << '\n';
  return kUsage;
}

constexpr std::string_view kLanguages[] = {"cpp", "py", "ts", "go"};

// The languages to run, in order; none: one of those asked for is unknown.
std::vector<std::string> languages_of(const std::vector<std::string>& asked) {
  std::vector<std::string> languages;
  if (asked.empty()) return {"cpp"};
  for (const std::string& language : asked) {
    if (language == "all") return {std::begin(kLanguages), std::end(kLanguages)};
    if (std::ranges::find(kLanguages, language) == std::end(kLanguages)) return {};
    languages.push_back(language);
  }
  return languages;
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_program(const fs::path& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

// A folder of contract-tests beside this program; empty when there is none.
std::string contract_folder(const std::string& name) {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (problem) return {};
  const fs::path bin = program.parent_path();
  if (fs::path installed = bin.parent_path() / "share/tabletheory/contract-tests" / name; is_folder(installed)) {
    return installed.string();
  }
  // Built in the source tree: build/bin, or build/<preset>/bin.
  constexpr int kMostLevels = 4;
  fs::path folder = bin;
  for (int level = 0; level < kMostLevels && folder.has_relative_path(); ++level) {
    if (fs::path found = folder / "contract-tests" / name; is_folder(found)) return found.string();
    folder = folder.parent_path();
  }
  return {};
}

// Where runners in other languages find the core: the build this program belongs to.
std::vector<std::string> runner_environment() {
  std::error_code problem;
  const fs::path build = fs::read_symlink("/proc/self/exe", problem).parent_path().parent_path();
  if (problem || !is_folder(build / "lib") || std::getenv("TABLETHEORY_BUILD") != nullptr) return {};
  return {"TABLETHEORY_BUILD=" + build.string()};
}

}  // namespace

std::string built_in_models() {
  if (const char* given = std::getenv("TABLETHEORY_CONTRACT_MODELS")) return given;
  return contract_folder("dms");
}

int contract(const ContractOptions& options, Streams streams) {
  const auto languages = languages_of(options.languages);
  if (languages.empty()) {
    return complain(streams, fmt::format("no runner for one of the languages \"{}\"; known: cpp, py, ts, go, all",
                                         fmt::join(options.languages, ",")));
  }
  auto directories = options.model_directories;
  if (directories.empty()) directories.push_back(built_in_models());
  if (directories.front().empty()) {
    return complain(streams, "the built-in models are not beside this program; name their directory with --dms DIR");
  }
  const auto models = contract::load_models(directories);
  if (!models) return complain(streams, models.error());
  const auto scenarios = contract::read_scenarios(options.paths);
  if (!scenarios) return complain(streams, scenarios.error());
  if (const auto client = Client::connect(options.address); !client) {
    return complain(streams, fmt::format("{}: {}", options.address, client.error().message()));
  }
  const std::string folder = contract_folder("runners");
  std::vector<std::unique_ptr<contract::LanguageRunner>> runners;
  for (const std::string& language : languages) {
    if (language == "cpp") {
      runners.push_back(contract::make_cpp_language(*models));
    } else if (!folder.empty() && is_program(fs::path(folder) / language / "run")) {
      runners.push_back(contract::make_foreign_language(*models, language, folder, runner_environment()));
    } else {
      return complain(streams, fmt::format("there is no runner for \"{}\" beside this program "
                                           "(contract-tests/runners/{}/run); run it from a clone in which `make sdks` "
                                           "has built the SDKs, or choose others with --lang",
                                           language, language));
    }
  }
  const auto tally = contract::run_all(*scenarios, runners, options.address, streams.out);
  return tally.failed == 0 ? kSuccess : kProblemsFound;
}

}  // namespace tabletheory::cli
