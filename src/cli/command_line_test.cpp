#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace tabletheory::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Line 8, column 35: a type there is not.
constexpr std::string_view kBadDocument = R"(dms_version: "0.2"
models:
  - name: Note
    table: { name: notes }
    keys: { partition: { attribute: id, type: S } }
    attributes:
      - { attribute: id, type: S }
      - { attribute: words, type: NUMBER }
)";

// --- the command itself
// --------------------------------------------------------------------------------------------------

TEST_F(CommandLine, TellsItsVersion) {
  const Ran ran = run_command({"--version"});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_THAT(ran.out, testing::MatchesRegex("tabletheory [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CommandLine, HelpsOnStandardOutput) {
  for (const auto& words : {std::vector<std::string>{"help"}, {"--help"}, {"-h"}}) {
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.code, kSuccess) << words[0];
    EXPECT_THAT(ran.out, HasSubstr("validate")) << words[0];
    EXPECT_THAT(ran.out, HasSubstr("contract")) << words[0];
  }
}

TEST_F(CommandLine, HelpsWithOneCommand) {
  for (const auto& words : {std::vector<std::string>{"help", "contract"}, {"contract", "--help"}}) {
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.code, kSuccess);
    EXPECT_THAT(ran.out, HasSubstr("--address"));
  }
}

TEST_F(CommandLine, WithoutWordsIsAUsageError) {
  const Ran ran = run_command({});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("validate"));
}

TEST_F(CommandLine, GuessesAMistypedCommand) {
  for (const auto& words : {std::vector<std::string>{"valdiate", "x.yml"}, {"help", "valdiate"}}) {
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_THAT(ran.err, HasSubstr("unknown command \"valdiate\"; did you mean \"validate\"?"));
  }
}

TEST_F(CommandLine, GuessesAMistypedOption) {
  const Ran ran = run_command({"validate", "--fromat=json", "x.yml"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown option \"--fromat\"; did you mean \"--format\"?"));
}

TEST_F(CommandLine, NamesWhatIsMissing) {
  const Ran ran = run_command({"validate"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("FILE"));
  EXPECT_THAT(ran.err, HasSubstr("tabletheory validate --help"));
}

// --- validate
// -------------------------------------------------------------------------------------------------------------

TEST_F(CommandLine, ValidateAcceptsADocumentInOrder) {
  const std::string file = write("notes.yml", kGoodDocument);
  const Ran ran = run_command({"validate", file});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_EQ(ran.out, file + ": ok: DMS 0.2, models Note\n");
}

TEST_F(CommandLine, ValidateShowsEachProblemWithItsPlaceAndItsLine) {
  const std::string file = write("notes.yml", kBadDocument);
  const Ran ran = run_command({"validate", file});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, StartsWith(file + ":8:35: error: "));
  EXPECT_THAT(ran.out, EndsWith("\n      - { attribute: words, type: NUMBER }\n"));
}

TEST_F(CommandLine, ValidateReadsJsonToo) {
  const std::string file = write("notes.json", R"({"dms_version":"0.9","models":[]})");
  const Ran ran = run_command({"validate", file});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, StartsWith(file + ":1:16: error: "));
}

TEST_F(CommandLine, ValidateChecksEveryFile) {
  const std::string good = write("good.yml", kGoodDocument);
  const std::string bad = write("bad.yml", kBadDocument);
  const Ran ran = run_command({"validate", bad, good});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, HasSubstr(bad + ":8:"));
  EXPECT_THAT(ran.out, HasSubstr(good + ": ok"));
}

