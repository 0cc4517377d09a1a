// Rules of secondary indexes, and of models that share a table.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "dms/names.h"
#include "dms/rules.h"
#include "dms/wording.h"
#include "value/limits.h"

namespace tabletheory::dms {
namespace {

class IndexRules {
 public:
  IndexRules(const Model& model, const std::string& path, Problems& problems)
      : model_(model), path_(path), problems_(problems), names_(model, path, problems) {}

  void check() {
    std::size_t global = 0;
    std::size_t local = 0;
    for (std::size_t i = 0; i < model_.indexes.size(); ++i) {
      const std::string at = fmt::format("{}.indexes[{}]", path_, i);
      if (!problems_.sound(at)) continue;
      const Index& index = model_.indexes[i];
      check_name(index, at);
      check_keys(index, at);
      check_projection(index, at);
      if (!problems_.sound(at + ".type")) continue;
      if (index.global ? ++global == limits::kGlobalIndexes + 1 : ++local == limits::kLocalIndexes + 1)
        problems_.add(
            at, fmt::format("a table has at most {} GSIs and {} LSIs", limits::kGlobalIndexes, limits::kLocalIndexes),
            "remove this index and those after it");
      if (!index.global) check_local(index, at);
    }
  }

 private:
  void check_name(const Index& index, const std::string& path) {
    const std::string at = path + ".name";
    if (!problems_.sound(at)) return;
    if (!is_resource_name(index.name))
      problems_.add(at, fmt::format("the index name {} is not allowed", in_quotes(index.name)),
                    "use 3 to 255 of A-Z a-z 0-9 _ . -");
    else if (!index_names_.insert(index.name).second)
      problems_.add(at, fmt::format("the index name {} occurs twice", in_quotes(index.name)), "index names are unique");
  }

  void check_keys(const Index& index, const std::string& path) {
    const std::string of_index = fmt::format("of index {}", in_quotes(index.name));
    if (index.partition.empty() && problems_.sound(path + ".partition"))
      problems_.add(path + ".partition", fmt::format("the index {} has no partition key", in_quotes(index.name)),
                    "give it one");
    std::unordered_set<std::string_view> met;
    check_key_list(index.partition, path + ".partition", "the partition key " + of_index, met);
    check_key_list(index.sort, path + ".sort", "the sort key " + of_index, met);
  }

  void check_key_list(const std::vector<KeyAttribute>& keys, const std::string& at, const std::string& what,
                      std::unordered_set<std::string_view>& met) {
    if (keys.size() > limits::kIndexKeyAttributes && problems_.sound(at))
      problems_.add(at, fmt::format("{} lists {} attributes", what, keys.size()),
                    fmt::format("{} are the most", limits::kIndexKeyAttributes));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string key_at = fmt::format("{}[{}]", at, i);
      if (!problems_.sound(key_at)) continue;
      check_key(names_, keys[i], key_at, what, problems_);
      if (problems_.sound(key_at + ".attribute") && !met.insert(keys[i].attribute).second)
        problems_.add(key_at + ".attribute",
                      fmt::format("{} occurs twice in the keys of one index", in_quotes(keys[i].attribute)),
                      "name each attribute once");
    }
  }

  // An LSI keeps the table's partition key and sorts by another attribute.
  void check_local(const Index& index, const std::string& path) {
    const std::string name = in_quotes(index.name);
    if (!model_.sort && problems_.sound(path_ + ".keys") && problems_.sound(path_ + ".keys.sort"))
      problems_.add(path + ".type", fmt::format("the LSI {} needs a table with a sort key", name),
                    "declare keys.sort, or make it a GSI");
    if (index.sort.empty() && problems_.sound(path + ".sort"))
      problems_.add(path + ".sort", fmt::format("the LSI {} has no sort key", name), "give it one, or make it a GSI");
    for (const auto* keys : {&index.partition, &index.sort})
      if (const std::string at = path + (keys == &index.partition ? ".partition" : ".sort");
          keys->size() > 1 && problems_.sound(at))
        problems_.add(at, fmt::format("the LSI {} lists several key attributes", name), "only a GSI may");
    check_local_partition(index, path);
  }

  void check_local_partition(const Index& index, const std::string& path) {
    const std::string at = path + ".partition[0].attribute";
    if (index.partition.size() != 1 || !problems_.sound(at)) return;
    if (!problems_.sound(path_ + ".keys.partition.attribute")) return;
    if (index.partition.front().attribute != model_.partition.attribute)
      problems_.add(at,
                    fmt::format("the LSI {} has the partition key {}", in_quotes(index.name),
                                in_quotes(index.partition.front().attribute)),
                    fmt::format("an LSI has the table's, {}; or make it a GSI", in_quotes(model_.partition.attribute)));
  }

