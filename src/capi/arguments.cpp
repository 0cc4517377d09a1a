#include "capi/arguments.h"

#include <fmt/format.h>

namespace tabletheory::capi {

Arguments::Arguments(const Node& node, std::string what) : what_(std::move(what)) {
  members_.reserve(node.count);
  for (const Node& child : node.children()) members_.push_back(&child);
  asked_.resize(members_.size());
}

Result<Arguments> Arguments::of(const Node& node, std::string what) {
  if (!node.is_map()) return fail(ErrorCode::kInvalidModel, fmt::format("{} is no MAP (docs/c-abi.md)", what));
  return Arguments(node, std::move(what));
}

std::unexpected<Error> Arguments::misfit(std::string_view name, std::string_view expected) const {
  return fail(ErrorCode::kInvalidModel, fmt::format("{}: \"{}\" must be {} (docs/c-abi.md)", what_, name, expected));
}

const Node* Arguments::find(std::string_view name) const {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i]->name != name || members_[i]->slot != Node::kNoSlot) continue;
    asked_[i] = true;
    return members_[i]->tag == Tag::kAbsent ? nullptr : members_[i];
  }
  return nullptr;
}

Result<const Node*> Arguments::require(std::string_view name) const {
  if (const Node* node = find(name)) return node;
  return misfit(name, "given");
}

Result<bool> Arguments::flag(std::string_view name, bool otherwise) const {
  const Node* node = find(name);
  if (node == nullptr) return otherwise;
  if (node->tag != Tag::kTrue && node->tag != Tag::kFalse) return misfit(name, "true or false");
  return node->tag == Tag::kTrue;
}

Result<std::optional<std::int64_t>> Arguments::integer(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  if (node->is_integer()) return node->integer;
  if (node->tag == Tag::kNumber || node->tag == Tag::kDouble) {
    const auto number = node->tag == Tag::kNumber ? Number::parse(node->text) : Number::from_double(node->real);
    if (number) {
      if (const auto integer = number->to_int64()) return *integer;
    }
  }
  return misfit(name, "a whole number of 64 bits");
}

Result<std::int64_t> Arguments::integer(std::string_view name, std::int64_t otherwise) const {
  TT_TRY(const auto given, integer(name));
  return given.value_or(otherwise);
}

Result<std::optional<std::size_t>> Arguments::size(std::string_view name) const {
  TT_TRY(const auto given, integer(name));
  if (!given) return std::nullopt;
  if (*given < 0) return misfit(name, "a number that is not negative");
  return static_cast<std::size_t>(*given);
}

Result<std::optional<std::string>> Arguments::text(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  if (node->tag != Tag::kString) return misfit(name, "text");
  return std::string(node->text);
}

Result<std::string> Arguments::text(std::string_view name, std::string_view otherwise) const {
  TT_TRY(auto given, text(name));
  return given ? std::move(*given) : std::string(otherwise);
}

Result<std::string> Arguments::require_text(std::string_view name) const {
  TT_TRY(auto given, text(name));
  if (!given) return misfit(name, "given");
  return std::move(*given);
}

Result<std::vector<const Node*>> Arguments::list(std::string_view name) const {
  const Node* node = find(name);
  std::vector<const Node*> elements;
  if (node == nullptr) return elements;
  if (node->tag != Tag::kList) return misfit(name, "a list");
  for (const Node& element : node->children()) elements.push_back(&element);
  return elements;
}

Result<std::vector<std::string>> Arguments::texts(std::string_view name) const {
  TT_TRY(const auto elements, list(name));
  std::vector<std::string> texts;
  for (const Node* element : elements) {
    if (element->tag != Tag::kString) return misfit(name, "a list of texts");
    texts.emplace_back(element->text);
  }
  return texts;
}

Result<std::optional<Arguments>> Arguments::map(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  TT_TRY(Arguments map, of(*node, fmt::format("{}.{}", what_, name)));
  return map;
}

Result<Arguments> Arguments::require_map(std::string_view name) const {
  TT_TRY(auto given, map(name));
  if (!given) return misfit(name, "given");
  return std::move(*given);
}

Result<std::optional<Timestamp>> Arguments::time(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  if (node->tag != Tag::kTime) return misfit(name, "a TIME");
  return node->time();
}

Result<std::optional<std::chrono::milliseconds>> Arguments::milliseconds(std::string_view name) const {
  TT_TRY(const auto given, integer(name));
  if (!given) return std::nullopt;
  if (*given < 0) return misfit(name, "a time in milliseconds that is not negative");
  return std::chrono::milliseconds(*given);
}

Result<void> Arguments::check_all_known() const {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (asked_[i]) continue;
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{} has no member \"{}\" (docs/c-abi.md)", what_,
                            members_[i]->slot == Node::kNoSlot ? members_[i]->name : "(a slot)"));
  }
  return {};
}

}  // namespace tabletheory::capi
