#include "ops/shared_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/projection.h"

namespace tabletheory::ops {
namespace {

using Model = model::Model;

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::kInvalidOperator, std::move(message));
}

Result<void> check_told_apart(const Model& first, const Model& other) {
  if (first.table() != other.table()) {
    return invalid(
        fmt::format("models {} and {} are in different tables; read each table by itself", first.name(), other.name()));
  }
  const auto& definition = first.definition();
  if (definition.partition != other.definition().partition || definition.sort != other.definition().sort) {
    return invalid(fmt::format("models {} and {} share table {} but not its key; give them the same keys", first.name(),
                               other.name(), first.table()));
  }
  if (definition.discriminator && definition.discriminator == other.definition().discriminator) {
    return invalid(
        fmt::format("models {} and {} have the same discriminator, \"{}\" = \"{}\"; give each a value of "
                    "its own",
                    first.name(), other.name(), definition.discriminator->attribute, definition.discriminator->value));
  }
  return {};
}

Result<void> check_all_told_apart(std::span<const std::shared_ptr<const Model>> models) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (!models[i]->definition().discriminator) {
      return invalid(
          fmt::format("model {} has no discriminator, so its items cannot be told from those of other "
                      "models; declare one, or read the model by itself",
                      models[i]->name()));
    }
    for (std::size_t j = i + 1; j < models.size(); ++j) TT_CHECK(check_told_apart(*models[i], *models[j]));
  }
  return {};
}

Result<void> add_attribute(const Model& model, const dms::Attribute& attribute, dms::Model& view) {
  const auto known = std::ranges::find(view.attributes, attribute.attribute, &dms::Attribute::attribute);
  if (known == view.attributes.end()) {
    view.attributes.push_back(attribute);
    return {};
  }
  if (known->type != attribute.type || known->json != attribute.json || known->format != attribute.format) {
    return invalid(
        fmt::format("attribute \"{}\" is stored otherwise in model {} than in the others; declare it alike, "
                    "or read the models by themselves",
                    attribute.attribute, model.name()));
  }
  known->encryption = std::max(known->encryption, attribute.encryption);
  for (const std::string& role : attribute.roles)
    if (!known->has_role(role)) known->roles.push_back(role);
  return {};
}

Result<void> add_index(const Model& model, const dms::Index& index, dms::Model& view) {
  const dms::Index* known = view.find_index(index.name);
  if (known == nullptr) {
    view.indexes.push_back(index);
    return {};
  }
  if (known->global == index.global && known->partition == index.partition && known->sort == index.sort) return {};
  return invalid(fmt::format("index {} has other keys in model {} than in the others; declare it alike", index.name,
                             model.name()));
}

}  // namespace

Result<std::shared_ptr<const Model>> shared_view(std::span<const std::shared_ptr<const Model>> models) {
  if (models.empty()) return invalid("no model is given; name at least one");
  if (models.size() == 1) return models.front();
  TT_CHECK(check_all_told_apart(models));
  dms::Model view = models.front()->definition();
  view.discriminator.reset();
  for (const auto& model : models.subspan(1)) {
    view.name += ", " + model->name();
    for (const dms::Attribute& attribute : model->definition().attributes) {
      TT_CHECK(add_attribute(*model, attribute, view));
    }
    for (const dms::Index& index : model->definition().indexes) TT_CHECK(add_index(*model, index, view));
  }
  return Model::compile(view, models.front()->table());
}

Result<void> check_owner(const Model& model, value::WireElement item) {
  if (!is_of_other_model(model, item)) return {};
  const dms::Discriminator& discriminator = *model.definition().discriminator;
  return fail(ErrorCode::kInvalidModel,
              fmt::format("the item with this key is of another model: its \"{}\" is not \"{}\"; read it with its own "
                          "model",
                          discriminator.attribute, discriminator.value));
}

}  // namespace tabletheory::ops