  void check_projection(const Index& index, const std::string& path) {
    const std::string at = path + ".projection";
    if (!problems_.sound(at) || !problems_.sound(at + ".type")) return;
    const bool is_include = index.projection == Index::Projection::kInclude;
    if (is_include && index.fields.empty() && problems_.sound(at + ".fields"))
      problems_.add(at, "the projection INCLUDE needs fields", "list the attributes, or use ALL or KEYS_ONLY");
    if (!is_include && !index.fields.empty() && problems_.sound(at + ".fields"))
      problems_.add(at + ".fields", fmt::format("the projection {} takes no fields", projection_name(index.projection)),
                    "remove them, or use INCLUDE");
    std::unordered_set<std::string_view> met;
    for (std::size_t i = 0; i < index.fields.size(); ++i) {
      const std::string field_at = fmt::format("{}.fields[{}]", at, i);
      check_reference(names_, index.fields[i], field_at, "the projected field", problems_);
      if (problems_.sound(field_at) && !met.insert(index.fields[i]).second)
        problems_.add(field_at, fmt::format("the projected field {} occurs twice", in_quotes(index.fields[i])),
                      "remove one");
    }
  }

  const Model& model_;
  const std::string& path_;
  Problems& problems_;
  AttributeNames names_;
  std::unordered_set<std::string_view> index_names_;
};

// "GSI on status S / createdAt S, projecting INCLUDE amount, total"
std::string index_text(const Index& index) {
  std::vector<std::string> fields = index.fields;
  std::ranges::sort(fields);
  std::string out = fmt::format("{} on {}", index.global ? "GSI" : "LSI", key_text(index.partition));
  if (!index.sort.empty()) out += fmt::format(" / {}", key_text(index.sort));
  out += fmt::format(", projecting {}", projection_name(index.projection));
  if (!fields.empty()) out += fmt::format(" {}", fmt::join(fields, ", "));
  return out;
}

std::string table_key_text(const Model& model) {
  std::vector<KeyAttribute> keys{model.partition};
  if (model.sort) keys.push_back(*model.sort);
  return key_text(keys);
}

// What the models of one table have said about it so far; each part with the model that said it first.
class SharedTable {
 public:
  void check(const Model& model, const std::string& path, Problems& problems) {
    check_keys(model, path, problems);
    check_ttl(model, path, problems);
    for (std::size_t i = 0; i < model.indexes.size(); ++i)
      check_index(model, model.indexes[i], fmt::format("{}.indexes[{}]", path, i), problems);
    check_discriminator(model, path, problems);
  }

 private:
  static void refuse(const Model& model, const Model& other, const std::string& at, std::string_view what,
                     Problems& problems) {
    problems.add(at,
                 fmt::format("{}; model {} on the same table {} differs", what, in_quotes(other.name),
                             in_quotes(model.table_name)),
                 "make the two agree, or use two tables");
  }

  void check_keys(const Model& model, const std::string& path, Problems& problems) {
    const std::string at = path + ".keys";
    if (!problems.sound_throughout(at)) return;
    if (keys_ == nullptr)
      keys_ = &model;
    else if (keys_->partition != model.partition || keys_->sort != model.sort)
      refuse(model, *keys_, at, fmt::format("the keys are {}, not {}", table_key_text(model), table_key_text(*keys_)),
             problems);
  }

  // A table has one ttl attribute; a model without a ttl role says nothing about it.
  void check_ttl(const Model& model, const std::string& path, Problems& problems) {
    const Attribute* ttl = model.find_role("ttl");
    if (ttl == nullptr) return;
    if (ttl_ == nullptr)
      ttl_ = &model;
    else if (ttl_->find_role("ttl")->attribute != ttl->attribute)
      refuse(model, *ttl_, fmt::format("{}.attributes[{}].attribute", path, ttl - model.attributes.data()),
             fmt::format("the ttl attribute is {}, not {}", in_quotes(ttl->attribute),
                         in_quotes(ttl_->find_role("ttl")->attribute)),
             problems);
  }

  void check_index(const Model& model, const Index& index, const std::string& path, Problems& problems) {
    if (index.name.empty() || !problems.sound_throughout(path)) return;
    const auto [first, is_new] = indexes_.try_emplace(index.name, std::pair(&model, &index));
    const auto [other_model, other] = first->second;
    if (is_new || other_model == &model || index_text(*other) == index_text(index)) return;
    refuse(model, *other_model, path,
           fmt::format("the index {} is a {}, not a {}", in_quotes(index.name), index_text(index), index_text(*other)),
           problems);
  }

  void check_discriminator(const Model& model, const std::string& path, Problems& problems) {
    if (!model.discriminator || !problems.sound(path + ".discriminator.value")) return;
    const auto key = fmt::format("{}\n{}", model.discriminator->attribute, model.discriminator->value);
    const auto [first, is_new] = discriminators_.try_emplace(key, &model);
    if (!is_new)
      problems.add(
          path + ".discriminator.value",
          fmt::format("the discriminator is that of model {} on the same table", in_quotes(first->second->name)),
          "give each model a value of its own");
  }

  const Model* keys_ = nullptr;
  const Model* ttl_ = nullptr;
  std::unordered_map<std::string_view, std::pair<const Model*, const Index*>> indexes_;
  std::unordered_map<std::string, const Model*> discriminators_;
};

}  // namespace

void check_indexes(const Model& model, const std::string& path, Problems& problems) {
  IndexRules(model, path, problems).check();
}

void check_shared_tables(const Document& document, Problems& problems) {
  std::unordered_map<std::string_view, SharedTable> tables;
  for (std::size_t i = 0; i < document.models.size(); ++i)
    if (const Model& model = document.models[i]; !model.table_name.empty())
      tables[model.table_name].check(model, fmt::format("models[{}]", i), problems);
}

}  // namespace tabletheory::dms
