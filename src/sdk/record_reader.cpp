#include "sdk/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "model/attribute_rules.h"
#include "value/base64.h"
#include "value/type_names.h"

namespace tabletheory::detail {
namespace {

using value::WireArray;
using value::WireElement;
using value::WireObject;

// The one type descriptor and the content of `{"S":"…"}`; false when it is not of that form.
inline bool open_attribute(WireElement stored, Type& type, WireElement& content) {
  WireObject object;
  if (stored.get(object) != simdjson::SUCCESS || object.size() != 1) return false;
  const auto member = object.begin();
  content = member.value();
  return value::read_type_name(member.key(), type);
}

// The set types hold their elements without descriptors.
Type element_type(Type set) {
  return set == Type::kNS ? Type::kN : set == Type::kBS ? Type::kB : Type::kS;
}

template <class T>
bool store_integer(std::int64_t value, void* target) {
  if (!std::in_range<T>(value)) return false;
  const T narrow = static_cast<T>(value);
  std::memcpy(target, &narrow, sizeof narrow);
  return true;
}

bool store_integer(const Codec& codec, std::int64_t value, void* target) {
  switch (codec.size) {
    case 1:
      return codec.is_signed ? store_integer<std::int8_t>(value, target) : store_integer<std::uint8_t>(value, target);
    case 2:
      return codec.is_signed ? store_integer<std::int16_t>(value, target) : store_integer<std::uint16_t>(value, target);
    case 4:
      return codec.is_signed ? store_integer<std::int32_t>(value, target) : store_integer<std::uint32_t>(value, target);
    default:
      return codec.is_signed ? store_integer<std::int64_t>(value, target) : store_integer<std::uint64_t>(value, target);
  }
}

// Shapes that take the whole stored value, not only what is behind its type's name.
inline bool is_wrapped(Shape shape) {
  return shape == Shape::kOptional || shape == Shape::kConverted || shape == Shape::kValue || shape == Shape::kMap;
}

// Integers that are written with a fraction or exponent, or only fit an unsigned member.
bool store_big_integer(const Codec& codec, const Number& number, void* target) {
  if (const auto integer = number.to_int64()) return store_integer(codec, *integer, target);
  std::uint64_t large = 0;
  const std::string text = number.to_string();
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), large);
  if (codec.size != 8 || codec.is_signed || problem != std::errc() || end != text.data() + text.size()) return false;
  std::memcpy(target, &large, sizeof large);
  return true;
}

}  // namespace

bool RecordReader::fail_with(ErrorCode code, std::string message) {
  code_ = code;
  message_ = std::move(message);
  place_.clear();
  return false;
}

bool RecordReader::not_typed() {
  return fail_with(ErrorCode::kInvalidModel, "the stored value is not typed attribute JSON such as {\"S\":\"text\"}");
}

bool RecordReader::not_a_number(std::string_view text) {
  return fail_with(ErrorCode::kInvalidModel, fmt::format("the stored text \"{}\" is not a number", text));
}

bool RecordReader::not_exact(std::string_view text) {
  return fail_with(ErrorCode::kNumberPrecisionLoss,
                   fmt::format("the stored number {} does not fit the member exactly; declare it as Number", text));
}

bool RecordReader::wrong_type(const Codec& codec, Type type) {
  return fail_with(ErrorCode::kInvalidModel,
                   fmt::format("the stored value is of type {}, but the member holds {}; change the model or the item",
                               type_name(type), type_name(codec.type)));
}

bool RecordReader::inside(std::string_view step) {
  place_.insert(0, step);
  return false;
}

Result<void> RecordReader::read_item(WireElement item, void* record, std::span<const std::string> dropped) {
  WireObject object;
  if (item.get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidModel, "a stored item is a JSON object of attributes, and this is none");
  }
  std::size_t position = 0;
  for (const auto [name, stored] : object) {
    const RecordPlan::Member* member = find(name, position++);
    if (member == nullptr) continue;
    if (!dropped.empty() && std::find(dropped.begin(), dropped.end(), name) != dropped.end()) continue;
    if (!read_member(*member, stored, static_cast<char*>(record) + member->field->offset)) return failure(*member);
  }
  return {};
}

