#include "contract/language_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "contract/runner_process.h"

namespace tabletheory::contract {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A folder of runners that are shell scripts.
class Runners : public ::testing::Test {
 protected:
  Runners() { fs::create_directories(folder_); }
  ~Runners() override { fs::remove_all(folder_); }

  // `script` reads its scenarios from standard input.
  void add(const std::string& language, const std::string& script) const {
    const fs::path program = folder_ / language / "run";
    fs::create_directories(program.parent_path());
    std::ofstream(program) << "#!/bin/sh\n" << script;
    fs::permissions(program, fs::perms::owner_all);
  }
  std::string program(const std::string& language) const { return (folder_ / language / "run").string(); }

  const fs::path folder_ = fs::temp_directory_path() /
                           ("tabletheory-runners-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

constexpr std::string_view kModel = R"({"dms_version":"0.2","models":[{"name":"Thing","table":{"name":"things"},
  "keys":{"partition":{"attribute":"id","type":"S"}},
  "attributes":[{"attribute":"id","type":"S","roles":["pk"],"required":true}]}]})";

std::vector<ScenarioFile> one_scenario(std::string_view more) {
  auto document = parse_document(
      "name: s\ndms_version: \"0.2\"\nmodel: Thing\ntable: { name: things }\n" + std::string(more), "s.yml");
  std::vector<ScenarioFile> files;
  files.push_back({"s", load_scenario(std::move(*document), "s.yml")});
  return files;
}

constexpr std::string_view kSteps =
    "steps:\n  - op: put\n    item: { id: a, n: [0.10, \"0.10\"] }\n    expect: { ok: true }\n";
constexpr std::string_view kSeeded =
    "seed_runtime: cpp\nseed_steps:\n  - op: put\n    item: { id: a }\n    expect: { ok: true }\n"
    "read_steps:\n  - op: get\n    key: { id: a }\n    expect: { ok: true }\n";

TEST_F(Runners, AreToldOfTheirEndWithWhatTheySaid) {
  add("x", "read line; echo 'no such thing' >&2; exit 3\n");
  RunnerProcess process({program("x")}, {});
  const auto answer = process.ask("{}", std::chrono::seconds(10));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message(), HasSubstr("ended without an answer"));
  EXPECT_THAT(answer.error().message(), HasSubstr("no such thing"));
}

TEST_F(Runners, AreEndedWhenTheyHang) {
  add("x", "sleep 600\n");
  RunnerProcess process({program("x")}, {});
  const auto answer = process.ask("{}", std::chrono::seconds(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message(), HasSubstr("did not answer within 1 s"));
}

TEST_F(Runners, ThatAreNotThereAreAnError) {
  RunnerProcess process({program("x")}, {});
  const auto answer = process.ask("{}", std::chrono::seconds(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message(), HasSubstr("cannot be started"));
}

TEST_F(Runners, AreStartedAnewAfterTheirEnd) {
  add("x", "read line; echo \"got $line$SETTING\"\n");
  RunnerProcess process({program("x")}, {"SETTING=!"});
  EXPECT_EQ(process.ask("a", std::chrono::seconds(10)).value_or(""), "got a!");
  // It has ended: this one is an error, or reaches a new one.
  static_cast<void>(process.ask("b", std::chrono::seconds(10)));
  EXPECT_EQ(process.ask("c", std::chrono::seconds(10)).value_or(""), "got c!");
}

class Languages : public Runners {
 protected:
  Languages() {
    std::ofstream(folder_ / "thing.json") << kModel;
    auto loaded = load_models(std::vector<std::string>{folder_.string()});
    if (!loaded) throw std::runtime_error(loaded.error());
    models_ = std::move(*loaded);
  }
  // The lines of a run of fake languages.
  std::vector<std::string> run(const std::vector<ScenarioFile>& files, const std::vector<std::string>& languages) {
    std::vector<std::unique_ptr<LanguageRunner>> runners;
    for (const std::string& language : languages) {
      runners.push_back(make_foreign_language(models_, language, folder_.string(), {}));
    }
    std::stringstream out;
    run_all(files, runners, "http://127.0.0.1:9", out);
    std::vector<std::string> lines;
    for (std::string line; std::getline(out, line);) lines.push_back(line);
    return lines;
  }
  ModelSet models_;
};

TEST_F(Languages, AreGivenTheScenarioWithTheTextOfItsNumbers) {
  add("x",
      "read line; case \"$line\" in *'[0.10,\"0.10\"]'*'\"Thing\":'*'\"phase\":\"all\",\"table\":\"things\"}') "
      "echo '{\"outcome\":\"passed\",\"detail\":\"\"}';; *) echo '{\"outcome\":\"failed\",\"detail\":\"not so\"}';; "
      "esac\n");
  EXPECT_EQ(run(one_scenario(kSteps), {"x"}), (std::vector<std::string>{"ok x s", "1 passed, 0 failed, 0 skipped"}));
}

TEST_F(Languages, FailAScenarioWithAnAnswerThatIsNone) {
  add("x", "read line; echo hello\n");
  const auto lines = run(one_scenario(kSteps), {"x"});
  EXPECT_THAT(lines.front(), HasSubstr("FAIL x s: the runner's answer is no report: hello"));
  EXPECT_EQ(lines.back(), "0 passed, 1 failed, 0 skipped");
}

TEST_F(Languages, ReadWhatEachHasSeeded) {
  for (const char* language : {"x", "y"}) {
    add(language, "while read line; do echo '{\"outcome\":\"passed\"}'; done\n");
  }
  EXPECT_EQ(run(one_scenario(kSeeded), {"x", "y"}),
            (std::vector<std::string>{"== x", "ok x s [seed=x]", "ok x s [seed=y]", "== y", "ok y s [seed=x]",
                                      "ok y s [seed=y]", "4 passed, 0 failed, 0 skipped"}));
}

TEST_F(Languages, FailWhatOneCannotRead) {
  add("x", "while read line; do echo '{\"outcome\":\"passed\"}'; done\n");
  add("y",
      "while read line; do case \"$line\" in *'\"phase\":\"read\"'*) echo "
      "'{\"outcome\":\"failed\",\"detail\":\"unread\"}';; "
      "*) echo '{\"outcome\":\"passed\"}';; esac; done\n");
  const auto lines = run(one_scenario(kSeeded), {"x", "y"});
  EXPECT_THAT(lines, ::testing::Contains("FAIL y s [seed=x]: unread"));
  EXPECT_EQ(lines.back(), "2 passed, 2 failed, 0 skipped");
}

}  // namespace
}  // namespace tabletheory::contract
