// Logical values to stored ones, by the attribute's declaration.
#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"

namespace tabletheory::model {
namespace {

std::unexpected<Error> not_utf8(const Attribute& attribute) {
  return misfit(attribute, "the text is not valid UTF-8; convert it, or store it as B");
}

template <class T>
bool has_duplicates(const std::vector<T>& elements) {
  std::vector<const T*> sorted;
  sorted.reserve(elements.size());
  for (const T& element : elements) sorted.push_back(&element);
  std::sort(sorted.begin(), sorted.end(), [](const T* a, const T* b) { return *a < *b; });
  return std::adjacent_find(sorted.begin(), sorted.end(), [](const T* a, const T* b) { return *a == *b; }) !=
         sorted.end();
}

template <class T>
Result<void> check_distinct(const Attribute& attribute, const std::vector<T>& elements) {
  if (has_duplicates(elements)) return misfit(attribute, "the set holds an element twice; give each element once");
  return {};
}

Result<void> check_texts(const Attribute& attribute, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    if (!value::is_valid_utf8(text)) return not_utf8(attribute);
  }
  return {};
}

// Any value as it stands, below a map or list. An empty set is written as NULL (docs/spec/dms.md, "Scalar encodings").
class NestedWriter {
 public:
  NestedWriter(const Attribute& attribute, std::string& out) : attribute_(attribute), writer_(out) {}

  Result<void> write(const Value& value, int depth) {
    switch (value.type()) {
      case Type::kS:
        if (!value::is_valid_utf8(value.text())) return not_utf8(attribute_);
        break;
      case Type::kSS:
        TT_CHECK(check_texts(attribute_, value.string_set().elements));
        return write_set(value, value.string_set().elements);
      case Type::kNS:
        return write_set(value, value.number_set().elements);
      case Type::kBS:
        return write_set(value, value.binary_set().elements);
      case Type::kM:
        return write_map(value.map(), depth);
      case Type::kL:
        return write_list(value.list(), depth);
      default:
        break;
    }
    writer_.attribute(value);
    return {};
  }

 private:
  Result<void> check_depth(int depth) const {
    if (depth + 1 < value::kMaxNesting) return {};
    return misfit(attribute_,
                  "maps and lists are nested deeper than the 31 levels the service stores; flatten the value");
  }

  template <class T>
  Result<void> write_set(const Value& value, const std::vector<T>& elements) {
    TT_CHECK(check_distinct(attribute_, elements));
    if (elements.empty()) {
      writer_.attribute_null();
    } else {
      writer_.attribute(value);
    }
    return {};
  }

  Result<void> write_map(const Map& map, int depth) {
    TT_CHECK(check_depth(depth));
    writer_.raw(R"({"M":{)");
    bool first = true;
    for (const auto& [name, member] : map) {
      if (!value::is_valid_utf8(name)) return not_utf8(attribute_);
      if (!first) writer_.raw(',');
      first = false;
      writer_.key(name);
      TT_CHECK(write(member, depth + 1));
    }
    writer_.raw("}}");
    return {};
  }

  Result<void> write_list(const List& list, int depth) {
    TT_CHECK(check_depth(depth));
    writer_.raw(R"({"L":[)");
    bool first = true;
    for (const Value& element : list) {
      if (!first) writer_.raw(',');
      first = false;
      TT_CHECK(write(element, depth + 1));
    }
    writer_.raw("]}");
    return {};
  }

