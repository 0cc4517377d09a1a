#include "sdk/record_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "value/wire.h"

namespace tabletheory::detail {
namespace {

using model::Presence;
using value::WireWriter;

template <class T>
T load(const void* native) {
  T loaded;
  std::memcpy(&loaded, native, sizeof loaded);
  return loaded;
}

// The integer's bits, sign-extended; a uint64_t above the int64 range comes out negative (see is_large).
std::int64_t load_integer(const Codec& codec, const void* native) {
  switch (codec.size) {
    case 1:
      return codec.is_signed ? load<std::int8_t>(native) : load<std::uint8_t>(native);
    case 2:
      return codec.is_signed ? load<std::int16_t>(native) : load<std::uint16_t>(native);
    case 4:
      // Widened one by one: the two have no common type that keeps a sign.
      return codec.is_signed ? std::int64_t{load<std::int32_t>(native)} : std::int64_t{load<std::uint32_t>(native)};
    default:
      return load<std::int64_t>(native);
  }
}

bool is_large(const Codec& codec, std::int64_t integer) {
  return codec.size == 8 && !codec.is_signed && integer < 0;
}

// Whether the value is empty, a record being so when all its fields are (docs/spec/dms.md, "Emptiness").
bool is_empty(const Codec& codec, const void* native);

bool is_blank(const RecordInfo& record, const void* native) {
  return std::all_of(record.fields.begin(), record.fields.end(), [&](const Field& field) {
    return is_empty(*field.codec, static_cast<const char*>(native) + field.offset);
  });
}

bool is_empty(const Value& value) {
  static const model::Attribute kAny;
  return value.is_null() || model::presence_of(kAny, &value) == Presence::kEmpty;
}

bool is_empty(const Codec& codec, const void* native) {
  switch (codec.shape) {
    case Shape::kText:
      return static_cast<const std::string*>(native)->empty();
    case Shape::kInteger:
      return load_integer(codec, native) == 0;
    case Shape::kDouble:
      return load<double>(native) == 0;
    case Shape::kBool:
      return !load<bool>(native);
    case Shape::kNumber:
      return static_cast<const Number*>(native)->is_zero();
    case Shape::kTimestamp:
      return model::is_zero(*static_cast<const Timestamp*>(native));
    case Shape::kBytes:
      return static_cast<const Bytes*>(native)->empty();
    case Shape::kValue:
      return is_empty(*static_cast<const Value*>(native));
    case Shape::kMap:
      return static_cast<const Map*>(native)->empty();
    case Shape::kStringSet:
      return static_cast<const StringSet*>(native)->elements.empty();
    case Shape::kNumberSet:
      return static_cast<const NumberSet*>(native)->elements.empty();
    case Shape::kBinarySet:
      return static_cast<const BinarySet*>(native)->elements.empty();
    case Shape::kOptional:
      return codec.optional->get(native) == nullptr;  // a present optional of a zero value is a value
    case Shape::kSequence:
      return codec.sequence->size(native) == 0;
    case Shape::kDictionary:
      return codec.dictionary->size(native) == 0;
    case Shape::kSet:
      return codec.set->size(native) == 0;
    case Shape::kRecord:
      return is_blank(codec.record(), native);
    case Shape::kConverted:
      break;
  }
  struct Stored {
    const Codec* codec;
    bool empty;
  } stored{codec.element, false};
  codec.converter->to_stored(native, &stored, [](void* context, const void* value) {
    auto& at = *static_cast<Stored*>(context);
    return at.empty = is_empty(*at.codec, value);
  });
  return stored.empty;
}

Presence presence_of(const model::Attribute& attribute, const Codec& codec, const void* native) {
  switch (codec.shape) {
    case Shape::kOptional: {
      const void* inner = codec.optional->get(native);
      if (inner == nullptr) return Presence::kAbsent;
      const bool absent = codec.element->shape == Shape::kValue &&
                          model::presence_of(attribute, static_cast<const Value*>(inner)) == Presence::kAbsent;
      return absent ? Presence::kAbsent : Presence::kPresent;
    }
    case Shape::kValue:
      return model::presence_of(attribute, static_cast<const Value*>(native));
    case Shape::kRecord:
      return is_blank(codec.record(), native) ? Presence::kBlankRecord : Presence::kPresent;
    case Shape::kConverted: {
      // The stored value decides, as if it were the member.
      struct Stored {
        const model::Attribute* attribute;
        const Codec* codec;
        Presence presence;
      } stored{&attribute, codec.element, Presence::kAbsent};
      codec.converter->to_stored(native, &stored, [](void* context, const void* value) {
        auto& at = *static_cast<Stored*>(context);
        at.presence = presence_of(*at.attribute, *at.codec, value);
        return true;
      });
      return stored.presence;
    }
    default:
      return is_empty(codec, native) ? Presence::kEmpty : Presence::kPresent;
  }
}

// Writes one attribute's value; `depth` counts the maps and lists around it. Functions answer false once `error_` is
// set.
class Writer {
 public:
  Writer(const model::Attribute& attribute, std::string& out) : attribute_(attribute), writer_(out) {}

