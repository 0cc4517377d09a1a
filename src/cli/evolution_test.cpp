// diff, upgrade, init, and derived keys in validate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"
#include "cli/diff_command.h"
#include "cli/init_command.h"

namespace tabletheory::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string with(std::string_view what, std::string_view instead) {
  std::string text(kGoodDocument);
  return text.replace(text.find(what), what.size(), instead);
}

using Diff = CommandLine;

TEST_F(Diff, ExitsByTheGravestChange) {
  const std::string old_file = write("old.yml", kGoodDocument);
  const auto code = [&](const std::string& text) {
    return run_command({"diff", old_file, write("new.yml", text)}).code;
  };
  EXPECT_EQ(code(std::string(kGoodDocument)), 0);
  EXPECT_EQ(code(std::string(kGoodDocument) + "      - { attribute: more, type: S }\n"), 0);
  EXPECT_EQ(code(with("words, type: N", "words, type: N, required: true")), 1);
  EXPECT_EQ(code(with("words, type: N", "words, type: S")), 2);
}

TEST_F(Diff, ShowsEachChangeWithItsPlaceReasonAndRemedy) {
  const std::string old_file = write("old.yml", kGoodDocument);
  const std::string new_file = write("new.yml", with("      - { attribute: words, type: N }\n", ""));
  const Ran removed = run_command({"diff", old_file, new_file});
  EXPECT_THAT(
      removed.out,
      StartsWith(old_file + ":8:9: breaking: models.Note.attributes.words: N → (none)\n  programs that use it"));
  EXPECT_THAT(removed.out, AllOf(HasSubstr("\n  → take it out of every program first"),
                                 EndsWith("1 breaking, 0 need migration, 0 safe\n")));
  EXPECT_THAT(run_command({"diff", new_file, old_file}).out,
              StartsWith(old_file + ":8:9: safe: models.Note.attributes.words: (none) → N\n"));
  EXPECT_EQ(run_command({"diff", old_file, old_file}).out, "no changes\n");
}

TEST_F(Diff, AnswersMachinesInJson) {
  const std::string old_file = write("old.yml", kGoodDocument);
  const std::string new_file = write("new.yml", with("words, type: N", "words, type: N, optional: true"));
  const Ran ran = run_command({"diff", "--format", "json", old_file, new_file});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out,
              StartsWith(R"({"class":"safe","changes":[{"class":"safe","kind":"optional-changed",)"
                         R"("path":"models.Note.attributes.words.optional","before":"false","after":"true",)"));
  EXPECT_THAT(ran.out, EndsWith(R"("file":")" + new_file + "\",\"line\":8,\"column\":9}]}\n"));
}

TEST_F(Diff, TellsWrongCallsAndDocumentsApartFromChanges) {
  const std::string good = write("good.yml", kGoodDocument);
  EXPECT_EQ(run_command({"diff", good}).code, kDiffUsage);
  EXPECT_EQ(run_command({"diff", good, good, "--formt", "json"}).code, kDiffUsage);
  EXPECT_EQ(run_command({"diff", good, good, good}).code, kDiffUsage);
  EXPECT_EQ(run_command({"diff", good, path("nothing.yml")}).code, kDiffUsage);
  const Ran invalid = run_command({"diff", good, write("bad.yml", with("words, type: N", "words, type: X"))});
  EXPECT_EQ(invalid.code, kDiffUsage);
  EXPECT_THAT(invalid.err, HasSubstr("bad.yml:8:"));
  EXPECT_EQ(invalid.out, "");
}

TEST_F(Diff, ExplainsItsExitCodes) {
  EXPECT_THAT(run_command({"help", "diff"}).out, AllOf(HasSubstr("OLD"), HasSubstr("64")));
}

using Upgrade = CommandLine;

const std::string kOldNote =
    with("0.2", "0.1") + "      - { attribute: text, type: S, omit_empty: true }  # may be \"\"\n";

TEST_F(Upgrade, PrintsTheDocumentAndWhatMeansSomethingElse) {
  const std::string file = write("note.yml", kOldNote);
  const Ran ran = run_command({"upgrade", file, "--to", "0.2"});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_EQ(ran.out, with("0.2", "0.2") + kOldNote.substr(kGoodDocument.size()));
  EXPECT_THAT(ran.err,
              StartsWith(file + ": 0.1 → 0.2: these attributes mean something else\n" + file +
                         ":9:9: needs-migration: models.Note.attributes.text.omit_empty: written → removed\n"));
  EXPECT_EQ(read("note.yml"), kOldNote);
}

