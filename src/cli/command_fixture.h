// For tests of the command: runs it, and gives each test a folder of files.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.h"

namespace tabletheory::cli {

struct Ran {
  int code;
  std::string out, err;
};

inline Ran run_command(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int code = run(arguments, {out, err});
  return {code, out.str(), err.str()};
}

// Files for one test, in a folder of its own.
class CommandLine : public testing::Test {
 protected:
  CommandLine() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("tabletheory_cli_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~CommandLine() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return path(name);
  }

  std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
};

inline constexpr std::string_view kGoodDocument = R"(dms_version: "0.2"
models:
  - name: Note
    table: { name: notes }
    keys: { partition: { attribute: id, type: S } }
    attributes:
      - { attribute: id, type: S }
      - { attribute: words, type: N }
)";

}  // namespace tabletheory::cli
