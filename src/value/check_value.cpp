// Checks of values built by hand, before they are sent.
#include <fmt/format.h>

#include "value/excerpt.h"
#include "value/set_elements.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

using Kind = AttributeProblem::Kind;

// Checks values built by hand; `where` is the path of the value being looked at.
class ValueChecker {
 public:
  Result<void> check(const Value& value, int depth) {
    switch (value.type()) {
      case Type::kS:
        return utf8(value.text(), "text");
      case Type::kM:
        if (depth + 1 >= kMaxNesting) return too_deep();
        for (const auto& [name, element] : value.map()) {
          TT_CHECK(utf8(name, "attribute name"));
          TT_CHECK(below(".M." + shortened(name), element, depth + 1));
        }
        return {};
      case Type::kL:
        if (depth + 1 >= kMaxNesting) return too_deep();
        for (std::size_t i = 0; i < value.list().size(); ++i) {
          TT_CHECK(below(fmt::format(".L[{}]", i), value.list()[i], depth + 1));
        }
        return {};
      case Type::kSS:
        for (const std::string& element : value.string_set().elements) TT_CHECK(utf8(element, "element"));
        return set(value.string_set().elements, Type::kSS);
      case Type::kNS:
        return set(value.number_set().elements, Type::kNS);
      case Type::kBS:
        return set(value.binary_set().elements, Type::kBS);
      default:
        return {};
    }
  }

 private:
  Result<void> below(const std::string& step, const Value& value, int depth) {
    const std::size_t length = where_.size();
    where_ += step;
    auto result = check(value, depth);
    where_.resize(length);
    return result;
  }

  Result<void> refuse(AttributeProblem problem) const {
    problem.path = where_;
    return fail(ErrorCode::kInvalidModel, problem.message());
  }
  Result<void> too_deep() const { return refuse({.kind = Kind::kTooDeep}); }

  Result<void> utf8(std::string_view text, std::string_view what) const {
    if (is_valid_utf8(text)) return {};
    return fail(ErrorCode::kInvalidModel, fmt::format("{}{}the {} is not valid UTF-8; store raw bytes as B", where_,
                                                      where_.empty() ? "" : ": ", what));
  }

  template <class Element>
  Result<void> set(const std::vector<Element>& elements, Type type) const {
    if (elements.empty()) return refuse({.kind = Kind::kEmptySet, .type = type});
    if (const Element* duplicate = find_duplicate(elements)) {
      return refuse({.kind = Kind::kDuplicateInSet, .type = type, .text = element_text(*duplicate)});
    }
    return {};
  }

  std::string where_;
};

}  // namespace

Result<void> check_value(const Value& value, int depth) {
  return ValueChecker().check(value, depth);
}

}  // namespace tabletheory::value
