// Conditions and filters: the condition language as C++ expressions.
//
//     using tabletheory::attr;
//     auto big  = attr(&Order::total) > 10 && attr(&Order::state) == "open";      // typed: operands are type-checked
//     auto deep = attr("address.lines[0].city").begins_with("B") || attr("tags").contains("vip");
//     auto old  = !attr("archivedAt").exists() && attr("tags").size() >= 2;
//     auto own  = tabletheory::raw_condition("#s = :v", {{"#s", "state"}}, {{":v", "open"}});
//
// Operators: == != < <= > >= between in begins_with contains exists not_exists size has_type && || !. Literals are
// logical values: against a whole attribute of a model they are stored the attribute's way (a Timestamp against a ttl
// is compared as Unix seconds). What cannot be said at compile time is told by the call that uses the condition:
// ErrInvalidOperator for a malformed path or operator, ErrInvalidModel for a value or attribute that does not fit.
//
// Values; cheap to copy; safe to share between threads.
#pragma once

#include <concepts>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tabletheory/detail/codec.h"
#include "tabletheory/model_builder.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"

namespace tabletheory {

class Condition;

namespace detail {

struct PathStep {
  std::string name;         // a member, or a whole path to be parsed when `is_text`
  std::int64_t index = -1;  // a list element, from 0; -1: a member
  bool is_text = false;
};

struct PathData {
  std::vector<PathStep> steps;
  std::string problem;  // why there is no such path; empty: there is
};

// A literal, a Timestamp (whose stored form depends on the attribute), a path, or size(path).
struct Operand {
  enum class Kind : std::uint8_t { kLiteral, kTimestamp, kPath, kSize };
  Kind kind = Kind::kLiteral;
  Value literal;
  Timestamp timestamp;
  PathData path;
  std::string problem;  // why the literal cannot be stored; empty: it can
};

struct ConditionNode {
  enum class Kind : std::uint8_t { kOperator, kRaw, kAnd, kOr, kNot };
  Kind kind = Kind::kOperator;
  std::string op;  // kOperator: =, <>, <, <=, >, >=, between, in, begins_with, contains, exists, not_exists, type
  std::vector<Operand> operands;  // kOperator: the left side, then what the operator takes
  std::vector<Condition> children;
  std::string expression;  // kRaw
  Map names, values;
};

// Native value → logical value, by the type's codec.
Operand operand_of(const Codec& codec, const void* native);

template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view>;

// What a native type is compared as. kAny: known at run time only.
enum class Category : std::uint8_t { kAny, kText, kNumber, kBool, kInstant, kBytes, kMap, kList, kSet };

template <class T>
constexpr Category category() {
  if constexpr (TextLike<T>) {
    return Category::kText;
  } else {
    constexpr const Codec* codec = &kCodec<T>;
    constexpr Shape shape = codec->shape == Shape::kOptional ? codec->element->shape : codec->shape;
    constexpr Type type = codec->type;
    if (shape == Shape::kValue) return Category::kAny;
    if (shape == Shape::kTimestamp) return Category::kInstant;
    switch (type) {
      case Type::kS:
        return Category::kText;
      case Type::kN:
        return Category::kNumber;
      case Type::kB:
        return Category::kBytes;
      case Type::kBool:
        return Category::kBool;
      case Type::kM:
        return Category::kMap;
      case Type::kL:
        return Category::kList;
      case Type::kNull:
        return Category::kAny;
      default:
        return Category::kSet;
    }
  }
}

constexpr bool categories_meet(Category a, Category b) {
  return a == b || a == Category::kAny || b == Category::kAny;
}
constexpr bool is_ordered(Category c) {
  return c == Category::kAny || c == Category::kText || c == Category::kNumber || c == Category::kInstant ||
         c == Category::kBytes;
}

template <class T>
Operand make_operand(const T& native) {
  if constexpr (std::same_as<T, Value>) {
    return Operand{.kind = Operand::Kind::kLiteral, .literal = native, .timestamp = {}, .path = {}, .problem = {}};
  } else if constexpr (TextLike<T>) {
    return make_operand(Value(std::string_view(native)));
  } else {
    return operand_of(kCodec<T>, &native);
  }
}

Condition make_condition(std::string op, std::vector<Operand> operands);

}  // namespace detail

// Any condition. A default one is none at all: it is always true and sends nothing.
class Condition {
 public:
  Condition() = default;
  bool empty() const { return node_ == nullptr; }

  friend Condition operator&&(const Condition& a, const Condition& b);
  friend Condition operator||(const Condition& a, const Condition& b);
  friend Condition operator!(const Condition& a);

  // For the library.
  explicit Condition(std::shared_ptr<const detail::ConditionNode> node) : node_(std::move(node)) {}
  const detail::ConditionNode* node() const { return node_.get(); }

