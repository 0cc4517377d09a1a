#include "expr/ast.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tabletheory::expr {
namespace {

std::unexpected<Error> malformed_path(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("\"{}\" is not a document path: {}; write it like a.b[3].c", text, why));
}

// Length of the common beginning of two paths, in steps.
std::size_t shared_steps(const Path& a, const Path& b) {
  const auto ends = std::mismatch(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end());
  return static_cast<std::size_t>(ends.first - a.steps.begin());
}

// Reads `3]…` after an opening bracket; shortens `rest` to what follows. -1: malformed.
std::int64_t read_index(std::string_view& rest) {
  std::int32_t index = -1;
  const auto [end, status] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
  if (status != std::errc() || index < 0 || end == rest.data() + rest.size() || *end != ']') return -1;
  rest.remove_prefix(static_cast<std::size_t>(end + 1 - rest.data()));
  return index;
}

}  // namespace

std::string Path::to_string() const {
  std::string out;
  for (const Step& step : steps) {
    if (step.is_index()) {
      fmt::format_to(std::back_inserter(out), "[{}]", step.index);
    } else {
      if (!out.empty()) out += '.';
      out += step.name;
    }
  }
  return out;
}

Result<Path> Path::parse(std::string_view text) {
  Path path;
  std::string_view rest = text;
  while (true) {
    const std::string_view name = rest.substr(0, rest.find_first_of(".["));
    if (name.empty()) return malformed_path(text, "a name is missing");
    path.steps.push_back({std::string(name)});
    rest.remove_prefix(name.size());
    while (rest.starts_with('[')) {
      rest.remove_prefix(1);
      const std::int64_t index = read_index(rest);
      if (index < 0) return malformed_path(text, "a list index is a number in brackets");
      path.steps.push_back({std::string(), index});
    }
    if (rest.empty()) break;
    if (!rest.starts_with('.')) return malformed_path(text, "after a bracket comes a dot, a bracket or the end");
    rest.remove_prefix(1);
  }
  constexpr std::size_t kMaxSteps = 32;
  if (path.steps.size() > kMaxSteps) return malformed_path(text, "it is deeper than the 32 levels of an item");
  return path;
}

bool overlaps(const Path& a, const Path& b) {
  return shared_steps(a, b) == std::min(a.steps.size(), b.steps.size());
}

bool conflicts(const Path& a, const Path& b) {
  const std::size_t shared = shared_steps(a, b);
  if (shared >= a.steps.size() || shared >= b.steps.size()) return false;
  return a.steps[shared].is_index() != b.steps[shared].is_index();
}

Operand Operand::of(Path path) {
  Operand operand;
  operand.kind = Kind::kPath;
  operand.path = std::move(path);
  return operand;
}

Operand Operand::of(Value literal) {
  Operand operand;
  operand.literal = std::move(literal);
  return operand;
}

Condition Condition::compare(Operand left, Comparator comparator, Operand right) {
  Condition condition;
  condition.comparator = comparator;
  condition.operands.push_back(std::move(left));
  condition.operands.push_back(std::move(right));
  return condition;
}

namespace {

Condition chain(Condition::Kind kind, std::vector<Condition> children) {
  if (children.size() == 1) return std::move(children.front());
  Condition condition;
  condition.kind = kind;
  condition.children = std::move(children);
  return condition;
}

}  // namespace

Condition Condition::all_of(std::vector<Condition> children) {
  return chain(Kind::kAnd, std::move(children));
}
Condition Condition::any_of(std::vector<Condition> children) {
  return chain(Kind::kOr, std::move(children));
}

Condition Condition::negate(Condition child) {
  Condition condition;
  condition.kind = Kind::kNot;
  condition.children.push_back(std::move(child));
  return condition;
}

}  // namespace tabletheory::expr
