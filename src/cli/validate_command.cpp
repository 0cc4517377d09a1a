#include "cli/validate_command.h"

#include <fmt/format.h>

#include <ostream>

#include "contract/files.h"
#include "dms/derived_keys.h"
#include "dms/document.h"
#include "dms/document_text.h"
#include "value/wire.h"

namespace tabletheory::cli {
namespace {

// What was found in one file.
struct Finding {
  std::string text;  // of the file
  std::vector<Diagnostic> problems;
  std::string summary;  // of a document in order
};

std::string summary_of(const std::string& file, const dms::Document& document) {
  std::vector<std::string_view> names;
  for (const dms::Model& model : document.models) names.push_back(model.name);
  return fmt::format("{}: ok: DMS {}, models {}", file, dms::version_name(document.version), fmt::join(names, ", "));
}

std::string summary_of(const std::string& file, const dms::DerivedKeyDocument& document) {
  std::vector<std::string> names;
  for (const dms::DerivedKeyModel& model : document.models)
    for (const dms::DerivedKey& key : model.derived_keys) names.push_back(fmt::format("{}.{}", model.name, key.name));
  return fmt::format("{}: ok: derived keys {}, {}", file, document.version, fmt::join(names, ", "));
}

template <class Loaded>
Finding finding_of(const std::string& file, std::string text, const Result<Loaded>& loaded) {
  Finding finding{.text = std::move(text), .problems = {}, .summary = {}};
  if (loaded) {
    finding.summary = summary_of(file, *loaded);
    return finding;
  }
  finding.problems = loaded.error().diagnostics();
  // An error always counts as a problem, also one without a place.
  if (finding.problems.empty()) finding.problems.push_back({file, 0, 0, loaded.error().message(), {}});
  return finding;
}

// A schema, or a document of derived keys beside one: the document itself says which.
Finding check(const std::string& file, std::string text) {
  const auto tree = dms::read_tree(text, file);
  if (!tree) return {.text = std::move(text), .problems = tree.error(), .summary = {}};
  if (dms::is_derived_keys(*tree)) return finding_of(file, std::move(text), dms::load_derived_keys_tree(*tree, file));
  return finding_of(file, std::move(text), dms::load_tree(*tree, file));
}

void append_json(const Diagnostic& problem, std::string& out) {
  value::WireWriter writer(out);
  writer.raw('{');
  writer.key("file");
  writer.string(problem.file);
  writer.raw(fmt::format(",\"line\":{},\"column\":{},", problem.line, problem.column));
  writer.key("message");
  writer.string(problem.message);
  writer.raw(',');
  writer.key("hint");
  writer.string(problem.hint);
  writer.raw('}');
}

std::string to_json(const std::vector<Diagnostic>& problems) {
  std::string out = fmt::format("{{\"ok\":{},\"problems\":[", problems.empty());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (i > 0) out += ',';
    append_json(problems[i], out);
  }
  return out + "]}\n";
}

}  // namespace

int validate(const ValidateOptions& options, Streams streams) {
  const bool as_json = options.format == "json";
  std::vector<Diagnostic> problems;
  bool unreadable = false;
  for (const std::string& file : options.files) {
    auto text = contract::read_file(file);
    if (!text) {
      streams.err << "tabletheory validate: " << text.error() << '\n';
      if (as_json) problems.push_back({file, 0, 0, text.error(), {}});
      unreadable = true;
      continue;
    }
    const Finding finding = check(file, std::move(*text));
    if (!as_json) {
      for (const Diagnostic& problem : finding.problems) streams.out << dms::render(problem, finding.text);
      if (finding.problems.empty()) streams.out << finding.summary << '\n';
    }
    problems.insert(problems.end(), finding.problems.begin(), finding.problems.end());
  }
  if (as_json) streams.out << to_json(problems);
  if (unreadable) return kUsage;
  return problems.empty() ? kSuccess : kProblemsFound;
}

}  // namespace tabletheory::cli