TEST_F(CommandLine, ValidateAnswersMachinesInJson) {
  const std::string file = write("notes.yml", kBadDocument);
  const Ran bad = run_command({"validate", "--format", "json", file});
  EXPECT_EQ(bad.code, kProblemsFound);
  EXPECT_THAT(bad.out,
              StartsWith(R"({"ok":false,"problems":[{"file":")" + file + R"(","line":8,"column":35,"message":")"));
  EXPECT_THAT(bad.out, EndsWith("]}\n"));
  const Ran good = run_command({"validate", "--format=json", write("good.yml", kGoodDocument)});
  EXPECT_EQ(good.code, kSuccess);
  EXPECT_EQ(good.out, "{\"ok\":true,\"problems\":[]}\n");
}

TEST_F(CommandLine, ValidateTellsWhatItCannotReadApart) {
  const std::string good = write("good.yml", kGoodDocument);
  const Ran ran = run_command({"validate", path("nothing.yml"), good});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("nothing.yml"));
  EXPECT_THAT(ran.out, HasSubstr(good + ": ok"));
  const Ran as_json = run_command({"validate", "--format", "json", path("nothing.yml")});
  EXPECT_EQ(as_json.code, kUsage);
  EXPECT_THAT(as_json.out, StartsWith("{\"ok\":false,"));
  EXPECT_EQ(run_command({"validate", path("")}).code, kUsage) << "a directory is no document";
}

TEST_F(CommandLine, ValidateRefusesAFormatItDoesNotKnow) {
  EXPECT_EQ(run_command({"validate", "--format", "xml", write("good.yml", kGoodDocument)}).code, kUsage);
}

// --- contract
// -------------------------------------------------------------------------------------------------------------

constexpr std::string_view kNotes = R"(name: "p0.notes"
dms_version: "0.2"
model: "Note"
steps:
  - op: create
    item: { id: "a", words: 7 }
  - op: get
    key: { id: "a" }
    expect: { item_contains: { words: 7 } }
)";

class Contract : public CommandLine {
 protected:
  Contract() { models_ = std::filesystem::path(write("dms/notes.yml", kGoodDocument)).parent_path().string(); }

  // `tabletheory contract` on the embedded engine with the models of this test.
  Ran run_contract(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"contract", "--lang", "cpp", "--address", "memory:", "--dms", models_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(arguments);
  }

  std::string models_;
};

TEST_F(Contract, PrintsALineForEachScenarioAndTheTallyLast) {
  write("scenarios/b.yml", kNotes);
  std::string other(kNotes);
  other.replace(other.find("p0.notes"), 8, "p0.first");
  write("scenarios/a/x.yaml", other);
  write("scenarios/readme.txt", "not a scenario");
  const Ran ran = run_contract({path("scenarios")});
  EXPECT_EQ(ran.out, "ok cpp p0.first\nok cpp p0.notes\n2 passed, 0 failed, 0 skipped\n");
  EXPECT_EQ(ran.code, kSuccess);
}

TEST_F(Contract, FailsWithTheStepAndWhatWasExpected) {
  std::string wrong(kNotes);
  wrong.replace(wrong.find("words: 7 } }"), 12, "words: 8 } }");
  const Ran ran = run_contract({write("wrong.yml", wrong), write("zright.yml", kNotes)});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_EQ(ran.out,
            "FAIL cpp p0.notes: step 2: expected words = 8, got 7\nok cpp p0.notes\n1 passed, 1 failed, 0 skipped\n");
}

TEST_F(Contract, SkipsWhatNeedsAMissingCapability) {
  const Ran ran =
      run_contract({write("q.yml", std::string(kNotes) + "requires_capabilities: [\"crud\", \"telepathy\"]\n")});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_THAT(ran.out, HasSubstr("skip cpp p0.notes: "));
  EXPECT_THAT(ran.out, HasSubstr("telepathy"));
  EXPECT_THAT(ran.out, EndsWith("\n0 passed, 0 failed, 1 skipped\n"));
}

TEST_F(Contract, FailsAScenarioThatIsItselfWrongAndRunsTheRest) {
  const std::string wrong = write("a.yml", std::string(kNotes) + "tabel: { name: notes }\n");
  const Ran ran = run_contract({wrong, write("b.yml", kNotes)});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, StartsWith("FAIL cpp p0.notes: "));
  EXPECT_THAT(ran.out, HasSubstr(wrong + ":10:1: error: unknown key \"tabel\" (did you mean \"table\"?)"));
  EXPECT_THAT(ran.out, EndsWith("1 passed, 1 failed, 0 skipped\n"));
}

