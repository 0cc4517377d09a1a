#include "cli/change_text.h"

#include <fmt/format.h>

namespace tabletheory::cli {

std::string change_text(const dms::Change& change, const std::string& file) {
  const dms::ChangeRule& rule = change.rule();
  std::string out =
      fmt::format("{}:{}:{}: {}: {}: {} → {}\n  {}\n", file, change.place.line, change.place.column,
                  dms::change_class_name(rule.change_class), change.path, change.before, change.after, rule.reason);
  if (!rule.remedy.empty()) out += fmt::format("  → {}\n", rule.remedy);
  return out;
}

}  // namespace tabletheory::cli