  bool write(const Codec& codec, Type type, const void* native, int depth) {
    switch (codec.shape) {
      case Shape::kText:
        return write_text(*static_cast<const std::string*>(native), type);
      case Shape::kInteger:
        return write_integer(codec, native);
      case Shape::kDouble:
        return write_double(load<double>(native));
      case Shape::kBool:
        writer_.attribute_bool(load<bool>(native));
        return true;
      case Shape::kNumber:
        return write_number(*static_cast<const Number*>(native), type);
      case Shape::kTimestamp:
        return write_timestamp(*static_cast<const Timestamp*>(native), type);
      case Shape::kBytes:
        writer_.attribute_binary(*static_cast<const Bytes*>(native));
        return true;
      case Shape::kValue:
        return check(model::write_nested(attribute_, *static_cast<const Value*>(native), depth, writer_.out()));
      case Shape::kMap:
        return check(model::write_nested(attribute_, Value(*static_cast<const Map*>(native)), depth, writer_.out()));
      case Shape::kStringSet:
        return check(
            model::write_nested(attribute_, Value(*static_cast<const StringSet*>(native)), depth, writer_.out()));
      case Shape::kNumberSet:
        return check(
            model::write_nested(attribute_, Value(*static_cast<const NumberSet*>(native)), depth, writer_.out()));
      case Shape::kBinarySet:
        return check(
            model::write_nested(attribute_, Value(*static_cast<const BinarySet*>(native)), depth, writer_.out()));
      case Shape::kOptional:
        return write_optional(codec, type, native, depth);
      case Shape::kSequence:
        return model::is_set(type) ? write_sequence_as_set(codec, type, native) : write_sequence(codec, native, depth);
      case Shape::kSet:
        return write_native_set(codec, type, native);
      case Shape::kDictionary:
        return write_dictionary(codec, native, depth);
      case Shape::kRecord:
        return write_record(codec, native, depth);
      case Shape::kConverted:
        return write_converted(codec, type, native, depth);
    }
    return fail_with("a member of no shape; please report this");
  }

  Result<void> result(bool written) && {
    if (written) return {};
    return std::unexpected(std::move(*error_));
  }

 private:
  bool fail_with(std::string_view what) {
    error_ = model::misfit(attribute_, what).error();
    return false;
  }
  bool check(Result<void> written) {
    if (written) return true;
    error_ = std::move(written).error();
    return false;
  }
  bool check_depth(int depth) {
    return depth + 1 < value::kMaxNesting ||
           fail_with("maps and lists are nested deeper than the 31 levels the service stores; flatten the value");
  }

  bool write_text(const std::string& text, Type type) {
    if (type == Type::kN) {
      const auto number = Number::parse(text);
      return number ? write_number(*number, type) : fail_with(number.error().message());
    }
    if (!value::is_valid_utf8(text)) return fail_with("the text is not valid UTF-8; convert it, or store it as B");
    writer_.attribute_string(text);
    return true;
  }

  bool write_integer(const Codec& codec, const void* native) {
    const std::int64_t integer = load_integer(codec, native);
    if (is_large(codec, integer)) {
      const auto number = Number::parse(std::to_string(static_cast<std::uint64_t>(integer)));
      return number ? write_number(*number, Type::kN) : fail_with(number.error().message());
    }
    writer_.attribute_integer(integer);
    return true;
  }

  bool write_double(double native) {
    const auto number = Number::from_double(native);
    return number ? write_number(*number, Type::kN) : fail_with(number.error().message());
  }

