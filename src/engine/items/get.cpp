// GetItem: one item by its key.
#include <array>

#include "engine/items/answer.h"
#include "engine/items/attribute_values.h"
#include "engine/items/expressions.h"
#include "engine/items/key_check.h"
#include "engine/items/parameters.h"
#include "engine/items/projected_read.h"
#include "engine/items/write_plan.h"
#include "engine/key_codec.h"
#include "engine/request.h"

namespace tabletheory::engine {
namespace {

constexpr std::array kSlotsOfGet{Slot::kProjection};
constexpr std::array<LegacyParameter, 1> kLegacyOfGet{{{"AttributesToGet", "ProjectionExpression"}}};

}  // namespace

Served<std::string> get_item(Context& context, const Request& request) {
  TT_SERVE(const auto table_name, get_string(request, "TableName"));
  TT_SERVE(const auto key_object, get_attributes(request, "Key"));
  TT_SERVE(const auto consistent, get_bool(request, "ConsistentRead"));
  TT_SERVE(const auto capacity_text, get_string(request, "ReturnConsumedCapacity"));
  TT_SERVE(auto expressions, RequestExpressions::read(request, kSlotsOfGet, kLegacyOfGet));
  ConstraintErrors errors;
  const ConsumedCapacity capacity = check_consumed_capacity(capacity_text, errors);
  errors.table_name(table_name);
  errors.required(key_object, "key");
  TT_SERVE_CHECK(errors.result());
  TT_SERVE_CHECK(expressions.check());
  TT_SERVE(const Item key, read_attributes(*key_object));
  TT_SERVE_CHECK(expressions.parse());

  TT_SERVE(const auto table, find_table(context, *table_name));
  TT_SERVE_CHECK(check_key(*table, key));
  TT_SERVE_CHECK(check_projection_paths(*table, expressions.projection));
  std::string storage_key = item_key(*table, key);
  Blob stored = context.storage.read(storage_key);
  const CurrentItem found(std::move(storage_key), std::move(stored));
  AnswerObject answer(found.stored().size() + 128);
  if (found.exists()) {
    TT_SERVE_CHECK(append_projected(StoredItem(found.stored()), expressions.projection, answer.member("Item")));
  }
  if (capacity != ConsumedCapacity::kNone) {
    CapacityMeter meter(capacity);
    meter.add_table(
        read_halves(found.size_bytes(), consistent.value_or(false) ? ReadKind::kConsistent : ReadKind::kEventual));
    meter.write(table->name, {}, answer.member("ConsumedCapacity"));
  }
  return std::move(answer).finish();
}

}  // namespace tabletheory::engine