 private:
  std::shared_ptr<const detail::ConditionNode> node_;
};

// An expression in the service's own language; `names` maps "#n" to attribute names, `values` ":v" to stored values. It
// is parsed and checked before anything is sent; placeholders that collide with generated ones are renamed.
Condition raw_condition(std::string expression, const std::map<std::string, std::string>& names = {}, Map values = {});

// Where a condition, projection or update points: an attribute, or a place inside it. `M` is the native type that lies
// there, or void when it is not known at compile time.
template <class M>
class TypedPath;
using Path = TypedPath<void>;

namespace detail {

template <class T>
struct IsPath : std::false_type {};
template <class M>
struct IsPath<TypedPath<M>> : std::true_type {};
template <class T>
concept AnyPath = IsPath<std::remove_cvref_t<T>>::value;

// size(path), which compares with numbers.
class SizeOf {
 public:
  explicit SizeOf(PathData path) : path_(std::move(path)) {}
  Operand operand() const {
    return {.kind = Operand::Kind::kSize, .literal = {}, .timestamp = {}, .path = path_, .problem = {}};
  }

 private:
  PathData path_;
};

template <class M>
struct CategoryOf {
  static constexpr Category kCategory = category<M>();
};
template <>
struct CategoryOf<void> {
  static constexpr Category kCategory = Category::kAny;
};
template <class M>
struct CategoryOf<TypedPath<M>> : CategoryOf<M> {};
template <>
struct CategoryOf<SizeOf> {
  static constexpr Category kCategory = Category::kNumber;
};

template <class T>
concept LeftSide = AnyPath<T> || std::same_as<std::remove_cvref_t<T>, SizeOf>;
template <class A, class B>
concept Meets = categories_meet(CategoryOf<std::remove_cvref_t<A>>::kCategory, CategoryOf<std::decay_t<B>>::kCategory);
template <class A>
concept Ordered = is_ordered(CategoryOf<std::remove_cvref_t<A>>::kCategory);

template <class T>
Operand side(const T& side) {
  if constexpr (LeftSide<T>) {
    return side.operand();
  } else if constexpr (TextLike<T>) {
    return make_operand(Value(std::string_view(side)));
  } else {
    return make_operand(side);
  }
}

// The elements of containers, for contains().
template <class M>
struct ElementOf {
  using type = M;
};
template <class T>
struct ElementOf<std::optional<T>> : ElementOf<T> {};
template <class T>
struct ElementOf<std::vector<T>> {
  using type = T;
};
template <>
struct ElementOf<Bytes> {
  using type = Bytes;
};
template <class T, class C>
struct ElementOf<std::set<T, C>> {
  using type = T;
};
template <class T, class H, class E>
struct ElementOf<std::unordered_set<T, H, E>> {
  using type = T;
};
template <>
struct ElementOf<StringSet> {
  using type = std::string;
};
template <>
struct ElementOf<NumberSet> {
  using type = Number;
};
template <>
struct ElementOf<BinarySet> {
  using type = Bytes;
};

template <class M>
struct Unwrapped {
  using type = M;
};
template <class M>
struct Unwrapped<std::optional<M>> {
  using type = M;
};

PathData member_path(const RecordInfo& record, std::size_t offset, const Codec* codec);
PathData joined(PathData path, const PathData& below);
PathData joined(PathData path, PathStep step);

}  // namespace detail

// The operators every path has.
template <class Self, class M>
class PathOperators {
 public:
  Condition exists() const { return detail::make_condition("exists", {self().operand()}); }
  Condition not_exists() const { return detail::make_condition("not_exists", {self().operand()}); }
  Condition has_type(Type type) const {
    return detail::make_condition("type", {self().operand(), detail::make_operand(Value(type_name(type)))});
  }
  // Characters of text, bytes of a binary, elements of a set, list or map: `attr("tags").size() > 2`.
  detail::SizeOf size() const { return detail::SizeOf(self().data()); }

  template <class A, class B>
    requires detail::Meets<TypedPath<M>, A> && detail::Meets<TypedPath<M>, B> && detail::Ordered<TypedPath<M>>
  Condition between(const A& low, const B& high) const {
    return detail::make_condition("between", {self().operand(), detail::side(low), detail::side(high)});
  }
  // One of 1–100 values.
  template <class V>
    requires detail::Meets<TypedPath<M>, V>
  Condition in(const std::vector<V>& values) const {
    std::vector<detail::Operand> operands{self().operand()};
    for (const V& value : values) operands.push_back(detail::side(value));
    return detail::make_condition("in", std::move(operands));
  }
  template <class V>
    requires detail::Meets<TypedPath<M>, V>
  Condition in(std::initializer_list<V> values) const {
    return in(std::vector<std::decay_t<V>>(values));
  }
  template <class V>
    requires detail::Meets<TypedPath<M>, V>
  Condition begins_with(const V& prefix) const {
    return detail::make_condition("begins_with", {self().operand(), detail::side(prefix)});
  }
  // A part of a text, or an element of a set or list.
  template <class V>
    requires detail::Meets<TypedPath<typename detail::ElementOf<M>::type>, V>
  Condition contains(const V& part) const {
    return detail::make_condition("contains", {self().operand(), detail::side(part)});
  }
  // An operator by its name in docs/spec/operations.md ("Reads"), in any case: "=", "eq", "BEGINS_WITH", "between", …
  Condition compare(std::string op, const std::vector<Value>& values) const {
    std::vector<detail::Operand> operands{self().operand()};
    for (const Value& value : values) operands.push_back(detail::make_operand(value));
    return detail::make_condition(std::move(op), std::move(operands));
  }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

// A path whose type is known at run time only.
template <>
class TypedPath<void> : public PathOperators<TypedPath<void>, void> {
 public:
  // An attribute name or a document path: `state`, `address.lines[0].city`.
  TypedPath(std::string text) : data_{{{std::move(text), -1, true}}, {}} {}  // NOLINT(google-explicit-constructor)
  TypedPath(const char* text) : TypedPath(std::string(text)) {}              // NOLINT(google-explicit-constructor)
  template <class M>
    requires(!std::is_void_v<M>)
  TypedPath(const TypedPath<M>& path) : data_(path.data()) {}  // NOLINT(google-explicit-constructor)
  template <class T, class M>
  TypedPath(M T::* member);  // NOLINT(google-explicit-constructor)
  explicit TypedPath(detail::PathData data) : data_(std::move(data)) {}
  // An attribute whose name is taken literally, dots and brackets included.
  static TypedPath named(std::string attribute) {
    return TypedPath(detail::PathData{{{std::move(attribute), -1, false}}, {}});
  }

