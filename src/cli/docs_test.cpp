// The pages of docs/ that show commands: their files are written, their commands run, their answers compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

#include "cli/command_fixture.h"

namespace tabletheory::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Block {
  std::string language, text;
};

// The fenced blocks of a page.
std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  std::istringstream lines(page);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const bool fence = line.starts_with("```");
    if (fence && !inside) blocks.push_back({line.substr(3), {}});
    if (!fence && inside) blocks.back().text += line + "\n";
    if (fence) inside = !inside;
  }
  EXPECT_FALSE(inside) << "a block is not closed";
  return blocks;
}

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream stream(command);
  return {std::istream_iterator<std::string>(stream), {}};
}

// What a shell would show of the commands in a block.
class Shell {
 public:
  std::string transcript(const std::string& block) {
    std::string shown;
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("$ ")) shown += line + "\n" + answer(line.substr(2));
    return shown;
  }
  int commands() const { return commands_; }

 private:
  std::string answer(const std::string& command) {
    if (command == "echo $?") return std::to_string(last_code_) + "\n";
    auto words = words_of(command);
    if (words.empty() || words.front() != "tabletheory") return "not a command of this page\n";
    words.erase(words.begin());
    const Ran ran = run_command(words);
    last_code_ = ran.code;
    ++commands_;
    return ran.out + ran.err;
  }

  int last_code_ = 0;
  int commands_ = 0;
};

// Each test runs in its own folder, as the commands of a page do.
class Pages : public CommandLine {
 protected:
  Pages() : before_(fs::current_path()) { fs::current_path(folder_); }
  ~Pages() override { fs::current_path(before_); }

  static fs::path root() { return TABLETHEORY_SOURCE_DIR; }

  // Writes the files of a page and runs its commands.
  void run_page(const char* page) {
    Shell shell;
    for (const Block& block : blocks_of(text_of_file(root() / "docs" / page))) {
      if (block.language == "yaml") {
        ASSERT_TRUE(block.text.starts_with("# ")) << "a file begins with its name";
        write(block.text.substr(2, block.text.find('\n') - 2), block.text);
      } else if (block.language == "console") {
        EXPECT_EQ(shell.transcript(block.text), block.text);
      }
    }
    EXPECT_GT(shell.commands(), 0);
  }

  fs::path before_;
};

class Docs : public Pages, public testing::WithParamInterface<const char*> {};

TEST_P(Docs, ShowWhatTheCommandsAnswer) {
  run_page(GetParam());
}

// Every block of code is what its language's generator gives, after the line that says so.
TEST_F(Pages, ShowTheCodeThatIsGenerated) {
  run_page("generate.md");
  int compared = 0;
  for (const Block& block : blocks_of(text_of_file(root() / "docs/generate.md"))) {
    if (block.language == "yaml" || block.language == "console") continue;
    const std::string language = block.language == "python" ? "py" : block.language;
    const Ran ran = run_command({"generate", "--lang", language, "orders.yml"});
    const std::string code = ran.out.substr(ran.out.find('\n') + 1);
    EXPECT_EQ(language == "go" ? code.substr(1) : code, block.text) << ran.err;
    ++compared;
  }
  EXPECT_EQ(compared, 4);
}

// Leading white space aside, for the test indents them.
std::string without_indentation(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin != std::string::npos) out += line.substr(begin) + "\n";
  }
  return out;
}

TEST_P(Docs, ShowProgramsThatRun) {
  const std::string examples = without_indentation(text_of_file(root() / "src/sdk/examples_test.cpp"));
  for (const Block& block : blocks_of(text_of_file(root() / "docs" / GetParam())))
    if (block.language == "cpp") EXPECT_THAT(examples, testing::HasSubstr(without_indentation(block.text)));
}

INSTANTIATE_TEST_SUITE_P(Pages, Docs, testing::Values("schema-evolution.md", "derived-keys.md"));

}  // namespace
}  // namespace tabletheory::cli
