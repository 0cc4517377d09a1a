#include <algorithm>

#include "engine/items/expressions.h"

namespace tabletheory::engine {
namespace {

using expr::Condition;
using expr::Operand;
using expr::Path;

// Calls visit(path) for every path of a tree until it returns true; true when it did. The parser bounds the depth.
template <class Visit>
bool any_path(const Operand& operand, const Visit& visit) {
  using Kind = Operand::Kind;
  const bool has_path =
      operand.kind == Kind::kPath || operand.kind == Kind::kSize || operand.kind == Kind::kIfNotExists;
  if (has_path && !operand.path.steps.empty() && visit(operand.path)) return true;
  return std::ranges::any_of(operand.operands, [&](const Operand& child) { return any_path(child, visit); });
}

template <class Visit>
bool any_path(const Condition& condition, const Visit& visit) {
  return std::ranges::any_of(condition.operands, [&](const Operand& operand) { return any_path(operand, visit); }) ||
         std::ranges::any_of(condition.children, [&](const Condition& child) { return any_path(child, visit); });
}

template <class Visit>
bool any_path(const expr::Projection& projection, const Visit& visit) {
  return std::ranges::any_of(projection.paths, visit);
}

template <class Visit>
bool any_path(const expr::Update& update, const Visit& visit) {
  return std::ranges::any_of(update.actions, [&](const expr::UpdateAction& action) {
    return visit(action.path) || (action.kind != expr::UpdateAction::Kind::kRemove && any_path(action.value, visit));
  });
}

template <class Tree>
std::vector<std::string_view> roots_of(const Tree& tree) {
  std::vector<std::string_view> roots;
  any_path(tree, [&](const Path& path) {
    if (std::ranges::find(roots, path.root()) == roots.end()) roots.emplace_back(path.root());
    return false;
  });
  return roots;
}

template <class Tree>
const Path* below(const Tree& tree, std::string_view attribute) {
  const Path* found = nullptr;
  any_path(tree, [&](const Path& path) {
    if (path.is_root() || path.root() != attribute) return false;
    found = &path;
    return true;
  });
  return found;
}

}  // namespace

std::vector<std::string_view> root_attributes(const Condition& condition) {
  return roots_of(condition);
}
std::vector<std::string_view> root_attributes(const expr::Projection& projection) {
  return roots_of(projection);
}
const Path* path_below(const Condition& condition, std::string_view attribute) {
  return below(condition, attribute);
}
const Path* path_below(const expr::Projection& projection, std::string_view attribute) {
  return below(projection, attribute);
}
const Path* path_below(const expr::Update& update, std::string_view attribute) {
  return below(update, attribute);
}

}  // namespace tabletheory::engine