  TypedPath member(std::string name) const { return TypedPath(detail::joined(data_, {std::move(name), -1, false})); }
  TypedPath operator[](std::size_t index) const {
    return TypedPath(detail::joined(data_, {{}, static_cast<std::int64_t>(index), false}));
  }

  detail::Operand operand() const {
    return {.kind = detail::Operand::Kind::kPath, .literal = {}, .timestamp = {}, .path = data_, .problem = {}};
  }
  const detail::PathData& data() const { return data_; }

 private:
  detail::PathData data_;
};

// A path to a native `M`.
template <class M>
class TypedPath : public PathOperators<TypedPath<M>, M> {
 public:
  using Native = typename detail::Unwrapped<M>::type;
  explicit TypedPath(detail::PathData data) : data_(std::move(data)) {}

  // A member of a described struct: `attr(&Order::address).member(&Address::city)`.
  template <class R, class N>
    requires std::same_as<R, Native>
  TypedPath<N> member(N R::* member) const {
    return TypedPath<N>(detail::joined(
        data_, detail::member_path(detail::record_info<R>(), detail::member_offset(member), &detail::kCodec<N>)));
  }
  // An element of a vector.
  auto operator[](std::size_t index) const
    requires detail::IsVector<Native>::value
  {
    return TypedPath<typename Native::value_type>(detail::joined(data_, {{}, static_cast<std::int64_t>(index), false}));
  }
  // A value of a std::map<std::string, T>.
  auto member(std::string key) const
    requires detail::IsDictionary<Native>::value
  {
    return TypedPath<typename Native::mapped_type>(detail::joined(data_, {std::move(key), -1, false}));
  }

  detail::Operand operand() const {
    return {.kind = detail::Operand::Kind::kPath, .literal = {}, .timestamp = {}, .path = data_, .problem = {}};
  }
  const detail::PathData& data() const { return data_; }

 private:
  detail::PathData data_;
};

// Paths: by member pointer (typed), or by text.
template <class T, class M>
TypedPath<M> attr(M T::* member) {
  return TypedPath<M>(detail::member_path(detail::record_info<T>(), detail::member_offset(member), &detail::kCodec<M>));
}
inline Path attr(std::string path) {
  return Path(std::move(path));
}

template <class T, class M>
TypedPath<void>::TypedPath(M T::* member) : data_(attr(member).data()) {}

template <detail::LeftSide P, class V>
  requires detail::Meets<P, V>
Condition operator==(const P& path, const V& value) {
  return detail::make_condition("=", {detail::side(path), detail::side(value)});
}
template <detail::LeftSide P, class V>
  requires detail::Meets<P, V>
Condition operator!=(const P& path, const V& value) {
  return detail::make_condition("<>", {detail::side(path), detail::side(value)});
}
template <detail::LeftSide P, class V>
  requires detail::Meets<P, V> && detail::Ordered<P>
Condition operator<(const P& path, const V& value) {
  return detail::make_condition("<", {detail::side(path), detail::side(value)});
}
template <detail::LeftSide P, class V>
  requires detail::Meets<P, V> && detail::Ordered<P>
Condition operator<=(const P& path, const V& value) {
  return detail::make_condition("<=", {detail::side(path), detail::side(value)});
}
template <detail::LeftSide P, class V>
  requires detail::Meets<P, V> && detail::Ordered<P>
Condition operator>(const P& path, const V& value) {
  return detail::make_condition(">", {detail::side(path), detail::side(value)});
}
template <detail::LeftSide P, class V>
  requires detail::Meets<P, V> && detail::Ordered<P>
Condition operator>=(const P& path, const V& value) {
  return detail::make_condition(">=", {detail::side(path), detail::side(value)});
}

}  // namespace tabletheory
