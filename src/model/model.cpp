#include "model/model.h"

#include <algorithm>

#include "value/closest_word.h"
#include "value/wire.h"

namespace tabletheory::model {
std::shared_ptr<const Model> Model::compile(const dms::Model& definition, std::string table_name) {
  std::shared_ptr<Model> model(new Model());
  model->definition_ = definition;
  if (table_name.empty()) table_name = definition.table_name;
  model->table_ = std::move(table_name);

  for (const dms::Attribute& written : definition.attributes) {
    Attribute attribute;
    attribute.definition = written;
    value::WireWriter(attribute.json_key).key(written.attribute);
    model->has_encrypted_ |= written.encryption != 0;
    model->by_name_.emplace_back(written.attribute, model->attributes_.size());
    model->attributes_.push_back(std::move(attribute));
  }
  std::sort(model->by_name_.begin(), model->by_name_.end());

  const auto role_slot = [&](std::string_view role) {
    const dms::Attribute* found = definition.find_role(role);
    return found == nullptr ? kNoSlot : model->slot_of(found->attribute);
  };
  model->created_at_ = role_slot("created_at");
  model->updated_at_ = role_slot("updated_at");
  model->version_ = role_slot("version");
  model->ttl_ = role_slot("ttl");
  model->partition_ = model->slot_of(definition.partition.attribute);
  if (definition.sort) model->sort_ = model->slot_of(definition.sort->attribute);
  for (const std::size_t slot : {model->partition_, model->sort_}) {
    if (slot != kNoSlot) model->attributes_[slot].is_table_key = true;
  }

  for (const dms::Index& written : definition.indexes) {
    Index index{written, {}, {}};
    const auto resolve = [&](const std::vector<dms::KeyAttribute>& keys, std::vector<std::size_t>& slots) {
      for (const dms::KeyAttribute& key : keys) {
        slots.push_back(model->slot_of(key.attribute));
        if (slots.back() != kNoSlot) model->attributes_[slots.back()].keys_index = true;
      }
    };
    resolve(written.partition, index.partition_slots);
    resolve(written.sort, index.sort_slots);
    model->indexes_.push_back(std::move(index));
  }
  for (const std::string& name : definition.protected_attributes) {
    if (const std::size_t slot = model->slot_of(name); slot != kNoSlot) model->attributes_[slot].is_protected = true;
  }
  return model;
}

std::size_t Model::slot_of(std::string_view name, std::size_t hint) const {
  if (hint < attributes_.size() && attributes_[hint].name() == name) return hint;
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != by_name_.end() && found->first == name ? found->second : kNoSlot;
}

std::string Model::closest_name(std::string_view name) const {
  std::vector<std::string_view> known;
  known.reserve(attributes_.size());
  for (const Attribute& attribute : attributes_) known.push_back(attribute.name());
  return std::string(value::closest_word(name, known));
}

bool Model::has_lifecycle() const {
  return created_at_ != kNoSlot || updated_at_ != kNoSlot || version_ != kNoSlot;
}

const Index* Model::find_index(std::string_view name) const {
  const auto found =
      std::find_if(indexes_.begin(), indexes_.end(), [&](const Index& index) { return index.definition.name == name; });
  return found == indexes_.end() ? nullptr : &*found;
}

}  // namespace tabletheory::model
