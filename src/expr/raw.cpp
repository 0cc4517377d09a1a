#include "expr/raw.h"

#include <fmt/format.h>

#include <set>

#include "value/excerpt.h"

namespace tabletheory::expr {
namespace {

using Roots = std::set<std::string>;

std::unexpected<Error> refuse(std::string_view kind, std::string_view text, std::string_view why) {
  // The service quotes the bounds of BETWEEN; they may belong to an encrypted attribute, so ours does not.
  why = why.substr(0, why.find("; lower bound operand"));
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("the {} expression {} cannot be used: {}", kind, value::excerpt(text), why));
}

template <class Tree>
Result<Tree> read(std::string_view kind, const RawExpression& raw,
                  Parsed<Tree> (*parse)(std::string_view, Placeholders&)) {
  // A caller without placeholders may pass empty tables; only the service's requests may not hold such.
  const Map* names = raw.names != nullptr && raw.names->empty() ? nullptr : raw.names;
  const Map* values = raw.values != nullptr && raw.values->empty() ? nullptr : raw.values;
  if (auto problem = check_placeholders(names, values)) return refuse(kind, raw.text, problem->message);
  Placeholders placeholders(names, values);
  auto tree = parse(raw.text, placeholders);
  if (!tree) return refuse(kind, raw.text, tree.error().message);
  if (const auto unused = placeholders.unused()) return refuse(kind, raw.text, *unused);
  return std::move(*tree);
}

void collect(const Operand& operand, Roots& roots) {
  if (!operand.path.steps.empty()) roots.insert(operand.path.root());
  for (const Operand& inner : operand.operands) collect(inner, roots);
}

void collect(const Condition& condition, Roots& roots) {
  for (const Operand& operand : condition.operands) collect(operand, roots);
  for (const Condition& child : condition.children) collect(child, roots);
}

std::vector<std::string> listed(const Roots& roots) {
  return {roots.begin(), roots.end()};
}

}  // namespace

Result<Condition> read_raw_condition(const RawExpression& raw) {
  return read("condition", raw, parse_condition);
}
Result<Update> read_raw_update(const RawExpression& raw) {
  return read("update", raw, parse_update);
}
Result<Projection> read_raw_projection(const RawExpression& raw) {
  return read("projection", raw, parse_projection);
}

std::vector<std::string> root_attributes(const Condition& condition) {
  Roots roots;
  collect(condition, roots);
  return listed(roots);
}

std::vector<std::string> root_attributes(const Update& update) {
  Roots roots;
  for (const UpdateAction& action : update.actions) roots.insert(action.path.root());
  return listed(roots);
}

std::vector<std::string> root_attributes(const Projection& projection) {
  Roots roots;
  for (const Path& path : projection.paths) roots.insert(path.root());
  return listed(roots);
}

std::vector<std::string> read_attributes(const Update& update) {
  Roots roots;
  for (const UpdateAction& action : update.actions) collect(action.value, roots);
  return listed(roots);
}

}  // namespace tabletheory::expr
