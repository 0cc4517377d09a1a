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

// The functions below bring a stored value to its logical form, in place; false: it reads as absent.

bool settle_null(const Attribute& attribute, Value& value) {
  if (is_set(attribute.type())) {
    value = empty_set(attribute.type());
    return true;
  }
  // A stored NULL read into any other attribute is absent.
  return attribute.type() == Type::kNull || attribute.definition.json;
}

// Readers of `json` attributes accept native values and text, whatever the carrier.
Result<bool> settle_json(const Attribute& attribute, Value& value) {
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return true;
  auto parsed = value::parse_plain_json(*text);
  if (!parsed) {
    return misfit(attribute, "the stored text is not JSON, which the model asks for; repair the item or drop `json`");
  }
  value = std::move(*parsed);
  return true;
}

Result<bool> settle_text(const Attribute& attribute, Value& value) {
  if (is_timestamp(attribute)) {
    const auto timestamp = Timestamp::parse(value.text());
    if (!timestamp) {
      return misfit(attribute, fmt::format("the stored text \"{}\" is not an RFC 3339 timestamp", value.text()));
    }
    value = Value(timestamp->to_string());
  } else if (is_decimal_text(attribute)) {
    const auto number = Number::parse(value.text());
    if (!number) return misfit(attribute, fmt::format("the stored text \"{}\" is not a decimal", value.text()));
    value = Value(number->to_string());
  }
  return true;
}

Result<bool> settle_number(const Attribute& attribute, const Value& value) {
  if (!is_integer(attribute) || value.number().to_int64()) return true;
  return fail(
      ErrorCode::kNumberPrecisionLoss,
      fmt::format("attribute \"{}\": the stored number {} is not a 64-bit integer; declare the attribute without "
                  "`int` to read it exactly",
                  attribute.name(), value.number().to_string()));
}

Result<bool> settle(const Attribute& attribute, Value& value) {
  if (value.is_null()) return settle_null(attribute, value);
  if (attribute.definition.json) return settle_json(attribute, value);
  if (value.type() != attribute.type()) return wrong_type(attribute, value.type());
  if (value.is(Type::kS)) return settle_text(attribute, value);
  if (value.is(Type::kN)) return settle_number(attribute, value);
  return true;
}

// Leaves out the entries marked in `absent`.
Item without(Item item, const std::vector<bool>& absent) {
  std::vector<Map::Entry> kept;
  std::size_t position = 0;
  for (auto& entry : item) {
    if (!absent[position++]) kept.push_back(std::move(entry));
  }
  Item out;
  Map::from_entries(std::move(kept), out);
  return out;
}

}  // namespace

Result<std::optional<Value>> read_attribute(const Attribute& attribute, value::WireElement stored) {
  auto read = value::read_value(stored);
  if (!read) return std::unexpected(concealed(attribute, misfit(attribute, read.error().message()).error()));
  const auto present = settle(attribute, *read);
  if (!present) return std::unexpected(concealed(attribute, present.error()));
  if (!*present) return std::nullopt;
  return std::move(*read);
}

Result<Item> decode_item(const Model& model, value::WireElement item) {
  auto read = value::read_item(item);
  if (!read) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("a stored item of model {} cannot be read: {}", model.name(), read.error().message()));
  }
  std::vector<bool> absent(read->size(), false);
  bool any_absent = false;
  std::size_t position = 0, hint = 0;
  for (auto& [name, value] : *read) {
    const std::size_t slot = model.slot_of(name, hint);
    hint = slot + 1;
    // Typed and dynamic reads ignore what the model does not have.
    bool present = false;
    if (slot != kNoSlot) {
      const auto settled = settle(model.attribute(slot), value);
      if (!settled) return std::unexpected(concealed(model.attribute(slot), settled.error()));
      present = *settled;
    }
    absent[position++] = !present;
    any_absent |= !present;
  }
  return any_absent ? without(std::move(*read), absent) : std::move(*read);
}

}  // namespace tabletheory::model