  const Attribute& attribute_;
  value::WireWriter writer_;
};

Result<void> write_text(const Attribute& attribute, const std::string& text, std::string& out) {
  value::WireWriter writer(out);
  if (is_timestamp(attribute)) {
    const auto timestamp = Timestamp::parse(text);
    if (!timestamp) {
      return misfit(attribute, fmt::format("\"{}\" is not an RFC 3339 timestamp such as 2026-01-02T03:04:05Z", text));
    }
    writer.attribute_string(timestamp->to_string());
    return {};
  }
  if (is_decimal_text(attribute)) {
    const auto number = Number::parse(text);
    if (!number) return misfit(attribute, number.error().message());
    writer.attribute_string(number->to_string());
    return {};
  }
  if (!value::is_valid_utf8(text)) return not_utf8(attribute);
  writer.attribute_string(text);
  return {};
}

Result<void> write_number(const Attribute& attribute, const Number& number, std::string& out) {
  if (is_integer(attribute) && !number.to_int64()) {
    return misfit(attribute, fmt::format("{} is not a 64-bit integer, which the attribute's role or format asks for",
                                         number.to_string()));
  }
  value::WireWriter(out).attribute_number(number);
  return {};
}

// A list given for a set attribute becomes the set of its elements.
template <class Element, class Set>
Result<Value> set_from_list(const Attribute& attribute, const List& list) {
  Set set;
  set.elements.reserve(list.size());
  for (const Value& element : list) {
    const auto* typed = element.get_if<Element>();
    if (typed == nullptr) {
      return misfit(attribute, fmt::format("an element of type {} does not belong in a set of type {}",
                                           type_name(element.type()), type_name(attribute.type())));
    }
    set.elements.push_back(*typed);
  }
  return Value(std::move(set));
}

Result<Value> set_from_list(const Attribute& attribute, const List& list) {
  switch (attribute.type()) {
    case Type::kSS:
      return set_from_list<std::string, StringSet>(attribute, list);
    case Type::kNS:
      return set_from_list<Number, NumberSet>(attribute, list);
    default:
      return set_from_list<Bytes, BinarySet>(attribute, list);
  }
}

// Of whichever type: where a language's empty set has no element to tell it by, the attribute does.
bool is_empty_set(const Value& value) {
  switch (value.type()) {
    case Type::kSS:
      return value.string_set().elements.empty();
    case Type::kNS:
      return value.number_set().elements.empty();
    case Type::kBS:
      return value.binary_set().elements.empty();
    default:
      return false;
  }
}

// True when plain JSON can say the value: no binaries, no sets. Recursion is bounded by the check below it: deeper than
// the service stores is refused too.
bool is_json_compatible(const Value& value, int depth) {
  if (depth > value::kMaxNesting) return false;
  if (value.is(Type::kB) || is_set(value.type())) return false;
  if (const Map* map = value.get_if<Map>()) {
    return std::all_of(map->begin(), map->end(),
                       [&](const auto& member) { return is_json_compatible(member.second, depth + 1); });
  }
  if (const List* list = value.get_if<List>()) {
    return std::all_of(list->begin(), list->end(),
                       [&](const Value& element) { return is_json_compatible(element, depth + 1); });
  }
  return true;
}

Result<void> write_json(const Attribute& attribute, const Value& value, std::string& out) {
  if (!is_json_compatible(value, 0)) {
    return misfit(attribute, "the value is not JSON: no binaries or sets, and at most 32 levels of maps and lists");
  }
  if (value.is_null()) {
    value::WireWriter(out).attribute_null();
    return {};
  }
  if (attribute.type() == Type::kS) {
    std::string text;
    value::append_plain_json(value, text);
    if (!value::is_valid_utf8(text)) return not_utf8(attribute);
    value::WireWriter(out).attribute_string(text);
    return {};
  }
  if (value.type() != attribute.type()) return wrong_type(attribute, value.type());
  return NestedWriter(attribute, out).write(value, 0);
}

}  // namespace

Result<void> write_nested(const Attribute& attribute, const Value& value, int depth, std::string& out) {
  return NestedWriter(attribute, out).write(value, depth);
}

Result<void> write_attribute(const Attribute& attribute, const Value& value, std::string& out) {
  if (attribute.definition.json) return write_json(attribute, value, out);
  if (const List* list = value.get_if<List>(); list != nullptr && is_set(attribute.type())) {
    TT_TRY(const Value set, set_from_list(attribute, *list));
    return NestedWriter(attribute, out).write(set, 0);
  }
  if (is_set(attribute.type()) && is_empty_set(value)) {
    value::WireWriter(out).attribute_null();
    return {};
  }
  if (const Number* number = value.get_if<Number>(); number != nullptr && is_decimal_text(attribute)) {
    value::WireWriter(out).attribute_string(number->to_string());
    return {};
  }
  if (value.type() != attribute.type()) return wrong_type(attribute, value.type());
  if (const auto* text = value.get_if<std::string>()) return write_text(attribute, *text, out);
  if (const auto* number = value.get_if<Number>()) return write_number(attribute, *number, out);
  return NestedWriter(attribute, out).write(value, 0);
}

}  // namespace tabletheory::model