TEST_F(Contract, FailsAScenarioWhoseModelIsNotThere) {
  std::string lost(kNotes);
  lost.replace(lost.find("\"Note\""), 6, "\"Noet\"");
  const Ran ran = run_contract({write("lost.yml", lost)});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, HasSubstr("no model Noet of DMS 0.2; did you mean Note?"));
}

TEST_F(Contract, RunsEachScenarioOnATableOfItsOwn) {
  const Ran ran = run_contract({write("a.yml", kNotes), write("b.yml", kNotes)});
  EXPECT_THAT(ran.out, EndsWith("2 passed, 0 failed, 0 skipped\n")) << "the second create would fail on a shared table";
}

TEST_F(Contract, ReadsSeveralModelDirectoriesAndRefusesAModelMetTwice) {
  const std::string more = std::filesystem::path(write("more/other.yml", kGoodDocument)).parent_path().string();
  const Ran ran = run_contract({"--dms", more, write("a.yml", kNotes)});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("model Note of DMS 0.2 is already in"));
  EXPECT_EQ(ran.out, "");
}

TEST_F(Contract, KeepsTheSameModelOfTwoVersionsApart) {
  std::string older(kGoodDocument);
  older.replace(older.find("0.2"), 3, "0.1");
  const std::string more = std::filesystem::path(write("more/other.yml", older)).parent_path().string();
  EXPECT_EQ(run_contract({"--dms", more, write("a.yml", kNotes)}).code, kSuccess);
}

TEST_F(Contract, RefusesUnreadableInput) {
  EXPECT_EQ(run_contract({path("nowhere")}).code, kUsage);
  const Ran broken = run_contract({write("broken.yml", "name: [\n")});
  EXPECT_EQ(broken.code, kUsage);
  EXPECT_THAT(broken.err, HasSubstr("broken.yml:"));
  std::filesystem::create_directories(path("empty"));
  EXPECT_EQ(run_contract({path("empty")}).code, kUsage) << "nothing to run is no success";
  write("dms/broken.yml", kBadDocument);
  EXPECT_EQ(run_contract({write("a.yml", kNotes)}).code, kUsage);
}

TEST_F(Contract, RefusesALanguageWithoutARunnerAndNamesThoseThereAre) {
  const Ran ran = run_command({"contract", "--lang", "cobol", "--address", "memory:", write("a.yml", kNotes)});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("\"cobol\"; known: cpp"));
}

TEST_F(Contract, RefusesAnAddressThatIsNone) {
  const Ran ran =
      run_command({"contract", "--lang", "cpp", "--address", "nowhere", "--dms", models_, write("a.yml", kNotes)});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("nowhere"));
}

// --- local: what it refuses before it serves (what it serves: tests/interop/server)

TEST_F(CommandLine, LocalRefusesToListenForOtherMachinesUnlessToldHow) {
  const Ran ran = run_command({"local", "--port", "0", "--host", "0.0.0.0"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("add --credentials KEY_ID:SECRET to check who sends requests, or --unverified"));
}

TEST_F(CommandLine, LocalSaysWhatIsWrongWithCredentialsWithoutRepeatingThem) {
  const Ran ran = run_command({"local", "--port", "0", "--credentials", "hunter2"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("--credentials takes KEY_ID:SECRET"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("hunter2")));
  const std::string file = write("credentials", "# ours\na:b\nhunter2\n");
  const Ran from_file = run_command({"local", "--port", "0", "--credentials", "@" + file});
  EXPECT_EQ(from_file.code, kUsage);
  EXPECT_THAT(from_file.err, HasSubstr(file + ":3: not KEY_ID:SECRET"));
  EXPECT_THAT(from_file.err, testing::Not(HasSubstr("hunter2")));
}

TEST_F(CommandLine, LocalSaysWhatIsWrongWithAFileOrAnAddress) {
  const Ran ran = run_command({"local", "--port", "0", "--file", write("notes.txt", "dear diary")});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.err, HasSubstr("was not made by TableTheory"));
  EXPECT_THAT(run_command({"local", "--host", "example.com"}).err, HasSubstr("give an IP address"));
  EXPECT_EQ(run_command({"local", "--port", "70000"}).code, kUsage);
}

}  // namespace
}  // namespace tabletheory::cli
