// Projection: the parts of an item at some paths, nested as they lie.
//
// The paths are sorted, so that all paths through one map member or list element stand together and list elements come
// in their order; each run of equal steps is then one part of the result.
#include <algorithm>
#include <span>

#include "expr/evaluate.h"

namespace tabletheory::expr {
namespace {

using Paths = std::span<const Path* const>;

bool step_before(const Path::Step& a, const Path::Step& b) {
  if (a.index != b.index) return a.index < b.index;
  return a.name < b.name;
}

bool path_before(const Path* a, const Path* b) {
  return std::lexicographical_compare(a->steps.begin(), a->steps.end(), b->steps.begin(), b->steps.end(), step_before);
}

// Calls `visit(step, paths)` for each run of `paths` that share the step at `depth`.
template <class Visit>
void for_each_step(Paths paths, std::size_t depth, Visit visit) {
  while (!paths.empty()) {
    const Path::Step& step = paths.front()->steps[depth];
    std::size_t length = 1;
    while (length < paths.size() && paths[length]->steps[depth] == step) ++length;
    visit(step, paths.first(length));
    paths = paths.subspan(length);
  }
}

std::optional<Value> part_of(const Value& value, Paths paths, std::size_t depth);

Map members_of(const Map& map, Paths paths, std::size_t depth) {
  std::vector<Map::Entry> entries;
  for_each_step(paths, depth, [&](const Path::Step& step, Paths below) {
    const Value* member = step.is_index() ? nullptr : map.find(step.name);
    if (member == nullptr) return;
    if (auto part = part_of(*member, below, depth + 1)) entries.emplace_back(step.name, std::move(*part));
  });
  Map out;
  Map::from_entries(std::move(entries), out);
  return out;
}

List elements_of(const List& list, Paths paths, std::size_t depth) {
  List out;
  for_each_step(paths, depth, [&](const Path::Step& step, Paths below) {
    const auto index = static_cast<std::size_t>(step.index);
    if (!step.is_index() || index >= list.size()) return;
    if (auto part = part_of(list[index], below, depth + 1)) out.push_back(std::move(*part));
  });
  return out;
}

// The part of `value`, reached by the first `depth` steps of every path, that the paths name; nothing when it has none.
std::optional<Value> part_of(const Value& value, Paths paths, std::size_t depth) {
  if (paths.front()->steps.size() == depth) return value;  // sorted: the shortest comes first, and names it all
  if (const auto* map = value.get_if<Map>()) {
    Map part = members_of(*map, paths, depth);
    if (!part.empty()) return Value(std::move(part));
  }
  if (const auto* list = value.get_if<List>()) {
    List part = elements_of(*list, paths, depth);
    if (!part.empty()) return Value(std::move(part));
  }
  return std::nullopt;
}

Item parts(std::vector<const Path*> paths, const Item& item) {
  std::sort(paths.begin(), paths.end(), path_before);
  return members_of(item, paths, 0);
}

}  // namespace

Item project(const Projection& projection, const Item& item) {
  std::vector<const Path*> paths;
  paths.reserve(projection.paths.size());
  for (const Path& path : projection.paths) paths.push_back(&path);
  return parts(std::move(paths), item);
}

Item touched(const Update& update, const Item& item) {
  std::vector<const Path*> paths;
  paths.reserve(update.actions.size());
  for (const UpdateAction& action : update.actions) paths.push_back(&action.path);
  return parts(std::move(paths), item);
}

}  // namespace tabletheory::expr
