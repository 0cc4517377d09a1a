#include "cli/generate_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>

#include "cli/document_input.h"
#include "cli/file_output.h"
#include "codegen/generate.h"

namespace tabletheory::cli {
namespace {

int complain(std::string_view problem, Streams streams, int code) {
  streams.err << "tabletheory generate: " << problem << '\n';
  return code;
}

// The code; nullopt when the document holds problems, which are shown.
std::optional<std::string> generated(const GenerateOptions& options, const std::string& document_text,
                                     Streams streams) {
  const auto document = dms::load_text(document_text, options.file);
  if (!document) {
    show_problems(document.error(), document_text, streams.err);
    return std::nullopt;
  }
  auto code = codegen::generate(*document, *codegen::parse_language(options.language), TABLETHEORY_VERSION);
  if (code) return std::move(*code);
  show_problems(code.error(), document_text, streams.err);
  return std::nullopt;
}

std::string command_for(const GenerateOptions& options) {
  return fmt::format("tabletheory generate --lang {} {} --out {}", options.language, options.file, options.out);
}

int check_output(const GenerateOptions& options, const std::optional<std::string>& present, const std::string& code,
                 Streams streams) {
  if (present && *present == code) {
    streams.out << options.out << ": up to date\n";
    return kSuccess;
  }
  return complain(
      fmt::format("{} {}; run `{}`", options.out,
                  present ? "is not what " + options.file + " generates" : "is not there", command_for(options)),
      streams, kProblemsFound);
}

int write_output(const GenerateOptions& options, const std::optional<std::string>& present, const std::string& code,
                 Streams streams) {
  if (present && *present == code) {
    streams.out << options.out << ": up to date\n";
    return kSuccess;
  }
  if (present && !present->empty() && !codegen::is_generated(*present))
    return complain(
        fmt::format("{} is there and was not generated; it is left as it is. Name another file, or remove it",
                    options.out),
        streams, kUsage);
  const std::string problem = present ? replace_file(options.out, code) : create_file(options.out, code);
  if (!problem.empty()) return complain(problem, streams, kUsage);
  streams.out << options.out << ": written\n";
  return kSuccess;
}

}  // namespace

int generate(const GenerateOptions& options, Streams streams) {
  if (options.check && options.out.empty())
    return complain("--check needs --out, the file to compare with", streams, kUsage);
  const auto text = read_text("generate", options.file, streams);
  if (!text) return kUsage;
  const auto code = generated(options, *text, streams);
  if (!code) return kProblemsFound;
  if (options.out.empty()) {
    streams.out << *code;
    return kSuccess;
  }
  std::optional<std::string> present;
  if (std::error_code ignored; std::filesystem::exists(options.out, ignored)) {
    present = read_text("generate", options.out, streams);
    if (!present) return kUsage;
  }
  return options.check ? check_output(options, present, *code, streams)
                       : write_output(options, present, *code, streams);
}

}  // namespace tabletheory::cli