  bool write_number(const Number& number, Type type) {
    if (type == Type::kS) {
      writer_.attribute_string(number.to_string());
    } else {
      writer_.attribute_number(number);
    }
    return true;
  }

  bool write_timestamp(const Timestamp& timestamp, Type type) {
    if (type == Type::kN) {
      writer_.attribute_integer(timestamp.unix_seconds());
    } else {
      writer_.attribute_string(timestamp.to_string());
    }
    return true;
  }

  bool write_optional(const Codec& codec, Type type, const void* native, int depth) {
    if (const void* inner = codec.optional->get(native)) return write(*codec.element, type, inner, depth);
    writer_.attribute_null();  // inside maps and lists only: at the top level it is absent
    return true;
  }

  bool write_sequence(const Codec& codec, const void* native, int depth) {
    if (!check_depth(depth)) return false;
    writer_.raw(R"({"L":[)");
    const std::size_t size = codec.sequence->size(native);
    for (std::size_t i = 0; i < size; ++i) {
      if (i != 0) writer_.raw(',');
      if (!write(*codec.element, codec.element->type, codec.sequence->at(native, i), depth + 1)) return false;
    }
    writer_.raw("]}");
    return true;
  }

  // {"SS":["a","b"]}: elements lose the descriptor they would have by themselves.
  bool write_set(Type type, const std::vector<std::string>& elements) {
    if (elements.empty()) {
      writer_.attribute_null();
      return true;
    }
    writer_.raw("{\"");
    writer_.raw(type_name(type));
    writer_.raw("\":[");
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i != 0) writer_.raw(',');
      const std::string& element = elements[i];
      const std::size_t begin = element.find(':') + 1;
      writer_.raw(std::string_view(element).substr(begin, element.size() - begin - 1));
    }
    writer_.raw("]}");
    return true;
  }

  // A set element by itself, `{"S":"a"}`.
  bool write_element(const Codec& codec, const void* native, std::vector<std::string>& elements) {
    Writer writer(attribute_, elements.emplace_back());
    if (writer.write(codec, codec.type, native, 0)) return true;
    error_ = std::move(writer.error_);
    return false;
  }

  bool write_sequence_as_set(const Codec& codec, Type type, const void* native) {
    std::vector<std::string> elements;
    const std::size_t size = codec.sequence->size(native);
    for (std::size_t i = 0; i < size; ++i) {
      if (!write_element(*codec.element, codec.sequence->at(native, i), elements)) return false;
    }
    return check_distinct(elements) && write_set(type, elements);
  }

  bool check_distinct(const std::vector<std::string>& elements) {
    std::vector<std::string_view> sorted(elements.begin(), elements.end());
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() ||
           fail_with("the set holds an element twice; give each element once");
  }

  bool write_native_set(const Codec& codec, Type type, const void* native) {
    struct Walk {
      Writer* writer;
      const Codec* codec;
      std::vector<std::string> elements;
      bool ok;
    } walk{this, codec.element, {}, true};
    codec.set->each(native, &walk, [](void* context, const void* element) {
      auto& at = *static_cast<Walk*>(context);
      return at.ok = at.writer->write_element(*at.codec, element, at.elements);
    });
    // The same set is the same bytes, so that a repeated transaction is the same request.
    if (!codec.set->is_ordered) std::sort(walk.elements.begin(), walk.elements.end());
    // A native set has no equal elements, but a converter may store two of them alike.
    const bool may_repeat = codec.element->shape == Shape::kConverted;
    return walk.ok && (!may_repeat || check_distinct(walk.elements)) && write_set(type, walk.elements);
  }

  bool write_dictionary(const Codec& codec, const void* native, int depth) {
    if (!check_depth(depth)) return false;
    struct Walk {
      Writer* writer;
      const Codec* codec;
      int depth;
      bool first, ok;
    } walk{this, codec.element, depth + 1, true, true};
    writer_.raw(R"({"M":{)");
    codec.dictionary->each(native, &walk, [](void* context, const std::string& key, const void* element) {
      auto& at = *static_cast<Walk*>(context);
      return at.ok = at.writer->write_entry(*at.codec, key, element, at.depth, std::exchange(at.first, false));
    });
    writer_.raw("}}");
    return walk.ok;
  }