const RecordPlan::Member* RecordReader::find(std::string_view name, std::size_t position) {
  if (position < order_.size() && order_[position] != nullptr && order_[position]->name == name)
    return order_[position];
  const RecordPlan::Member* member = plan_->find(name);
  if (position >= order_.size()) order_.resize(position + 1, nullptr);
  order_[position] = member;
  return member;
}

Result<void> RecordReader::read_attribute(const RecordPlan::Member& member, WireElement stored, void* record) {
  if (read_member(member, stored, static_cast<char*>(record) + member.field->offset)) return {};
  return failure(member);
}

std::unexpected<Error> RecordReader::failure(const RecordPlan::Member& member) const {
  return std::unexpected(model::concealed(
      *member.attribute, Error(code_, fmt::format("attribute \"{}{}\": {}", member.name, place_, message_))));
}

inline bool RecordReader::read_opened(const Codec& codec, const Stored& stored, void* target) {
  if (is_wrapped(codec.shape)) return read_wrapped(codec, stored, target);
  // NULL is absent: the member keeps its default, an empty set included.
  return stored.type == Type::kNull || read_content(codec, stored.type, stored.content, target);
}

bool RecordReader::read_wrapped(const Codec& codec, const Stored& stored, void* target) {
  switch (codec.shape) {
    case Shape::kOptional:
      if (stored.type == Type::kNull) {
        codec.optional->reset(target);
        return true;
      }
      return read_opened(*codec.element, stored, codec.optional->emplace(target));
    case Shape::kConverted:
      if (stored.type == Type::kNull) return true;
      return read_converted(codec, target, [&](void* native) { return read_opened(*codec.element, stored, native); });
    default:
      return read_whole(codec, stored.whole, target);
  }
}

bool RecordReader::read_member(const RecordPlan::Member& member, WireElement stored, void* target) {
  const Codec& codec = *member.field->codec;
  Type type{};
  WireElement content;
  if (!open_attribute(stored, type, content)) return not_typed();
  if (type == member.attribute->type()) {
    // Readers of `json` attributes accept native values and text (docs/spec/dms.md, "json").
    if (type == Type::kS && member.attribute->definition.json) return read_json_text(codec, content, target);
    if (type != Type::kNull) return read_opened(codec, {type, content, stored}, target);
  }
  const bool null_is_a_value = member.attribute->definition.json || member.attribute->type() == Type::kNull;
  if (type == Type::kNull) {
    // Only a Value can hold it.
    if (!null_is_a_value || codec.shape != Shape::kOptional || codec.element->shape != Shape::kValue) {
      return read_opened(codec, {type, content, stored}, target);
    }
    codec.optional->emplace(target);
    return true;
  }
  if (!member.attribute->definition.json) return wrong_type(codec, type);
  return type == Type::kS ? read_json_text(codec, content, target)
                          : read_opened(codec, {type, content, stored}, target);
}

bool RecordReader::read_json_text(const Codec& codec, WireElement content, void* target) {
  std::string_view text;
  if (content.get(text) != simdjson::SUCCESS) return not_typed();
  auto parsed = value::parse_plain_json(text);
  if (!parsed) return fail_with(ErrorCode::kInvalidModel, "the stored text is not JSON, which the model asks for");
  value::WireDocument document;
  const auto element = document.parse(to_wire_json(*parsed));
  return element ? read(codec, *element, target) : fail_with(ErrorCode::kInvalidModel, element.error().message());
}

bool RecordReader::read(const Codec& codec, WireElement stored, void* target) {
  Stored opened{Type::kNull, {}, stored};
  return open_attribute(stored, opened.type, opened.content) ? read_opened(codec, opened, target) : not_typed();
}

bool RecordReader::read_whole(const Codec& codec, WireElement stored, void* target) {
  auto value = value::read_value(stored);
  if (!value) return fail_with(ErrorCode::kInvalidModel, value.error().message());
  if (codec.shape == Shape::kValue) {
    *static_cast<Value*>(target) = std::move(*value);
    return true;
  }
  if (value->is_null()) return true;
  if (value->type() != codec.type) return wrong_type(codec, value->type());
  *static_cast<Map*>(target) = std::move(value->map());
  return true;
}

