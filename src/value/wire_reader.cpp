#include <fmt/format.h>

#include <algorithm>
#include <bit>

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
  AttributeReader() { fields_.reserve(kFieldsReserved); }

  AttributeProblem problem{};

  bool value(WireElement element, int depth, Value& out) {
    WireObject object;
    if (element.get(object) != simdjson::SUCCESS) return refuse(Kind::kNotAnObject);
    Type type{};
    WireElement content;
    if (!single_member(object, type, content)) return false;
    switch (type) {
      case Type::kS:
        return text(content, out);
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
    for (auto at = object.begin(); at != object.end(); ++at) {
      const std::string_view name = at.key();
      fields_.push_back({leading_bytes(name), name, at.value()});
    }
    if (!sort_fields(first)) return false;
    const std::size_t count = fields_.size() - first;
    std::vector<Map::Entry> entries;
    entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view name = fields_[first + i].name;
      Map::Entry& entry =
          entries.emplace_back(std::piecewise_construct, std::forward_as_tuple(name), std::forward_as_tuple());
      if (!value(fields_[first + i].value, depth, entry.second)) return within("." + shortened(name));
    }
    fields_.resize(first);
    out = Map::from_sorted(std::move(entries));
    return true;
  }

 private:
  // Room for the fields of most items and the maps within, so that reading allocates them once.
  static constexpr std::size_t kFieldsReserved = 32;

  struct Field {
    std::uint64_t leading;  // the first bytes of the name, in an order that decides most comparisons
    std::string_view name;
    WireElement value;

    bool before(const Field& other) const {
      return leading != other.leading ? leading < other.leading : name < other.name;
    }
  };

  template <class Word>
  static std::uint64_t big_endian(std::string_view bytes) {
    Word word{};
    bytes.copy(reinterpret_cast<char*>(&word), sizeof word);
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
  }

  // Big-endian and filled with zeros: its order is that of the names wherever it differs.
  static std::uint64_t leading_bytes(std::string_view name) {
    if (name.size() >= 8) return big_endian<std::uint64_t>(name);
    if (name.size() >= 4) {
      // Two words that overlap cover four to seven bytes.
      const std::uint64_t tail = big_endian<std::uint32_t>(name.substr(name.size() - 4));
      return big_endian<std::uint32_t>(name) << 32 | tail << (8 * (8 - name.size()));
    }
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
      bytes |= std::uint64_t{static_cast<unsigned char>(name[i])} << (56 - 8 * i);
    }
    return bytes;
  }

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
    auto at = object.begin();
    const auto end = object.end();
    if (at == end || !parse_type_name(at.key(), type)) return search_member(object, type, content);
    content = at.value();
    if (++at != end || content.is_null()) return search_member(object, type, content);
    return true;
  }

  // The same for objects that are not one known member.
  bool search_member(WireObject object, Type& type, WireElement& content) {
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

  bool text(WireElement content, Value& out) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return refuse(Kind::kWrongJsonType, Type::kS);
    out.emplace<std::string>(std::string(text));
    return true;
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
    const std::span fields(fields_.data() + first, fields_.size() - first);
    const auto out_of_order = [](const Field& a, const Field& b) { return !a.before(b); };
    if (std::ranges::adjacent_find(fields, out_of_order) == fields.end()) return true;
    std::ranges::sort(fields, [](const Field& a, const Field& b) { return a.before(b); });
    const auto twice = std::ranges::adjacent_find(fields, out_of_order);
    return twice == fields.end() || refuse(Kind::kDuplicateKey, Type::kM, twice->name);
  }

  // A stack: the fields of every map being read, innermost last.
  std::vector<Field> fields_;
};

}  // namespace

Result<WireElement> WireDocument::parse(std::string_view body) {
  // simdjson skips it, but RFC 8259 has none, and neither has the service.
  if (body.starts_with("\xEF\xBB\xBF")) {
    return fail(ErrorCode::kInvalidModel, "the body is not valid JSON: it begins with a byte order mark; leave it out");
  }
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
