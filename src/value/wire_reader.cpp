#include <fmt/format.h>

#include <algorithm>

#include "value/base64.h"
#include "value/excerpt.h"
#include "value/set_elements.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

using Kind = AttributeProblem::Kind;

// Reads typed attribute values out of a parsed body. On failure a method returns false and `problem` says why; its path
// grows from the inside out as the calls return.
class AttributeReader {
 public:
  AttributeProblem problem{};

  bool value(WireElement element, int depth, Value& out) {
    WireObject object;
    if (element.get(object) != simdjson::SUCCESS) return refuse(Kind::kNotAnObject);
    Type type{};
    WireElement content;
    if (!single_member(object, type, content)) return false;
    switch (type) {
      case Type::kS:
        return string(content, type, out.emplace<std::string>());
      case Type::kN:
        return number(content, type, out.emplace<Number>());
      case Type::kB:
        return binary(content, type, out.emplace<Bytes>());
      case Type::kBool:
        if (content.get(out.emplace<bool>()) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, type);
        return true;
      case Type::kNull:
        return null(content, out);
      case Type::kM:
        return nested_map(content, depth, out.emplace<Map>());
      case Type::kL:
        return list(content, depth, out.emplace<List>());
      case Type::kSS:
        return set(content, type, out.emplace<StringSet>().elements,
                   [&](WireElement e, std::string& text) { return string(e, Type::kSS, text); });
      case Type::kNS:
        return set(content, type, out.emplace<NumberSet>().elements,
                   [&](WireElement e, Number& n) { return number(e, Type::kNS, n); });
      case Type::kBS:
        return set(content, type, out.emplace<BinarySet>().elements,
                   [&](WireElement e, Bytes& bytes) { return binary(e, Type::kBS, bytes); });
    }
    return refuse(Kind::kNoType);
  }