bool RecordReader::read_content(const Codec& codec, Type type, WireElement content, void* target) {
  std::string_view text;
  switch (codec.shape) {
    case Shape::kText:
      // N: a number kept as its text, where the model declares N.
      if ((type != Type::kS && type != Type::kN) || content.get(text) != simdjson::SUCCESS)
        return wrong_type(codec, type);
      static_cast<std::string*>(target)->assign(text);
      return true;
    case Shape::kInteger:
    case Shape::kDouble:
      if (type != Type::kN || content.get(text) != simdjson::SUCCESS) return wrong_type(codec, type);
      return read_number(codec, text, target);
    case Shape::kNumber:
      // S: a decimal kept as text.
      if ((type != Type::kN && type != Type::kS) || content.get(text) != simdjson::SUCCESS)
        return wrong_type(codec, type);
      return read_number(codec, text, target);
    case Shape::kTimestamp:
      if (content.get(text) != simdjson::SUCCESS) return wrong_type(codec, type);
      return read_timestamp(type, text, target);
    case Shape::kBytes:
      if (type != Type::kB || content.get(text) != simdjson::SUCCESS) return wrong_type(codec, type);
      return read_bytes(text, *static_cast<Bytes*>(target));
    case Shape::kBool:
      if (type != Type::kBool || content.get(*static_cast<bool*>(target)) != simdjson::SUCCESS)
        return wrong_type(codec, type);
      return true;
    case Shape::kStringSet:
    case Shape::kNumberSet:
    case Shape::kBinarySet:
      return type == codec.type ? read_set(codec, content, target) : wrong_type(codec, type);
    case Shape::kSequence:
      return read_sequence(codec, type, content, target);
    case Shape::kSet:
      return read_native_set(codec, type, content, target);
    case Shape::kDictionary:
      return type == Type::kM ? read_dictionary(codec, content, target) : wrong_type(codec, type);
    case Shape::kRecord:
      return type == Type::kM ? read_record(codec, content, target) : wrong_type(codec, type);
    case Shape::kConverted:
      return read_converted(codec, target,
                            [&](void* native) { return read_content(*codec.element, type, content, native); });
    default:
      return wrong_type(codec, type);
  }
}

bool RecordReader::read_bytes(std::string_view text, Bytes& target) {
  auto bytes = value::decode_base64(text);
  if (!bytes) return fail_with(ErrorCode::kInvalidModel, "the stored binary is not base64");
  target = std::move(*bytes);
  return true;
}

// Fills a set's elements; `read` turns the text of one into the element.
template <class Element, class Read>
bool RecordReader::read_elements(const Codec& codec, WireElement content, std::vector<Element>& elements, Read read) {
  WireArray array;
  if (content.get(array) != simdjson::SUCCESS) return wrong_type(codec, codec.type);
  elements.clear();
  elements.reserve(array.size());
  for (const WireElement element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) return wrong_type(codec, codec.type);
    if (!read(text, elements.emplace_back())) return false;
  }
  return true;
}

bool RecordReader::read_set(const Codec& codec, WireElement content, void* target) {
  if (codec.shape == Shape::kStringSet) {
    return read_elements(codec, content, static_cast<StringSet*>(target)->elements,
                         [](std::string_view text, std::string& element) {
                           element.assign(text);
                           return true;
                         });
  }
  if (codec.shape == Shape::kNumberSet) {
    return read_elements(codec, content, static_cast<NumberSet*>(target)->elements,
                         [this](std::string_view text, Number& element) {
                           return Number::parse(text, element) == Number::ParseError::kNone || not_a_number(text);
                         });
  }
  return read_elements(codec, content, static_cast<BinarySet*>(target)->elements,
                       [this](std::string_view text, Bytes& element) { return read_bytes(text, element); });
}

bool RecordReader::read_number(const Codec& codec, std::string_view text, void* target) {
  if (codec.shape == Shape::kInteger) {
    std::int64_t integer = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (problem == std::errc() && end == text.data() + text.size() && store_integer(codec, integer, target))
      return true;
  }
  Number number;
  if (Number::parse(text, number) != Number::ParseError::kNone) {
    return not_a_number(text);
  }
  if (codec.shape == Shape::kNumber) {
    *static_cast<Number*>(target) = number;
    return true;
  }
  if (codec.shape == Shape::kDouble) {
    const auto exact = number.to_double_exact();
    if (exact) *static_cast<double*>(target) = *exact;
    if (exact) return true;
  } else if (store_big_integer(codec, number, target)) {
    return true;
  }
  return not_exact(text);
}

