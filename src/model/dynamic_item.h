// Dynamic items: a map of attribute names to values, bound to a model loaded at run time.
//
// Writing: DynamicItem adapts a map to ItemSource. Values are logical: a `json` attribute holds any value, a set
// attribute a set (or a list of its elements), timestamps text, numbers Number. A NULL at the top level is "no value"
// unless the attribute has type NULL or is `json`.
// Reading: decode_item gives the map back; stored NULL reads as absent, or as an empty set for set attributes.
#pragma once

#include "model/item_source.h"
#include "model/model.h"
#include "value/json_text.h"
#include "value/wire.h"

namespace tabletheory::model {

class DynamicItem final : public ItemSource {
 public:
  // Borrows both; they must outlive this object.
  DynamicItem(const Model& model, const Item& item);
  Presence presence(std::size_t slot) const override;
  Result<void> write(std::size_t slot, std::string& out) const override;
  Result<void> check_names() const override;

 private:
  const Model& model_;
  const Item& item_;
  std::vector<const Value*> by_slot_;
};

// Appends the stored form of one logical value of an attribute. ErrInvalidModel naming the attribute when it does not
// fit.
Result<void> write_attribute(const Attribute& attribute, const Value& value, std::string& out);
// Emptiness of a logical value of an attribute.
Presence presence_of(const Attribute& attribute, const Value* value);

// A stored item read through the model: attributes the model does not have are left out.
Result<Item> decode_item(const Model& model, value::WireElement item);
// One stored attribute as its logical value; nullopt: absent.
Result<std::optional<Value>> read_attribute(const Attribute& attribute, value::WireElement stored);

// A JSON document read by the model's types: strings for B are base64, arrays for sets become sets, numbers are exact
// (a JSON string is accepted for N). For data files, scenarios and the command line.
Result<Item> item_from_json(const Model& model, const value::JsonNode& object);
Result<Value> value_from_json(const Attribute& attribute, const value::JsonNode& node);
// A whole attribute value by its own shape (no model): objects are maps, arrays lists, numbers N, strings S.
Result<Value> value_from_json(const value::JsonNode& node);

}  // namespace tabletheory::model
