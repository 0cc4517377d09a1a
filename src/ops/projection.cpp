#include "ops/projection.h"

#include <algorithm>

#include "ops/conditions.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {

Result<ReadProjection> ReadProjection::compile(const model::Model* model, const std::vector<std::string>& paths) {
  ReadProjection out;
  TT_TRY(out.projection, compile_projection(model, paths));
  return out;
}

void ReadProjection::need(const std::string& attribute) {
  auto& paths = projection.paths;
  if (paths.empty()) return;
  const auto is_root = [&](const expr::Path& path) { return path.root() == attribute; };
  if (std::ranges::any_of(paths, [&](const expr::Path& path) { return is_root(path) && path.is_root(); })) return;
  // A part of the attribute is asked for: keys, ttl and discriminators are scalars, which have no parts.
  if (std::ranges::any_of(paths, is_root)) return;
  paths.push_back(expr::Path::attribute(attribute));
  dropped.push_back(attribute);
}

void ReadProjection::need_for_checks(const model::Model& model, bool hide_expired) {
  if (hide_expired && model.ttl_slot() != model::kNoSlot) need(model.attribute(model.ttl_slot()).name());
  if (const auto& discriminator = model.definition().discriminator) need(discriminator->attribute);
}

bool is_of_other_model(const model::Model& model, value::WireElement item) {
  const auto& discriminator = model.definition().discriminator;
  if (!discriminator) return false;
  const auto stored = stored_text(item, discriminator->attribute);
  return !stored || *stored != discriminator->value;
}

}  // namespace tabletheory::ops