TEST_F(Upgrade, WritesTheFileInPlaceAndKeepsItsPermissions) {
  namespace fs = std::filesystem;
  const std::string file = write("note.yml", kOldNote);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("note.yml", path("link.yml"));
  const Ran ran = run_command({"upgrade", path("link.yml"), "--write"});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(read("note.yml"), StartsWith("dms_version: \"0.3\"\n"));
  EXPECT_TRUE(fs::is_symlink(path("link.yml")));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(path("note.yml.new")));
  EXPECT_EQ(run_command({"validate", file}).code, kSuccess);
  EXPECT_THAT(run_command({"upgrade", file, "--write"}).err, EndsWith("is of version 0.3 already\n"));
}

TEST_F(Upgrade, SaysWhenNothingMeansAnythingElse) {
  const Ran ran = run_command({"upgrade", write("note.yml", kGoodDocument)});
  EXPECT_THAT(ran.err, EndsWith(": 0.2 → 0.3: no attribute means anything else\n"));
}

TEST_F(Upgrade, RefusesWhatItCannotUpgrade) {
  const Ran invalid = run_command({"upgrade", write("bad.yml", with("words, type: N", "words, type: X"))});
  EXPECT_EQ(invalid.code, kProblemsFound);
  EXPECT_THAT(invalid.err, HasSubstr("bad.yml:8:"));
  EXPECT_EQ(invalid.out, "");
  EXPECT_EQ(run_command({"upgrade", path("nothing.yml")}).code, kUsage);
  EXPECT_EQ(run_command({"upgrade", write("good.yml", kGoodDocument), "--to", "0.1"}).code, kUsage);
}

using Init = CommandLine;

TEST_F(Init, WritesASchemaThatIsValidWithAndWithoutItsOptionalPart) {
  const Ran ran = run_command({"init", path("a/b")});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_THAT(ran.out, HasSubstr("schema.yml: written"));
  EXPECT_EQ(run_command({"validate", path("a/b/schema.yml")}).code, kSuccess);
  std::string all(starter_schema());
  const std::size_t at = all.find("# - { attribute: cardNumber");
  ASSERT_NE(at, std::string::npos);
  const Ran with_all = run_command({"validate", write("all.yml", all.erase(at, 2))});
  EXPECT_EQ(with_all.code, kSuccess) << with_all.out;
}

TEST_F(Init, NeverWritesOverAFile) {
  write("schema.yml", "mine");
  const Ran ran = run_command({"init", path("")});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("is there already"));
  EXPECT_EQ(read("schema.yml"), "mine");
}

TEST_F(Init, SaysWhatItCannotWrite) {
  const Ran ran = run_command({"init", write("file", "") + "/below"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("cannot be written"));
}

constexpr std::string_view kKeys = R"(tabletheory_model_contract_version: "0.1"
models:
  - name: Note
    dms_model: Note
    table: notes
    derived_keys:
      - name: pk
        helper: noteKey
        join: "#"
        inputs: [{ name: id, type: string }]
        segments: [{ literal: NOTE }, { value: { input: id } }]
        fixtures: [{ inputs: { id: a }, expected: "NOTE#a" }]
)";

TEST_F(CommandLine, ValidateReadsDerivedKeysBesideSchemas) {
  const std::string keys = write("note.keys.yml", kKeys);
  const Ran ran = run_command({"validate", write("note.yml", kGoodDocument), keys});
  EXPECT_EQ(ran.code, kSuccess);
  EXPECT_THAT(ran.out, EndsWith(keys + ": ok: derived keys 0.1, Note.pk\n"));
}

TEST_F(CommandLine, ValidateChecksTheFixturesOfDerivedKeys) {
  std::string wrong(kKeys);
  wrong.replace(wrong.find("NOTE#a"), 6, "NOTE-a");
  const std::string keys = write("note.keys.yml", wrong);
  const Ran ran = run_command({"validate", keys});
  EXPECT_EQ(ran.code, kProblemsFound);
  EXPECT_THAT(ran.out, StartsWith(keys + ":12:"));
  EXPECT_THAT(ran.out, HasSubstr("NOTE-a"));
}

}  // namespace
}  // namespace tabletheory::cli
