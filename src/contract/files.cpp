#include "contract/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tabletheory::contract {
namespace {

namespace fs = std::filesystem;

bool is_document(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yml" || extension == ".yaml" || extension == ".json";
}

// The problem, or empty.
std::string collect_below(const std::string& directory, std::vector<std::string>& found) {
  std::error_code problem;
  const std::size_t before = found.size();
  auto entry = fs::recursive_directory_iterator(directory, problem);
  for (; !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && is_document(entry->path())) found.push_back(entry->path().string());
  }
  if (problem) return fmt::format("{}: cannot be read: {}", directory, problem.message());
  if (found.size() == before) return fmt::format("{}: holds no *.yml, *.yaml or *.json file", directory);
  return {};
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return std::unexpected(fmt::format("{}: is a directory, not a file", path));
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return std::unexpected(fmt::format("{}: cannot be read; check that the file exists and may be read", path));
  }
  return text;
}

std::expected<std::vector<std::string>, std::string> find_documents(std::span<const std::string> paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    std::error_code problem;
    const auto status = fs::status(path, problem);
    if (!fs::exists(status)) return std::unexpected(fmt::format("{}: no such file or directory", path));
    if (!fs::is_directory(status)) {
      found.push_back(path);
    } else if (auto trouble = collect_below(path, found); !trouble.empty()) {
      return std::unexpected(std::move(trouble));
    }
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

}  // namespace tabletheory::contract
