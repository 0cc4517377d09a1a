#include "model/model.h"

#include <algorithm>
#include <array>

#include "value/wire.h"

namespace tabletheory::model {
namespace {

// Names longer than this get no "did you mean": nobody mistypes them by hand.
constexpr std::size_t kMaxSuggestedName = 64;

// Levenshtein distance of two names of at most kMaxSuggestedName bytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, kMaxSuggestedName + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::shared_ptr<const Model> Model::compile(const dms::Model& definition, std::string table_name) {
  std::shared_ptr<Model> model(new Model());
  model->definition_ = definition;
  model->table_ = table_name.empty() ? definition.table_name : std::move(table_name);

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
  if (name.size() > kMaxSuggestedName) return {};
  const std::size_t tolerance = std::max<std::size_t>(1, name.size() / 3);
  std::size_t best = tolerance + 1;
  std::string closest;
  for (const Attribute& attribute : attributes_) {
    const std::string& candidate = attribute.name();
    if (candidate.size() > kMaxSuggestedName) continue;
    const std::size_t distance = equal_ignoring_case(candidate, name) ? 0 : edit_distance(candidate, name);
    if (distance < best) {
      best = distance;
      closest = candidate;
    }
  }
  return closest;
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
