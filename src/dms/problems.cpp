#include "dms/problems.h"

#include <fmt/format.h>

#include <charconv>

#include "dms/source_text.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;

// Takes the first step (`name` or `[3]`) off the path and follows it; nullptr when there is no such part.
const JsonNode* follow_step(const JsonNode& node, std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  if (!path.starts_with('[')) {
    const std::string_view name = path.substr(0, path.find_first_of(".["));
    path.remove_prefix(name.size());
    return node.kind == JsonNode::Kind::kObject ? node.find(name) : nullptr;
  }
  std::size_t index = 0;
  std::from_chars(path.data() + 1, path.data() + path.size(), index);
  path.remove_prefix(path.find(']') + 1);
  if (node.kind == JsonNode::Kind::kObject && index == 0) return &node;  // one object where a list may stand
  return node.kind == JsonNode::Kind::kArray && index < node.elements.size() ? &node.elements[index] : nullptr;
}

}  // namespace

Place Problems::place_of(std::string_view path) const {
  if (root_ == nullptr) return {};
  const JsonNode* found = root_;
  while (!path.empty()) {
    const JsonNode* next = follow_step(*found, path);
    if (next == nullptr) break;
    found = next;
  }
  return {found->line, found->column};
}

void Problems::add(std::string_view path, std::string message, std::string hint) {
  add_at(place_of(path), path, std::move(message), std::move(hint));
}

void Problems::add_at(Place place, std::string_view path, std::string message, std::string hint) {
  if (diagnostics_.size() > kMost) return;
  if (diagnostics_.size() == kMost) {
    message = fmt::format("more than {} problems; the others are not shown", kMost);
    hint = "correct these first";
  }
  diagnostics_.push_back({file_, place.line, place.column, std::move(message), std::move(hint)});
  unsound_.emplace(path);
}

bool Problems::sound(std::string_view path) const {
  if (unsound_.empty()) return true;
  if (diagnostics_.size() > kMost) return false;
  for (std::size_t end = path.size(); end != std::string_view::npos; end = path.find_last_of(".[", end - 1)) {
    if (unsound_.contains(path.substr(0, end))) return false;
    if (end == 0) break;
  }
  return true;
}

bool Problems::sound_throughout(std::string_view path) const {
  const auto below = unsound_.lower_bound(path);
  return sound(path) && (below == unsound_.end() || !below->starts_with(path));
}

std::vector<Diagnostic> Problems::take() && {
  return ordered_by_place(std::move(diagnostics_));
}

}  // namespace tabletheory::dms
