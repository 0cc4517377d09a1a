#include "cli/contract_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>

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

// The problem with the languages asked for, or empty.
std::string check_languages(const std::vector<std::string>& languages) {
  for (const std::string& language : languages) {
    if (language != "cpp") return fmt::format("no runner for the language \"{}\"; known: cpp", language);
  }
  return {};
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

std::string built_in_models() {
  if (const char* given = std::getenv("TABLETHEORY_CONTRACT_MODELS")) return given;
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (problem) return {};
  const fs::path bin = program.parent_path();
  if (fs::path installed = bin.parent_path() / "share/tabletheory/contract-tests/dms"; is_folder(installed)) {
    return installed.string();
  }
  // Built in the source tree: build/bin, or build/<preset>/bin.
  constexpr int kMostLevels = 4;
  fs::path folder = bin;
  for (int level = 0; level < kMostLevels && folder.has_relative_path(); ++level) {
    if (fs::path models = folder / "contract-tests/dms"; is_folder(models)) return models.string();
    folder = folder.parent_path();
  }
  return {};
}

int contract(const ContractOptions& options, Streams streams) {
  if (auto problem = check_languages(options.languages); !problem.empty()) return complain(streams, problem);
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
  const auto tally = contract::run_all(*scenarios, *models, options.address, streams.out);
  return tally.failed == 0 ? kSuccess : kProblemsFound;
}

}  // namespace tabletheory::cli
