// A model with an attribute of every kind, for the tests of this layer.
#pragma once

#include <memory>

#include "model/model.h"

namespace tabletheory::model {

inline std::shared_ptr<const Model> every_kind() {
  dms::Model definition;
  definition.name = "EveryKind";
  definition.table_name = "every_kind";
  definition.partition = {"PK", Type::kS};
  definition.sort = dms::KeyAttribute{"SK", Type::kN};
  const auto add = [&](std::string name, Type type) -> dms::Attribute& {
    dms::Attribute attribute;
    attribute.attribute = std::move(name);
    attribute.type = type;
    definition.attributes.push_back(std::move(attribute));
    return definition.attributes.back();
  };
  add("PK", Type::kS).roles = {"pk"};
  add("SK", Type::kN).roles = {"sk"};
  add("text", Type::kS);
  add("number", Type::kN);
  add("binary", Type::kB);
  add("flag", Type::kBool);
  add("nothing", Type::kNull);
  add("map", Type::kM);
  add("list", Type::kL);
  add("texts", Type::kSS);
  add("numbers", Type::kNS);
  add("binaries", Type::kBS);
  add("count", Type::kN).format = dms::Format::kInt;
  add("seenAt", Type::kS).format = dms::Format::kRfc3339Nano;
  add("price", Type::kS).format = dms::Format::kDecimalString;
  add("jsonText", Type::kS).json = true;
  add("jsonMap", Type::kM).json = true;
  add("createdAt", Type::kS).roles = {"created_at"};
  add("updatedAt", Type::kS).roles = {"updated_at"};
  add("version", Type::kN).roles = {"version"};
  add("expires", Type::kN).roles = {"ttl"};
  definition.protected_attributes = {"price"};
  dms::Index index;
  index.name = "by-text";
  index.partition = {{"text", Type::kS}};
  index.sort = {{"seenAt", Type::kS}};
  definition.indexes.push_back(index);
  return Model::compile(definition);
}

inline const Attribute& attribute_of(const Model& model, std::string_view name) {
  return model.attribute(model.slot_of(name));
}

}  // namespace tabletheory::model