  bool write_entry(const Codec& codec, const std::string& key, const void* element, int depth, bool first) {
    if (!value::is_valid_utf8(key)) return fail_with("a map's key is not valid UTF-8; convert it");
    if (!first) writer_.raw(',');
    writer_.key(key);
    return write(codec, codec.type, element, depth);
  }

  bool write_record(const Codec& codec, const void* native, int depth) {
    if (!check_depth(depth)) return false;
    writer_.raw(R"({"M":{)");
    bool first = true;
    for (const Field& field : codec.record().fields) {
      const void* member = static_cast<const char*>(native) + field.offset;
      if (field.omit_empty && is_empty(*field.codec, member)) continue;
      if (!first) writer_.raw(',');
      first = false;
      writer_.raw(field.json_key);
      if (!write(*field.codec, field.type, member, depth + 1)) return false;
    }
    writer_.raw("}}");
    return true;
  }

  bool write_converted(const Codec& codec, Type type, const void* native, int depth) {
    struct Stored {
      Writer* writer;
      const Codec* codec;
      Type type;
      int depth;
      bool ok;
    } stored{this, codec.element, type, depth, false};
    codec.converter->to_stored(native, &stored, [](void* context, const void* value) {
      auto& at = *static_cast<Stored*>(context);
      return at.ok = at.writer->write(*at.codec, at.type, value, at.depth);
    });
    return stored.ok;
  }

  const model::Attribute& attribute_;
  WireWriter writer_;
  std::optional<Error> error_;
};

// Values whose stored form the model's rules decide: by way of a logical value.
bool needs_rules(const model::Attribute& attribute, const Codec& codec) {
  const Codec& inner = codec.shape == Shape::kOptional ? *codec.element : codec;
  if (attribute.definition.json || inner.shape == Shape::kValue) return true;
  if (inner.shape == Shape::kText) return model::is_timestamp(attribute) || model::is_decimal_text(attribute);
  const bool may_have_fraction = inner.shape == Shape::kDouble || inner.shape == Shape::kNumber ||
                                 (inner.shape == Shape::kInteger && inner.size == 8 && !inner.is_signed);
  return may_have_fraction && model::is_integer(attribute);
}

Result<Value> logical_value(const model::Attribute& attribute, const Field& field, const void* native) {
  const Codec* codec = field.codec;
  if (codec->shape == Shape::kOptional) {
    native = codec->optional->get(native);
    codec = codec->element;
  }
  if (codec->shape == Shape::kValue) return *static_cast<const Value*>(native);
  std::string wire = R"({"v":)";
  Writer writer(attribute, wire);
  // The JSON of a json attribute has the member's own type, whatever carries it.
  const Type type = attribute.definition.json ? codec->type : field.type;
  const bool written = writer.write(*codec, type, native, 0);
  TT_CHECK(std::move(writer).result(written));
  wire += '}';
  TT_TRY(Item item, item_from_wire_json(wire));
  return std::move(*item.find("v"));
}

}  // namespace

Presence RecordItem::presence(std::size_t slot) const {
  const RecordPlan::Member* member = plan_.at_slot(slot);
  if (member == nullptr) return Presence::kAbsent;
  const void* native = at(*member->field);
  if (member->field->codec->shape == Shape::kText && model::is_timestamp(*member->attribute)) {
    const Value text(*static_cast<const std::string*>(native));
    return model::presence_of(*member->attribute, &text);
  }
  return presence_of(*member->attribute, *member->field->codec, native);
}

Result<void> RecordItem::write(std::size_t slot, std::string& out) const {
  const RecordPlan::Member& member = *plan_.at_slot(slot);
  const void* native = at(*member.field);
  if (needs_rules(*member.attribute, *member.field->codec)) {
    TT_TRY(const Value value, logical_value(*member.attribute, *member.field, native));
    return model::write_attribute(*member.attribute, value, out);
  }
  Writer writer(*member.attribute, out);
  const bool written = writer.write(*member.field->codec, member.field->type, native, 0);
  return std::move(writer).result(written);
}

Result<void> write_native(const Codec& codec, const void* native, std::string& out) {
  model::Attribute anonymous;
  anonymous.definition.attribute = "(operand)";
  anonymous.definition.type = codec.type;
  Writer writer(anonymous, out);
  const bool written = writer.write(codec, codec.type, native, 0);
  return std::move(writer).result(written);
}

}  // namespace tabletheory::detail
