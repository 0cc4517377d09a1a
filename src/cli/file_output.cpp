#include "cli/file_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace tabletheory::cli {
namespace {

namespace fs = std::filesystem;

// "wx": refuses a file that is there.
std::string write_new(const fs::path& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "wx");
  if (file == nullptr) return std::strerror(errno);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file) == 0;
  if (written && closed) return {};
  const std::string problem = std::strerror(written ? errno : write_error);
  std::error_code ignored;
  fs::remove(path, ignored);
  return problem;
}

}  // namespace

std::string replace_file(const std::string& path, std::string_view text) {
  std::error_code problem;
  const fs::path target = fs::canonical(path, problem);
  const auto permissions = problem ? fs::perms() : fs::status(target, problem).permissions();
  if (problem) return fmt::format("{}: cannot be written: {}", path, problem.message());
  fs::path written = target;
  written += ".new";
  if (const std::string why = write_new(written, text); !why.empty())
    return fmt::format("{}: cannot be written: {}", written.string(), why);
  fs::permissions(written, permissions, problem);
  if (!problem) fs::rename(written, target, problem);
  if (!problem) return {};
  std::error_code ignored;
  fs::remove(written, ignored);
  return fmt::format("{}: cannot be written: {}", path, problem.message());
}

std::string create_file(const std::string& path, std::string_view text) {
  std::error_code problem;
  if (fs::exists(path, problem)) return fmt::format("{} is there already; it is left as it is", path);
  if (const fs::path folder = fs::path(path).parent_path(); !folder.empty()) fs::create_directories(folder, problem);
  if (problem) return fmt::format("{}: cannot be written: {}", path, problem.message());
  const std::string why = write_new(path, text);
  return why.empty() ? why : fmt::format("{}: cannot be written: {}", path, why);
}

}  // namespace tabletheory::cli
