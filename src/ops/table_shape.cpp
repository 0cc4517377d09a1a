#include "ops/table_shape.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletheory::ops {
namespace {

using Projection = dms::Index::Projection;
using Keys = std::vector<dms::KeyAttribute>;

constexpr std::string_view kNone = "(none)";

std::unexpected<Error> misfit(std::string message) {
  return fail(ErrorCode::kInvalidModel, std::move(message));
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

// One table that several models share: what they agree on, and what each adds.
class Merger {
 public:
  Result<void> add(const model::Model& model) {
    const dms::Model& definition = model.definition();
    if (first_ == nullptr) {
      first_ = &model;
      shape.table = model.table();
      shape.partition = definition.partition;
      shape.sort = definition.sort;
    } else if (model.table() != first_->table()) {
      return misfit(fmt::format("models {} and {} are in different tables ({} and {}); make each table by itself",
                                first_->name(), model.name(), first_->table(), model.table()));
    } else if (definition.partition != shape.partition || definition.sort != shape.sort) {
      return misfit(fmt::format("models {} and {} share table {} but not its key; give them the same keys",
                                first_->name(), model.name(), model.table()));
    }
    TT_CHECK(add_key(definition.partition));
    if (definition.sort) TT_CHECK(add_key(*definition.sort));
    for (const dms::Index& index : definition.indexes) TT_CHECK(add_index(model, index));
    return add_ttl(model);
  }

  TableShape shape;

 private:
  Result<void> add_key(const dms::KeyAttribute& key) {
    const auto known = std::ranges::find(shape.keys, key.attribute, &dms::KeyAttribute::attribute);
    if (known == shape.keys.end()) {
      shape.keys.push_back(key);
    } else if (known->type != key.type) {
      return misfit(
          fmt::format("the key attribute \"{}\" of table {} is {} in one model and {} in another; give it one type",
                      key.attribute, shape.table, type_name(known->type), type_name(key.type)));
    }
    return {};
  }

  Result<void> add_index(const model::Model& model, const dms::Index& index) {
    const dms::Index* known = shape.find_index(index.name);
    if (known == nullptr) {
      for (const auto* keys : {&index.partition, &index.sort})
        for (const dms::KeyAttribute& key : *keys) TT_CHECK(add_key(key));
      shape.indexes.push_back(index);
      return {};
    }
    if (same_index(index, *known)) return {};
    return misfit(fmt::format("model {} declares index {} of table {} otherwise than model {}; declare it alike",
                              model.name(), index.name, shape.table, first_->name()));
  }

  Result<void> add_ttl(const model::Model& model) {
    if (model.ttl_slot() == model::kNoSlot) return {};
    const std::string& attribute = model.attribute(model.ttl_slot()).name();
    if (!shape.ttl_attribute.empty() && shape.ttl_attribute != attribute) {
      return misfit(
          fmt::format("table {} has the ttl attribute \"{}\" in one model and \"{}\" in another; a table has one",
                      model.table(), shape.ttl_attribute, attribute));
    }
    shape.ttl_attribute = attribute;
    return {};
  }

  const model::Model* first_ = nullptr;
};

std::string_view text_member(value::WireElement object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// The elements of a list member, as objects; none when it is absent.
std::vector<value::WireElement> elements(value::WireElement object, std::string_view name) {
  std::vector<value::WireElement> out;
  value::WireArray list;
  if (object.at_key(name).get(list) != simdjson::SUCCESS) return out;
  for (const value::WireElement element : list)
    if (element.is_object()) out.push_back(element);
  return out;
}

// A key of a description: its attributes' types are told in one place for the whole table.
void read_keys(value::WireElement described, const Keys& types, Keys& partition, Keys& sort) {
  for (const value::WireElement element : elements(described, "KeySchema")) {
    dms::KeyAttribute key{std::string(text_member(element, "AttributeName")), Type::kS};
    const auto type = std::ranges::find(types, key.attribute, &dms::KeyAttribute::attribute);
    if (type != types.end()) key.type = type->type;
    (text_member(element, "KeyType") == "HASH" ? partition : sort).push_back(std::move(key));
  }
}

dms::Index read_index(value::WireElement described, const Keys& types, bool global) {
  dms::Index index;
  index.name = text_member(described, "IndexName");
  index.global = global;
  read_keys(described, types, index.partition, index.sort);
  value::WireElement projection;
  if (described.at_key("Projection").get(projection) != simdjson::SUCCESS) return index;
  const std::string_view type = text_member(projection, "ProjectionType");
  for (const Projection known : {Projection::kAll, Projection::kKeysOnly, Projection::kInclude})
    if (type == dms::projection_name(known)) index.projection = known;
  value::WireArray fields;
  if (projection.at_key("NonKeyAttributes").get(fields) != simdjson::SUCCESS) return index;
  for (const value::WireElement field : fields) {
    std::string_view name;
    if (field.get(name) == simdjson::SUCCESS) index.fields.emplace_back(name);
  }
  return index;
}

std::string words(const Keys& keys) {
  if (keys.empty()) return std::string(kNone);
  std::string text;
  for (const dms::KeyAttribute& key : keys) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", key.attribute, type_name(key.type));
  }
  return text;
}

Keys as_list(const std::optional<dms::KeyAttribute>& key) {
  return key ? Keys{*key} : Keys{};
}

std::string words(const dms::Index& index) {
  std::string text = fmt::format("{} on {}", index.global ? "GSI" : "LSI", words(index.partition));
  if (!index.sort.empty()) text += fmt::format(" sorted by {}", words(index.sort));
  text += fmt::format(", {}", dms::projection_name(index.projection));
  if (!index.fields.empty()) text += fmt::format(" [{}]", fmt::join(sorted(index.fields), ", "));
  return text;
}

class Differences {
 public:
  void add(std::string path, std::string model, std::string live) {
    if (model != live) found.push_back({std::move(path), std::move(model), std::move(live)});
  }

  void indexes(const TableShape& model, const TableShape& live) {
    for (const dms::Index& index : model.indexes) {
      const std::string path = "indexes." + index.name;
      const dms::Index* other = live.find_index(index.name);
      if (other == nullptr) {
        add(path, words(index), std::string(kNone));
        continue;
      }
      add(path + ".type", index.global ? "GSI" : "LSI", other->global ? "GSI" : "LSI");
      add(path + ".partition", words(index.partition), words(other->partition));
      add(path + ".sort", words(index.sort), words(other->sort));
      add(path + ".projection", std::string(dms::projection_name(index.projection)),
          std::string(dms::projection_name(other->projection)));
      add(path + ".fields", fmt::format("[{}]", fmt::join(sorted(index.fields), ", ")),
          fmt::format("[{}]", fmt::join(sorted(other->fields), ", ")));
    }
    for (const dms::Index& index : live.indexes) {
      if (model.find_index(index.name) == nullptr) add("indexes." + index.name, std::string(kNone), words(index));
    }
  }

  std::vector<TableDifference> found;
};

}  // namespace

const dms::Index* TableShape::find_index(std::string_view name) const {
  const auto found = std::ranges::find(indexes, name, &dms::Index::name);
  return found == indexes.end() ? nullptr : &*found;
}

bool same_index(const dms::Index& model, const dms::Index& live) {
  return model.global == live.global && model.partition == live.partition && model.sort == live.sort &&
         model.projection == live.projection && sorted(model.fields) == sorted(live.fields);
}

Result<TableShape> shape_of(std::span<const std::shared_ptr<const model::Model>> models) {
  if (models.empty()) return misfit("a table is made from at least one model; give one");
  Merger merger;
  for (const auto& model : models) TT_CHECK(merger.add(*model));
  return std::move(merger.shape);
}

TableShape shape_of(value::WireElement description) {
  TableShape shape;
  shape.table = text_member(description, "TableName");
  for (const value::WireElement element : elements(description, "AttributeDefinitions")) {
    dms::KeyAttribute key{std::string(text_member(element, "AttributeName")), Type::kS};
    parse_type_name(text_member(element, "AttributeType"), key.type);
    shape.keys.push_back(std::move(key));
  }
  Keys partition, sort;
  read_keys(description, shape.keys, partition, sort);
  if (!partition.empty()) shape.partition = partition.front();
  if (!sort.empty()) shape.sort = sort.front();
  for (const bool global : {true, false}) {
    const char* member = global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
    for (const value::WireElement index : elements(description, member)) {
      shape.indexes.push_back(read_index(index, shape.keys, global));
    }
  }
  return shape;
}

std::vector<TableDifference> differences(const TableShape& model, const TableShape& live) {
  Differences comparison;
  comparison.add("keys.partition", words(Keys{model.partition}), words(Keys{live.partition}));
  comparison.add("keys.sort", words(as_list(model.sort)), words(as_list(live.sort)));
  comparison.indexes(model, live);
  const auto ttl = [](const std::string& attribute) { return attribute.empty() ? std::string(kNone) : attribute; };
  comparison.add("ttl", ttl(model.ttl_attribute), ttl(live.ttl_attribute));
  return std::move(comparison.found);
}

void write_key_schema(value::WireWriter& writer, std::span<const dms::KeyAttribute> partition,
                      std::span<const dms::KeyAttribute> sort) {
  writer.raw(R"("KeySchema":[)");
  bool first = true;
  const auto add = [&](const dms::KeyAttribute& key, std::string_view kind) {
    if (!first) writer.raw(',');
    first = false;
    writer.raw(R"({"AttributeName":)");
    writer.string(key.attribute);
    writer.raw(R"(,"KeyType":)");
    writer.string(kind);
    writer.raw('}');
  };
  for (const dms::KeyAttribute& key : partition) add(key, "HASH");
  for (const dms::KeyAttribute& key : sort) add(key, "RANGE");
  writer.raw(']');
}

void write_definitions(value::WireWriter& writer, std::span<const dms::KeyAttribute> keys) {
  char separator = '[';
  writer.raw(R"("AttributeDefinitions":)");
  for (const dms::KeyAttribute& key : keys) {
    writer.raw(separator);
    separator = ',';
    writer.raw(R"({"AttributeName":)");
    writer.string(key.attribute);
    writer.raw(R"(,"AttributeType":)");
    writer.string(type_name(key.type));
    writer.raw('}');
  }
  writer.raw(']');
}

void write_index(value::WireWriter& writer, const dms::Index& index) {
  writer.raw(R"("IndexName":)");
  writer.string(index.name);
  writer.raw(',');
  write_key_schema(writer, index.partition, index.sort);
  writer.raw(R"(,"Projection":{"ProjectionType":)");
  writer.string(dms::projection_name(index.projection));
  if (index.projection == Projection::kInclude) {
    char separator = '[';
    writer.raw(R"(,"NonKeyAttributes":)");
    for (const std::string& field : index.fields) {
      writer.raw(separator);
      writer.string(field);
      separator = ',';
    }
    writer.raw(']');
  }
  writer.raw('}');
}

}  // namespace tabletheory::ops
