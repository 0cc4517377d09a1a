// RequestExpressions: the expression parameters of one request (or of one action of a transaction), read, checked and
// parsed in the service's order.
//
//     TT_SERVE(auto expressions, RequestExpressions::read(request, kConditionSlot, kPutLegacy));  // JSON types
//     TT_SERVE_CHECK(expressions.check());  // kinds mixed, names or values without an expression
//     …the request's other checks that come before parsing…
//     TT_SERVE_CHECK(expressions.parse());  // names, values, syntax, unused placeholders
//     if (expressions.condition) …
//
// Not thread-safe. The texts point into the request.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/operations.h"
#include "engine/service_error.h"
#include "expr/ast.h"
#include "expr/parser.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

enum class Slot : std::uint8_t { kUpdate, kCondition, kKeyCondition, kFilter, kProjection };
inline constexpr std::size_t kSlots = 5;

// A parameter of the API's first years, and the expression that took its place.
struct LegacyParameter {
  std::string_view name;
  std::string_view replacement;
};

class RequestExpressions {
 public:
  // `slots` in the order in which the service lists them; `legacy` likewise.
  static Served<RequestExpressions> read(const Request& request, std::span<const Slot> slots,
                                         std::span<const LegacyParameter> legacy = {});
  Served<void> check() const;
  Served<void> parse();

  bool given(Slot slot) const { return texts_[static_cast<std::size_t>(slot)].has_value(); }

  // Filled by parse.
  std::optional<expr::Update> update;
  std::optional<expr::Condition> condition;
  std::optional<std::vector<expr::KeyCondition>> key_condition;
  std::optional<expr::Condition> filter;
  std::optional<expr::Projection> projection;

 private:
  Served<void> read_names();
  Served<void> read_values();
  std::optional<std::string_view> text(Slot slot) const { return texts_[static_cast<std::size_t>(slot)]; }

  std::span<const Slot> slots_;
  std::span<const LegacyParameter> legacy_;
  std::array<std::optional<std::string_view>, kSlots> texts_;
  std::vector<LegacyParameter> legacy_given_;
  std::optional<value::WireObject> names_object_, values_object_;
  Map names_, values_;
  std::size_t substitution_bytes_ = 0;
};

// The attributes at the root of the paths a tree mentions, in order, each once.
std::vector<std::string_view> root_attributes(const expr::Condition& condition);
std::vector<std::string_view> root_attributes(const expr::Projection& projection);
// The first path that goes below `attribute` (`attribute.x`, `attribute[0]`), or nullptr.
const expr::Path* path_below(const expr::Condition& condition, std::string_view attribute);
const expr::Path* path_below(const expr::Projection& projection, std::string_view attribute);
const expr::Path* path_below(const expr::Update& update, std::string_view attribute);

}  // namespace tabletheory::engine
