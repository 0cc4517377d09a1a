#include "sdk/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "model/attribute_rules.h"
#include "value/base64.h"

namespace tabletheory::detail {
namespace {

using value::WireArray;
using value::WireElement;
using value::WireObject;

// The one type descriptor and the content of `{"S":"…"}`; false when it is not of that form.
bool open_attribute(WireElement stored, Type& type, WireElement& content) {
  WireObject object;
  if (stored.get(object) != simdjson::SUCCESS) return false;
  auto member = object.begin();
  if (member == object.end()) return false;
  if (!parse_type_name(member.key(), type)) return false;
  content = member.value();
  ++member;
  return member == object.end();
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
    TT_CHECK(read_attribute(*member, stored, record));
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
  return fail(code_, fmt::format("attribute \"{}{}\": {}", member.name, place_, message_));
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

bool RecordReader::read_opened(const Codec& codec, const Stored& stored, void* target) {
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
    case Shape::kValue:
    case Shape::kMap:
    case Shape::kStringSet:
    case Shape::kNumberSet:
    case Shape::kBinarySet:
      return read_whole(codec, stored.whole, target);
    default:
      // NULL is absent: the member keeps its default, an empty set included.
      return stored.type == Type::kNull || read_content(codec, stored.type, stored.content, target);
  }
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
  if (codec.shape == Shape::kMap) *static_cast<Map*>(target) = std::move(value->map());
  if (codec.shape == Shape::kStringSet) *static_cast<StringSet*>(target) = value->string_set();
  if (codec.shape == Shape::kNumberSet) *static_cast<NumberSet*>(target) = value->number_set();
  if (codec.shape == Shape::kBinarySet) *static_cast<BinarySet*>(target) = value->binary_set();
  return true;
}

bool RecordReader::read_content(const Codec& codec, Type type, WireElement content, void* target) {
  switch (codec.shape) {
    case Shape::kBool:
      if (type != Type::kBool || content.get(*static_cast<bool*>(target)) != simdjson::SUCCESS)
        return wrong_type(codec, type);
      return true;
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
      break;
  }
  std::string_view text;
  if (content.get(text) != simdjson::SUCCESS) return wrong_type(codec, type);
  return read_text(codec, type, text, target);
}

bool RecordReader::read_text(const Codec& codec, Type type, std::string_view text, void* target) {
  switch (codec.shape) {
    case Shape::kText:
      if (type != Type::kS && type != Type::kN) return wrong_type(codec, type);
      static_cast<std::string*>(target)->assign(text);
      return true;
    case Shape::kNumber:
      // S: a decimal kept as text.
      if (type != Type::kN && type != Type::kS) return wrong_type(codec, type);
      return read_number(codec, text, target);
    case Shape::kInteger:
    case Shape::kDouble:
      return type == Type::kN ? read_number(codec, text, target) : wrong_type(codec, type);
    case Shape::kTimestamp:
      return read_timestamp(type, text, target);
    case Shape::kBytes: {
      if (type != Type::kB) return wrong_type(codec, type);
      auto bytes = value::decode_base64(text);
      if (!bytes) return fail_with(ErrorCode::kInvalidModel, "the stored binary is not base64");
      *static_cast<Bytes*>(target) = std::move(*bytes);
      return true;
    }
    default:
      return wrong_type(codec, type);
  }
}

bool RecordReader::read_number(const Codec& codec, std::string_view text, void* target) {
  if (codec.shape == Shape::kInteger) {
    std::int64_t integer = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (problem == std::errc() && end == text.data() + text.size() && store_integer(codec, integer, target))
      return true;
  }
  const auto number = Number::parse(text);
  if (!number) return fail_with(ErrorCode::kInvalidModel, number.error().message());
  if (codec.shape == Shape::kNumber) {
    *static_cast<Number*>(target) = *number;
    return true;
  }
  if (codec.shape == Shape::kDouble) {
    const auto exact = number->to_double_exact();
    if (exact) *static_cast<double*>(target) = *exact;
    if (exact) return true;
  } else if (store_big_integer(codec, *number, target)) {
    return true;
  }
  return fail_with(ErrorCode::kNumberPrecisionLoss,
                   fmt::format("the stored number {} does not fit the member exactly; declare it as Number", text));
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
