#include "capi/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "value/base64.h"
#include "value/type_names.h"

namespace tabletheory::capi {
namespace {

using value::WireArray;
using value::WireElement;
using value::WireObject;

Result<Number> to_number(const Node& node) {
  if (node.is_integer()) return Number(node.integer);
  if (node.tag == Tag::kDouble) return Number::from_double(node.real);
  return Number::parse(node.text);
}

Bytes to_bytes(std::string_view text) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(text.data());
  return {first, first + text.size()};
}

Result<Value> to_number_set(const Node& node) {
  NumberSet set;
  for (const Node& element : node.children()) {
    TT_TRY(const Number number, to_number(element));
    set.elements.push_back(number);
  }
  return Value(std::move(set));
}

Result<Value> to_list(const Node& node) {
  List list;
  list.reserve(node.count);
  for (const Node& element : node.children()) {
    TT_TRY(Value value, to_value(element));
    list.push_back(std::move(value));
  }
  return Value(std::move(list));
}

std::unexpected<Error> named_twice() {
  return fail(ErrorCode::kInvalidModel, "an item or map holds a name twice; give each attribute once");
}

Result<Value> item_value(const model::Attribute* attribute, const Node& node) {
  if (node.tag == Tag::kTime && attribute != nullptr && attribute->type() == Type::kN) return Value(node.integer);
  auto value = to_value(node);
  if (!value && attribute != nullptr) return model::misfit(*attribute, value.error().message());
  return value;
}

// --- Stored values --------------------------------------------------------------------------------------------------

// Copies stored attribute values; false: something is not as the service writes it.
class StoredWriter {
 public:
  explicit StoredWriter(TapeWriter& out) : out_(out) {}

  // `{"S":"…"}`
  bool attribute(WireElement stored, int depth) {
    Type type{};
    WireElement content;
    return open(stored, type, content) && write(type, content, depth);
  }

  static bool open(WireElement stored, Type& type, WireElement& content) {
    WireObject object;
    if (stored.get(object) != simdjson::SUCCESS || object.size() != 1) return false;
    const auto member = object.begin();
    content = member.value();
    return value::read_type_name(member.key(), type);
  }

  bool write(Type type, WireElement content, int depth) {
    switch (type) {
      case Type::kS:
        return text(content);
      case Type::kN:
        return number(content);
      case Type::kB:
        return binary(content);
      case Type::kBool:
        return boolean(content);
      case Type::kNull:
        out_.null();
        return true;
      case Type::kM:
        return map(content, depth);
      case Type::kL:
        return list(content, depth);
      case Type::kSS:
        return set(content, Tag::kStringSet, [this](WireElement e) { return text(e); });
      case Type::kNS:
        return set(content, Tag::kNumberSet, [this](WireElement e) { return number(e); });
      case Type::kBS:
        return set(content, Tag::kBytesSet, [this](WireElement e) { return binary(e); });
    }
    return false;
  }

 private:
  bool text(WireElement content) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return false;
    out_.string(text);
    return true;
  }

  bool number(WireElement content) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return false;
    Number number;
    if (Number::parse(text, number) != Number::ParseError::kNone) return false;
    out_.number(number);
    return true;
  }

  bool binary(WireElement content) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return false;
    const auto bytes = value::decode_base64(text);
    if (!bytes) return false;
    out_.bytes(*bytes);
    return true;
  }

  bool boolean(WireElement content) {
    bool value = false;
    if (content.get(value) != simdjson::SUCCESS) return false;
    out_.boolean(value);
    return true;
  }

  bool map(WireElement content, int depth) {
    WireObject object;
    if (depth >= value::kMaxNesting || content.get(object) != simdjson::SUCCESS) return false;
    const auto open = out_.open(Tag::kMap);
    std::size_t count = 0;
    for (const auto& [name, value] : object) {
      out_.name(name);
      if (!attribute(value, depth + 1)) return false;
      ++count;
    }
    out_.close(open, count);
    return true;
  }

  bool list(WireElement content, int depth) {
    WireArray array;
    if (depth >= value::kMaxNesting || content.get(array) != simdjson::SUCCESS) return false;
    const auto open = out_.open(Tag::kList);
    std::size_t count = 0;
    for (const WireElement element : array) {
      if (!attribute(element, depth + 1)) return false;
      ++count;
    }
    out_.close(open, count);
    return true;
  }

  template <class Write>
  bool set(WireElement content, Tag tag, Write write) {
    WireArray array;
    if (content.get(array) != simdjson::SUCCESS) return false;
    const auto open = out_.open(tag);
    std::size_t count = 0;
    for (const WireElement element : array) {
      if (!write(element)) return false;
      ++count;
    }
    out_.close(open, count);
    return true;
  }

  TapeWriter& out_;
};

