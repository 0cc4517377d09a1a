// Stored values to logical ones, by the attribute's declaration.
#include <fmt/format.h>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"

namespace tabletheory::model {
namespace {

Value empty_set(Type type) {
  if (type == Type::kSS) return Value(StringSet{});
  if (type == Type::kNS) return Value(NumberSet{});
  return Value(BinarySet{});
}

Result<std::optional<Value>> read_null(const Attribute& attribute) {
  if (attribute.type() == Type::kNull || attribute.definition.json) return Value();
  if (is_set(attribute.type())) return empty_set(attribute.type());
  return std::nullopt;  // a stored NULL read into any other attribute is absent
}

// Readers of `json` attributes accept native values and text, whatever the carrier.
Result<std::optional<Value>> read_json(const Attribute& attribute, Value stored) {
  const auto* text = stored.get_if<std::string>();
  if (text == nullptr) return stored;
  auto parsed = value::parse_plain_json(*text);
  if (!parsed) {
    return misfit(attribute, "the stored text is not JSON, which the model asks for; repair the item or drop `json`");
  }
  return std::move(*parsed);
}

Result<std::optional<Value>> read_text(const Attribute& attribute, Value stored) {
  if (is_timestamp(attribute)) {
    const auto timestamp = Timestamp::parse(stored.text());
    if (!timestamp)
      return misfit(attribute, fmt::format("the stored text \"{}\" is not an RFC 3339 timestamp", stored.text()));
    return Value(timestamp->to_string());
  }
  if (is_decimal_text(attribute)) {
    const auto number = Number::parse(stored.text());
    if (!number) return misfit(attribute, fmt::format("the stored text \"{}\" is not a decimal", stored.text()));
    return Value(number->to_string());
  }
  return stored;
}

Result<std::optional<Value>> read_number(const Attribute& attribute, Value stored) {
  if (is_integer(attribute) && !stored.number().to_int64()) {
    return fail(
        ErrorCode::kNumberPrecisionLoss,
        fmt::format("attribute \"{}\": the stored number {} is not a 64-bit integer; declare the attribute without "
                    "`int` to read it exactly",
                    attribute.name(), stored.number().to_string()));
  }
  return stored;
}

}  // namespace

Result<std::optional<Value>> read_attribute(const Attribute& attribute, value::WireElement stored) {
  auto read = value::read_value(stored);
  if (!read) return misfit(attribute, read.error().message());
  if (read->is_null()) return read_null(attribute);
  if (attribute.definition.json) return read_json(attribute, std::move(*read));
  if (read->type() != attribute.type()) return wrong_type(attribute, read->type());
  if (read->is(Type::kS)) return read_text(attribute, std::move(*read));
  if (read->is(Type::kN)) return read_number(attribute, std::move(*read));
  return std::move(*read);
}

Result<Item> decode_item(const Model& model, value::WireElement item) {
  value::WireObject object;
  if (item.get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidModel, "a stored item is a JSON object of attributes, and this is none");
  }
  std::vector<Map::Entry> entries;
  entries.reserve(object.size());
  std::size_t hint = 0;
  for (const auto [name, stored] : object) {
    const std::size_t slot = model.slot_of(name, hint);
    if (slot == kNoSlot) continue;  // typed and dynamic reads ignore what the model does not have
    hint = slot + 1;
    TT_TRY(auto value, read_attribute(model.attribute(slot), stored));
    if (value) entries.emplace_back(std::string(name), std::move(*value));
  }
  Item decoded;
  if (!Map::from_entries(std::move(entries), decoded)) {
    return fail(ErrorCode::kInvalidModel, "a stored item holds an attribute twice");
  }
  return decoded;
}

}  // namespace tabletheory::model
