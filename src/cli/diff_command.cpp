#include "cli/diff_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/change_text.h"
#include "cli/document_input.h"
#include "dms/diff.h"
#include "value/wire.h"

namespace tabletheory::cli {
namespace {

using dms::Change;
using dms::ChangeClass;

std::string tally_of(const std::vector<Change>& changes) {
  if (changes.empty()) return "no changes\n";
  const auto count = [&](ChangeClass wanted) {
    return std::ranges::count(changes, wanted, [](const Change& change) { return change.rule().change_class; });
  };
  return fmt::format("{} breaking, {} need migration, {} safe\n", count(ChangeClass::kBreaking),
                     count(ChangeClass::kNeedsMigration), count(ChangeClass::kSafe));
}

void append_json(const Change& change, const std::string& file, std::string& out) {
  const dms::ChangeRule& rule = change.rule();
  const std::pair<std::string_view, std::string_view> members[] = {
      {"class", dms::change_class_name(rule.change_class)},
      {"kind", rule.name},
      {"path", change.path},
      {"before", change.before},
      {"after", change.after},
      {"reason", rule.reason},
      {"remedy", rule.remedy},
      {"file", file},
  };
  value::WireWriter writer(out);
  writer.raw('{');
  for (const auto& [name, text] : members) {
    writer.key(name);
    writer.string(text);
    writer.raw(',');
  }
  writer.raw(fmt::format("\"line\":{},\"column\":{}}}", change.place.line, change.place.column));
}

int exit_code_of(ChangeClass gravest) {
  constexpr int kCodes[] = {kSuccess, kNeedsMigration, kBreaking};
  return kCodes[static_cast<std::size_t>(gravest)];
}

}  // namespace

int diff(const DiffOptions& options, Streams streams) {
  const auto old_document = read_document("diff", options.old_file, streams);
  const auto new_document = read_document("diff", options.new_file, streams);
  if (!old_document || !new_document) return kDiffUsage;

  const std::vector<Change> changes = dms::diff(*old_document, *new_document);
  const ChangeClass gravest = dms::gravest(changes);
  const auto file_of = [&](const Change& change) { return change.is_in_old ? options.old_file : options.new_file; };
  std::string out;
  if (options.format == "json") {
    out = fmt::format("{{\"class\":\"{}\",\"changes\":[", dms::change_class_name(gravest));
    for (const Change& change : changes) {
      if (&change != changes.data()) out += ',';
      append_json(change, file_of(change), out);
    }
    out += "]}\n";
  } else {
    for (const Change& change : changes) out += change_text(change, file_of(change));
    out += tally_of(changes);
  }
  streams.out << out;
  return exit_code_of(gravest);
}

}  // namespace tabletheory::cli
