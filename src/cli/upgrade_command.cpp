#include "cli/upgrade_command.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/change_text.h"
#include "cli/document_input.h"
#include "cli/file_output.h"
#include "dms/upgrade.h"

namespace tabletheory::cli {
namespace {

dms::Version version_of(std::string_view name) {
  return name == dms::version_name(dms::Version::k0_2) ? dms::Version::k0_2 : dms::Version::k0_3;
}

// What means something else from now on.
std::string report_of(const dms::Upgrade& upgraded, const std::string& file) {
  if (upgraded.from == upgraded.to)
    return fmt::format("{}: is of version {} already\n", file, version_name(upgraded.to));
  std::string changed;
  for (const dms::Change& change : upgraded.changes)
    if (change.rule().change_class != dms::ChangeClass::kSafe) changed += change_text(change, file);
  return fmt::format("{}: {} → {}: {}\n{}", file, version_name(upgraded.from), version_name(upgraded.to),
                     changed.empty() ? "no attribute means anything else" : "these attributes mean something else",
                     changed);
}

}  // namespace

int upgrade(const UpgradeOptions& options, Streams streams) {
  const auto text = read_text("upgrade", options.file, streams);
  if (!text) return kUsage;
  const auto upgraded = dms::upgrade(*text, options.file, version_of(options.to));
  if (!upgraded) {
    show_problems(upgraded.error(), *text, streams.err);
    return kProblemsFound;
  }
  if (!options.write) {
    streams.out << upgraded->text;
  } else if (upgraded->text != *text) {
    if (const std::string problem = replace_file(options.file, upgraded->text); !problem.empty()) {
      streams.err << "tabletheory upgrade: " << problem << '\n';
      return kUsage;
    }
  }
  streams.err << report_of(*upgraded, options.file);
  return kSuccess;
}

}  // namespace tabletheory::cli
