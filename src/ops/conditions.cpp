#include "ops/conditions.h"

#include <fmt/format.h>

#include "expr/operators.h"
#include "expr/raw.h"
#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using expr::Condition;
using expr::Operand;
using expr::Path;

// The service refuses more operators than this anyway; a tree this deep is a mistake in the caller's loop.
constexpr int kMaxDepth = 300;

// Walks one condition tree: paths must be queryable, literals are brought to their stored form.
class Checker {
 public:
  explicit Checker(const model::Model* model) : model_(model) {}

  Result<void> check(Condition& condition, int depth = 0) {
    if (depth > kMaxDepth) {
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("the condition is nested deeper than {} levels; the service takes at most 300 operators",
                              kMaxDepth));
    }
    for (Condition& child : condition.children) TT_CHECK(check(child, depth + 1));
    for (Operand& operand : condition.operands) TT_CHECK(check(operand, depth + 1));
    return compares_whole(condition.kind) ? store_literals(condition.operands) : Result<void>();
  }

 private:
  static bool compares_whole(Condition::Kind kind) {
    return kind == Condition::Kind::kCompare || kind == Condition::Kind::kBetween || kind == Condition::Kind::kIn;
  }

  Result<void> check(Operand& operand, int depth) {
    if (depth > kMaxDepth) return fail(ErrorCode::kInvalidOperator, "an operand is nested too deep; simplify it");
    if (!operand.path.steps.empty()) TT_CHECK(check_queryable(model_, operand.path));
    for (Operand& inner : operand.operands) TT_CHECK(check(inner, depth + 1));
    return operand.kind == Operand::Kind::kLiteral ? value::check_value(operand.literal) : Result<void>();
  }

  // In `attribute op literal…` the literals are values of the attribute. Those of a raw part are stored values already.
  Result<void> store_literals(std::vector<Operand>& operands) {
    if (model_ == nullptr) return {};
    const model::Attribute* attribute = nullptr;
    for (const Operand& operand : operands) {
      if (operand.kind != Operand::Kind::kPath || !operand.path.is_root()) continue;
      attribute = &model_->attribute(model_->slot_of(operand.path.root()));
    }
    if (attribute == nullptr) return {};
    for (Operand& operand : operands)
      if (operand.kind == Operand::Kind::kLiteral && operand.placeholder.empty()) {
        TT_CHECK(store_literal(*attribute, operand.literal));
      }
    return {};
  }

  const model::Model* model_;
};

// A raw condition says exactly what the service shall see: unknown attributes and literals are left alone.
Result<Condition> parse_raw_condition(const model::Model* model, const RawExpression& raw) {
  for (const auto& [placeholder, value] : raw.values) TT_CHECK(value::check_value(value));
  TT_TRY(Condition condition, expr::read_raw_condition({raw.text, &raw.names, &raw.values}));
  if (model == nullptr || !model->has_encrypted_attributes()) return condition;
  for (const std::string& root : expr::root_attributes(condition)) {
    if (model->slot_of(root) != model::kNoSlot) TT_CHECK(check_queryable(model, Path::attribute(root)));
  }
  return condition;
}

// Most values are stored as they are given; the others go through the attribute's own writer.
bool is_stored_as_given(const model::Attribute& attribute, const Value& value) {
  if (value.type() != attribute.type() || attribute.definition.json) return false;
  switch (value.type()) {
    case Type::kS:
      return !model::is_timestamp(attribute) && !model::is_decimal_text(attribute);
    case Type::kN:
      return !model::is_integer(attribute);
    case Type::kB:
    case Type::kBool:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view root_of(const model::Model* model, std::string_view text) {
  if (model != nullptr && model->slot_of(text) != model::kNoSlot) return text;
  return text.substr(0, text.find_first_of(".["));
}

Result<Path> resolve_path(const model::Model* model, std::string_view text) {
  if (model != nullptr && model->slot_of(text) != model::kNoSlot) return Path::attribute(std::string(text));
  return Path::parse(text);
}

Result<std::size_t> check_path(const model::Model* model, const Path& path) {
  if (model == nullptr) return model::kNoSlot;
  const std::size_t slot = model->slot_of(path.root());
  if (slot == model::kNoSlot) return std::unexpected(model::unknown_attribute(*model, path.root()));
  const model::Attribute& attribute = model->attribute(slot);
  if (path.is_root() || attribute.type() == Type::kM || attribute.type() == Type::kL) return slot;
  return fail(ErrorCode::kInvalidModel,
              fmt::format("the path \"{}\" goes into attribute \"{}\" of type {}; only M and L have parts",
                          path.to_string(), path.root(), type_name(attribute.type())));
}

Result<void> check_queryable(const model::Model* model, const Path& path) {
  TT_TRY(const std::size_t slot, check_path(model, path));
  if (slot == model::kNoSlot || model->attribute(slot).definition.encryption == 0) return {};
  return fail(
      ErrorCode::kEncryptedFieldNotQueryable,
      fmt::format("attribute \"{}\" is encrypted: the service cannot compare it; read the item and compare here",
                  path.root()));
}

Result<void> store_value(const model::Attribute& attribute, Value& value) {
  if (is_stored_as_given(attribute, value)) return value::check_value(value);
  std::string wire = R"({"v":)";
  TT_CHECK(model::write_attribute(attribute, value, wire));
  wire += '}';
  TT_TRY(Item stored, item_from_wire_json(wire));
  value = std::move(*stored.find("v"));
  return {};
}

Result<void> store_literal(const model::Attribute& attribute, Value& literal) {
  return literal.is_null() ? Result<void>() : store_value(attribute, literal);
}

Result<std::optional<Condition>> compile_condition(const model::Model* model, const ConditionInput& input) {
  std::vector<Condition> parts;
  for (const Comparison& comparison : input.comparisons) {
    TT_TRY(const Path path, resolve_path(model, comparison.attribute));
    TT_TRY(Condition part, expr::make_condition(path, comparison.op, comparison.values));
    parts.push_back(std::move(part));
  }
  if (input.tree) parts.push_back(*input.tree);
  Checker checker(model);
  for (Condition& part : parts) TT_CHECK(checker.check(part));
  if (input.raw) {
    TT_TRY(Condition raw, parse_raw_condition(model, *input.raw));
    parts.push_back(std::move(raw));
  }
  if (parts.empty()) return std::nullopt;
  return Condition::all_of(std::move(parts));
}

Result<expr::Update> parse_raw_update(const RawExpression& raw) {
  for (const auto& [placeholder, value] : raw.values) TT_CHECK(value::check_value(value));
  return expr::read_raw_update({raw.text, &raw.names, &raw.values});
}

Result<expr::Projection> compile_projection(const model::Model* model, const std::vector<std::string>& paths) {
  expr::Projection projection;
  for (const std::string& text : paths) {
    TT_TRY(Path path, resolve_path(model, text));
    TT_TRY(const std::size_t slot, check_path(model, path));
    if (slot != model::kNoSlot && !path.is_root() && model->attribute(slot).definition.encryption != 0) {
      return fail(ErrorCode::kEncryptedFieldNotQueryable,
                  fmt::format("the projection asks for \"{}\", a part of an encrypted attribute; ask for \"{}\" as a "
                              "whole",
                              path.to_string(), path.root()));
    }
    for (const Path& other : projection.paths) {
      if (!expr::overlaps(path, other)) continue;
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("the projection asks for \"{}\" and for \"{}\", which overlap; "
                              "ask for the wider one only",
                              other.to_string(), path.to_string()));
    }
    projection.paths.push_back(std::move(path));
  }
  return projection;
}

}  // namespace tabletheory::ops