bool RecordReader::read_timestamp(Type type, std::string_view text, void* target) {
  if (type == Type::kS) {
    const auto timestamp = Timestamp::parse(text);
    if (!timestamp)
      return fail_with(ErrorCode::kInvalidModel,
                       fmt::format("the stored text \"{}\" is not an RFC 3339 timestamp", text));
    *static_cast<Timestamp*>(target) = *timestamp;
    return true;
  }
  const auto number = Number::parse(text);
  const auto seconds = number ? number->to_int64() : Result<std::int64_t>(std::unexpected(number.error()));
  if (type != Type::kN || !seconds) {
    return fail_with(ErrorCode::kInvalidModel,
                     fmt::format("the stored value \"{}\" is not a time in Unix seconds", text));
  }
  *static_cast<Timestamp*>(target) = Timestamp(*seconds, 0);
  return true;
}

bool RecordReader::read_sequence(const Codec& codec, Type type, WireElement content, void* target) {
  const bool is_set = model::is_set(type);
  WireArray array;
  if ((type != Type::kL && !is_set) || content.get(array) != simdjson::SUCCESS) return wrong_type(codec, type);
  codec.sequence->clear(target, array.size());
  std::size_t index = 0;
  for (const WireElement element : array) {
    void* native = codec.sequence->append(target);
    const bool ok = is_set ? read_content(*codec.element, element_type(type), element, native)
                           : read(*codec.element, element, native);
    if (!ok) return inside(fmt::format("[{}]", index));
    ++index;
  }
  return true;
}

bool RecordReader::read_native_set(const Codec& codec, Type type, WireElement content, void* target) {
  WireArray array;
  if (!model::is_set(type) || content.get(array) != simdjson::SUCCESS) return wrong_type(codec, type);
  struct Element {
    RecordReader* reader;
    const Codec* codec;
    Type type;
    WireElement content;
    bool ok;
  } element{this, codec.element, element_type(type), {}, true};
  codec.set->clear(target);
  for (const WireElement one : array) {
    element.content = one;
    codec.set->insert(target, &element, [](void* context, void* native) {
      auto& at = *static_cast<Element*>(context);
      return at.ok = at.reader->read_content(*at.codec, at.type, at.content, native);
    });
    if (!element.ok) return false;
  }
  return true;
}

bool RecordReader::read_dictionary(const Codec& codec, WireElement content, void* target) {
  WireObject object;
  if (content.get(object) != simdjson::SUCCESS) return wrong_type(codec, Type::kM);
  codec.dictionary->clear(target);
  for (const auto [key, stored] : object) {
    if (!read(*codec.element, stored, codec.dictionary->insert(target, key))) return inside(fmt::format(".{}", key));
  }
  return true;
}

bool RecordReader::read_record(const Codec& codec, WireElement content, void* target) {
  WireObject object;
  if (content.get(object) != simdjson::SUCCESS) return wrong_type(codec, Type::kM);
  const RecordInfo& record = codec.record();
  std::size_t hint = 0;
  for (const auto [name, stored] : object) {
    const Field* field = find_field(record, name, hint);
    if (field == nullptr) continue;
    if (!read(*field->codec, stored, static_cast<char*>(target) + field->offset))
      return inside(fmt::format(".{}", name));
  }
  return true;
}

template <class Read>
bool RecordReader::read_converted(const Codec& codec, void* target, Read read) {
  struct Filling {
    Read& read;
    bool ok;
  } filling{read, true};
  auto converted = codec.converter->from_stored(target, &filling, [](void* context, void* stored) {
    auto& at = *static_cast<Filling*>(context);
    return at.ok = at.read(stored);
  });
  if (!filling.ok) return false;
  return converted.has_value() || fail_with(converted.error().code(), converted.error().message());
}

}  // namespace tabletheory::detail