void write_logical_value(const ItemFormat& format, const model::Attribute* attribute, const Value& value,
                         TapeWriter& out) {
  const bool as_time = format.instants && attribute != nullptr && value.is(Type::kS) && model::is_timestamp(*attribute);
  if (as_time) {
    if (const auto time = Timestamp::parse(value.text())) return out.time(*time);
  }
  write_value(value, out);
}

// Whether a stored value of the attribute can be copied as it is: no rule of its declaration changes it.
bool is_plain(const model::Attribute& attribute, Type stored) {
  if (stored != attribute.type() || stored == Type::kNull || attribute.definition.json) return false;
  if (stored == Type::kS) return !model::is_timestamp(attribute) && !model::is_decimal_text(attribute);
  return stored != Type::kN || !model::is_integer(attribute);
}

// One attribute with its name; false: it reads as absent.
Result<bool> write_attribute(const ItemFormat& format, std::size_t slot, WireElement stored, TapeWriter& out) {
  const model::Attribute& attribute = format.model->attribute(slot);
  Type type{};
  WireElement content;
  if (StoredWriter::open(stored, type, content) && is_plain(attribute, type)) {
    const auto mark = out.mark();
    out.slot(slot);
    if (StoredWriter(out).write(type, content, 0)) return true;
    out.rewind(mark);  // read_attribute says what is wrong
  }
  TT_TRY(const std::optional<Value> value, model::read_attribute(attribute, stored));
  if (!value) return false;
  out.slot(slot);
  write_logical_value(format, &attribute, *value, out);
  return true;
}

Result<void> write_document(const ItemFormat& format, WireElement stored, std::span<const std::string> dropped,
                            TapeWriter& out) {
  const auto unreadable = [] {
    return fail(ErrorCode::kInvalidModel, "a stored item cannot be read: it is no map of attribute values");
  };
  WireObject object;
  if (stored.get(object) != simdjson::SUCCESS) return unreadable();
  const auto item = out.open_item(format.table);
  std::size_t count = 0;
  for (const auto& [name, value] : object) {
    if (std::ranges::find(dropped, name) != dropped.end()) continue;
    out.name(name);
    if (!StoredWriter(out).attribute(value, 0)) return unreadable();
    ++count;
  }
  out.close_item(item, count);
  return {};
}

}  // namespace

Result<Value> to_value(const Node& node) {
  switch (node.tag) {
    case Tag::kNull:
      return Value();
    case Tag::kFalse:
    case Tag::kTrue:
      return Value(node.tag == Tag::kTrue);
    case Tag::kInt32:
    case Tag::kInt64:
    case Tag::kNumber:
    case Tag::kDouble: {
      TT_TRY(const Number number, to_number(node));
      return Value(number);
    }
    case Tag::kString:
      return Value(node.text);
    case Tag::kBytes:
      return Value(to_bytes(node.text));
    case Tag::kList:
      return to_list(node);
    case Tag::kMap:
    case Tag::kItem: {
      TT_TRY(Map map, to_map(node));
      return Value(std::move(map));
    }
    case Tag::kStringSet: {
      StringSet set;
      for (const Node& element : node.children()) set.elements.emplace_back(element.text);
      return Value(std::move(set));
    }
    case Tag::kNumberSet:
      return to_number_set(node);
    case Tag::kBytesSet: {
      BinarySet set;
      for (const Node& element : node.children()) set.elements.push_back(to_bytes(element.text));
      return Value(std::move(set));
    }
    case Tag::kTime:
      return Value(node.time().to_string());
    case Tag::kAbsent:
    case Tag::kPathText:
    case Tag::kPath:
    case Tag::kSize:
      break;
  }
  return fail(ErrorCode::kInvalidModel, fmt::format("{} is no value that can be stored", tag_name(node.tag)));
}

