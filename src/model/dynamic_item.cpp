#include "model/dynamic_item.h"

#include "model/attribute_rules.h"

namespace tabletheory::model {
namespace {

bool is_empty_text(const Attribute& attribute, const std::string& text) {
  if (text.empty()) return true;
  if (!is_timestamp(attribute)) return false;
  const auto timestamp = Timestamp::parse(text);
  return timestamp && is_zero(*timestamp);  // text that is no timestamp is an error for the writer to tell, not empty
}

struct IsEmpty {
  const Attribute& attribute;
  bool operator()(const std::string& text) const { return is_empty_text(attribute, text); }
  bool operator()(const Number& number) const { return number.is_zero(); }
  bool operator()(const Bytes& bytes) const { return bytes.empty(); }
  bool operator()(bool boolean) const { return !boolean; }
  bool operator()(Value::Null) const { return false; }  // NULL here is a value: type NULL or json
  bool operator()(const Map& map) const { return map.empty(); }
  bool operator()(const List& list) const { return list.empty(); }
  bool operator()(const StringSet& set) const { return set.elements.empty(); }
  bool operator()(const NumberSet& set) const { return set.elements.empty(); }
  bool operator()(const BinarySet& set) const { return set.elements.empty(); }
};

}  // namespace

Presence presence_of(const Attribute& attribute, const Value* value) {
  if (value == nullptr) return Presence::kAbsent;
  if (value->is_null() && attribute.type() != Type::kNull && !attribute.definition.json) return Presence::kAbsent;
  return std::visit(IsEmpty{attribute}, value->storage()) ? Presence::kEmpty : Presence::kPresent;
}

DynamicItem::DynamicItem(const Model& model, const Item& item)
    : model_(model), item_(item), by_slot_(model.attributes().size(), nullptr) {
  std::size_t hint = 0;
  for (const auto& [name, value] : item) {
    const std::size_t slot = model.slot_of(name, hint);
    if (slot == kNoSlot) continue;  // check_names tells
    by_slot_[slot] = &value;
    hint = slot + 1;
  }
}

Presence DynamicItem::presence(std::size_t slot) const {
  return presence_of(model_.attribute(slot), by_slot_[slot]);
}

Result<void> DynamicItem::write(std::size_t slot, std::string& out) const {
  return write_attribute(model_.attribute(slot), *by_slot_[slot], out);
}

Result<void> DynamicItem::check_names() const {
  std::size_t hint = 0;
  for (const auto& [name, value] : item_) {
    const std::size_t slot = model_.slot_of(name, hint);
    if (slot == kNoSlot) return std::unexpected(unknown_attribute(model_, name));
    hint = slot + 1;
  }
  return {};
}

}  // namespace tabletheory::model