  // Entries sorted by name. `depth` is that of the values.
  bool map(WireObject object, int depth, Map& out) {
    const std::size_t first = fields_.size();
    bool sorted = true;
    for (const auto field : object) {
      sorted = sorted && (fields_.size() == first || fields_.back().name < field.key);
      fields_.push_back({field.key, field.value});
    }
    if (!sorted && !sort_fields(first)) return false;
    const std::size_t count = fields_.size() - first;
    std::vector<Map::Entry> entries;
    entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const Field field = fields_[first + i];  // a copy: reading the value may move the fields
      Map::Entry& entry =
          entries.emplace_back(std::piecewise_construct, std::forward_as_tuple(field.name), std::forward_as_tuple());
      if (!value(field.value, depth, entry.second)) return within("." + shortened(field.name));
    }
    fields_.resize(first);
    out = Map::from_sorted(std::move(entries));
    return true;
  }

 private:
  struct Field {
    std::string_view name;
    WireElement value;
  };

  bool refuse(Kind kind, Type type = Type::kNull, std::string_view text = {}) {
    problem.kind = kind;
    problem.type = type;
    problem.text = text;
    return false;
  }
  bool within(std::string_view step) {
    problem.path.insert(0, step);
    return false;
  }

  // The one member that names a type. Members of other names are passed over, and so is null, as the service does.
  bool single_member(WireObject object, Type& type, WireElement& content) {
    bool found = false;
    std::string_view unknown;
    for (const auto field : object) {
      Type named;
      if (!parse_type_name(field.key, named)) {
        unknown = field.key;
        continue;
      }
      if (field.value.is_null()) continue;
      if (found) {
        return named == type ? refuse(Kind::kDuplicateKey, type, field.key) : refuse(Kind::kSeveralTypes);
      }
      found = true;
      type = named;
      content = field.value;
    }
    return found || refuse(Kind::kNoType, Type::kNull, unknown);
  }

  bool string(WireElement content, Type type, std::string& out) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, type);
    out.assign(text);
    return true;
  }

  bool number(WireElement content, Type type, Number& out) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, type);
    if (type == Type::kNS && text.empty()) return refuse(Kind::kEmptyNumberInSet, type);
    problem.number_error = Number::parse(text, out);
    return problem.number_error == Number::ParseError::kNone || refuse(Kind::kBadNumber, type, text);
  }

  bool binary(WireElement content, Type type, Bytes& out) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, type);
    auto bytes = decode_base64(text);
    if (!bytes) return refuse(Kind::kBadBase64, type);
    out = std::move(*bytes);
    return true;
  }

  bool null(WireElement content, Value& out) {
    bool yes = false;
    if (content.get(yes) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, Type::kNull);
    out.emplace<Value::Null>();
    return yes || refuse(Kind::kNullFalse);
  }

  bool nested_map(WireElement content, int depth, Map& out) {
    WireObject object;
    if (content.get(object) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, Type::kM);
    if (depth + 1 >= kMaxNesting) return refuse(Kind::kTooDeep, Type::kM);
    return map(object, depth + 1, out) || within(".M");
  }

  bool list(WireElement content, int depth, List& out) {
    WireArray array;
    if (content.get(array) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, Type::kL);
    if (depth + 1 >= kMaxNesting) return refuse(Kind::kTooDeep, Type::kL);
    out.reserve(array.size());
    for (const WireElement element : array) {
      if (!value(element, depth + 1, out.emplace_back())) return within(fmt::format(".L[{}]", out.size() - 1));
    }
    return true;
  }

  template <class Element, class Read>
  bool set(WireElement content, Type type, std::vector<Element>& out, Read read) {
    WireArray array;
    if (content.get(array) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, type);
    out.reserve(array.size());
    for (const WireElement element : array) {
      if (!read(element, out.emplace_back())) return within(fmt::format(".{}[{}]", type_name(type), out.size() - 1));
    }
    if (out.empty()) return refuse(Kind::kEmptySet, type);
    const Element* duplicate = find_duplicate(out);
    return duplicate == nullptr || refuse(Kind::kDuplicateInSet, type, element_text(*duplicate));
  }

  // Sorts the fields from `first` on by name. False when a name occurs twice.
  bool sort_fields(std::size_t first) {
    const auto range = std::ranges::subrange(fields_.begin() + static_cast<std::ptrdiff_t>(first), fields_.end());
    std::ranges::sort(range, {}, &Field::name);
    const auto twice = std::ranges::adjacent_find(range, {}, &Field::name);
    return twice == range.end() || refuse(Kind::kDuplicateKey, Type::kM, twice->name);
  }

  // A stack: the fields of every map being read, innermost last.
  std::vector<Field> fields_;
};

}  // namespace

Result<WireElement> WireDocument::parse(std::string_view body) {
  WireElement element;
  if (const auto error = parser_.parse(body.data(), body.size()).get(element); error != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("the body is not valid JSON: {}", simdjson::error_message(error)));
  }
  return element;
}

std::expected<Value, AttributeProblem> read_value(WireElement element, int depth) {
  AttributeReader reader;
  std::expected<Value, AttributeProblem> out;
  if (!reader.value(element, depth, *out)) return std::unexpected(std::move(reader.problem));
  return out;
}

std::expected<Item, AttributeProblem> read_item(WireElement element) {
  AttributeReader reader;
  WireObject object;
  std::expected<Item, AttributeProblem> out;
  if (element.get(object) != simdjson::SUCCESS) {
    return std::unexpected(AttributeProblem{.kind = Kind::kWrongJsonType, .type = Type::kM});
  }
  if (!reader.map(object, 0, *out)) return std::unexpected(std::move(reader.problem));
  return out;
}

bool is_valid_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace tabletheory::value

namespace tabletheory {

Result<Item> item_from_wire_json(std::string_view json) {
  value::WireDocument document;
  TT_TRY(const value::WireElement element, document.parse(json));
  auto item = value::read_item(element);
  if (!item) return fail(ErrorCode::kInvalidModel, item.error().message());
  return std::move(*item);
}

}  // namespace tabletheory