Result<Map> to_map(const Node& node) {
  if (!node.is_map()) {
    return fail(ErrorCode::kInvalidModel, fmt::format("a MAP is expected, but {} is given", tag_name(node.tag)));
  }
  std::vector<Map::Entry> entries;
  entries.reserve(node.count);
  for (const Node& child : node.children()) {
    if (child.slot != Node::kNoSlot) return fail(ErrorCode::kInvalidModel, "a map has a slot where a name belongs");
    TT_TRY(Value value, to_value(child));
    entries.emplace_back(child.name, std::move(value));
  }
  Map map;
  if (!Map::from_entries(std::move(entries), map)) return named_twice();
  return map;
}

Result<Item> to_item(const model::Model* model, const Node& node) {
  if (!node.is_map()) {
    return fail(ErrorCode::kInvalidModel, fmt::format("an item is a MAP, but {} is given", tag_name(node.tag)));
  }
  std::vector<Map::Entry> entries;
  entries.reserve(node.count);
  std::size_t hint = 0;
  for (const Node& child : node.children()) {
    if (child.tag == Tag::kAbsent) continue;
    std::string_view name = child.name;
    std::size_t slot = model::kNoSlot;
    if (child.slot != Node::kNoSlot) {
      slot = child.slot;
      if (model == nullptr || slot >= model->attributes().size()) {
        return fail(ErrorCode::kInvalidModel, fmt::format("an item has no slot {}", slot));
      }
      name = model->attribute(slot).name();
    } else if (model != nullptr) {
      slot = model->slot_of(name, hint);
    }
    hint = slot + 1;
    TT_TRY(Value value, item_value(slot == model::kNoSlot ? nullptr : &model->attribute(slot), child));
    entries.emplace_back(name, std::move(value));
  }
  Item item;
  if (!Map::from_entries(std::move(entries), item)) return named_twice();
  return item;
}

void write_value(const Value& value, TapeWriter& out) {
  switch (value.type()) {
    case Type::kS:
      return out.string(value.text());
    case Type::kN:
      return out.number(value.number());
    case Type::kB:
      return out.bytes(value.bytes());
    case Type::kBool:
      return out.boolean(value.boolean());
    case Type::kNull:
      return out.null();
    case Type::kM:
      out.map(value.map().size());
      for (const auto& [name, member] : value.map()) {
        out.name(name);
        write_value(member, out);
      }
      return;
    case Type::kL:
      out.list(value.list().size());
      for (const Value& element : value.list()) write_value(element, out);
      return;
    case Type::kSS:
      out.set(Tag::kStringSet, value.string_set().elements.size());
      for (const std::string& element : value.string_set().elements) out.string(element);
      return;
    case Type::kNS:
      out.set(Tag::kNumberSet, value.number_set().elements.size());
      for (const Number& element : value.number_set().elements) out.number(element);
      return;
    case Type::kBS:
      out.set(Tag::kBytesSet, value.binary_set().elements.size());
      for (const Bytes& element : value.binary_set().elements) out.bytes(element);
      return;
  }
}

Result<void> write_stored(const ItemFormat& format, WireElement stored, std::span<const std::string> dropped,
                          TapeWriter& out) {
  if (format.model == nullptr) return write_document(format, stored, dropped, out);
  WireObject object;
  if (stored.get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("a stored item of model {} cannot be read: it is no map", format.model->name()));
  }
  const auto item = out.open_item(format.table);
  std::size_t count = 0, hint = 0;
  for (const auto& [name, value] : object) {
    // Typed and dynamic reads ignore what the model does not have.
    const std::size_t slot = format.model->slot_of(name, hint);
    hint = slot + 1;
    if (slot == model::kNoSlot || std::ranges::find(dropped, name) != dropped.end()) continue;
    TT_TRY(const bool present, write_attribute(format, slot, value, out));
    count += present ? 1 : 0;
  }
  out.close_item(item, count);
  return {};
}

void write_logical(const ItemFormat& format, const Item& item, TapeWriter& out) {
  const auto open = out.open_item(format.table);
  for (const auto& [name, value] : item) {
    const std::size_t slot = format.model == nullptr ? model::kNoSlot : format.model->slot_of(name);
    if (slot == model::kNoSlot) {
      out.name(name);
      write_value(value, out);
    } else {
      out.slot(slot);
      write_logical_value(format, &format.model->attribute(slot), value, out);
    }
  }
  out.close_item(open, item.size());
}

}  // namespace tabletheory::capi
