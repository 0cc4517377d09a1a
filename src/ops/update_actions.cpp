#include "ops/update_actions.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "ops/conditions.h"
#include "ops/guards.h"
#include "ops/item_writer.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using expr::Operand;
using expr::Path;
using expr::UpdateAction;
using Kind = UpdateBuilder::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kSet:
      return "set";
    case Kind::kSetIfNotExists:
      return "set_if_not_exists";
    case Kind::kRemove:
      return "remove";
    case Kind::kAdd:
      return "add";
    case Kind::kDelete:
      return "delete";
    case Kind::kAppend:
      return "append";
    case Kind::kPrepend:
      break;
  }
  return "prepend";
}

std::unexpected<Error> unfit(Kind kind, const Path& path, std::string_view why) {
  return fail(ErrorCode::kInvalidOperator, fmt::format("{} on \"{}\": {}", name_of(kind), path.to_string(), why));
}

bool is_number_or_set(const Value& value) {
  return value.is(Type::kN) || model::is_set(value.type());
}

// A whole attribute's new value in its stored form.
Result<void> store_new_value(const model::Attribute& attribute, Value& value) {
  const model::Presence presence = model::presence_of(attribute, &value);
  if (presence == model::Presence::kAbsent) {
    return model::misfit(attribute, "it cannot be set to no value; remove it instead");
  }
  if (presence == model::Presence::kEmpty && attribute.keys_index && is_empty_key(value)) {
    return model::misfit(attribute, "it keys an index and the service takes no empty keys; remove it instead");
  }
  auto stored = store_value(attribute, value);
  if (!stored) return std::unexpected(model::concealed(attribute, std::move(stored).error()));
  return stored;
}

UpdateAction list_append_action(Kind kind, Path path, Value elements) {
  Operand list;
  list.kind = Operand::Kind::kIfNotExists;
  list.path = path;
  list.operands.push_back(Operand::of(Value(List{})));
  Operand literal = Operand::of(std::move(elements));

  UpdateAction action;
  action.kind = UpdateAction::Kind::kSet;
  action.path = std::move(path);
  action.value.kind = Operand::Kind::kListAppend;
  if (kind == Kind::kAppend) {
    action.value.operands.push_back(std::move(list));
    action.value.operands.push_back(std::move(literal));
  } else {
    action.value.operands.push_back(std::move(literal));
    action.value.operands.push_back(std::move(list));
  }
  return action;
}

// Turns single actions into tree actions; holds what they are checked against.
class Compiler {
 public:
  explicit Compiler(const model::Model* model) : model_(model) {}

  Result<UpdateAction> compile(const UpdateBuilder::Action& action) const {
    TT_TRY(Path path, resolve_path(model_, action.path));
    TT_TRY(const model::Attribute* const attribute, target(action, path));
    if (action.element) path.steps.push_back({std::string(), static_cast<std::int64_t>(*action.element)});
    // Only a whole attribute has declared values; parts are stored as they are given.
    const model::Attribute* whole = path.is_root() ? attribute : nullptr;
    switch (action.kind) {
      case Kind::kRemove:
        return remove(std::move(path), whole);
      case Kind::kAdd:
      case Kind::kDelete:
        return number_or_set(action.kind, std::move(path), whole, action.value);
      case Kind::kAppend:
      case Kind::kPrepend:
        return list(action.kind, std::move(path), whole, action.value);
      default:
        return set(action.kind, std::move(path), whole, action.value);
    }
  }

 private:
  Result<const model::Attribute*> target(const UpdateBuilder::Action& action, const Path& path) const {
    TT_TRY(const std::size_t slot, check_path(model_, path));
    if (slot == model::kNoSlot) return nullptr;
    TT_CHECK(check_selectable(*model_, slot));
    const model::Attribute& attribute = model_->attribute(slot);
    const bool whole_value = action.kind == Kind::kSet || action.kind == Kind::kSetIfNotExists;
    const bool whole = path.is_root() && !action.element;
    if (attribute.definition.encryption != 0 && !(whole && (whole_value || action.kind == Kind::kRemove))) {
      return fail(
          ErrorCode::kEncryptedFieldNotQueryable,
          fmt::format("attribute \"{}\" is encrypted: it can be set and removed as a whole only", attribute.name()));
    }
    if (action.element && path.is_root() && attribute.type() != Type::kL) {
      return model::misfit(attribute, "it has no list elements; only L has");
    }
    return &attribute;
  }

  static Result<UpdateAction> set(Kind kind, Path path, const model::Attribute* whole, Value value) {
    if (whole != nullptr) {
      TT_CHECK(store_new_value(*whole, value));
    } else {
      TT_CHECK(value::check_value(value));
    }
    return kind == Kind::kSet ? set_action(std::move(path), std::move(value))
                              : set_if_not_exists_action(std::move(path), std::move(value));
  }

  static Result<UpdateAction> remove(Path path, const model::Attribute* whole) {
    if (whole != nullptr && whole->definition.required) return std::unexpected(missing_required(*whole));
    UpdateAction action;
    action.kind = UpdateAction::Kind::kRemove;
    action.path = std::move(path);
    return action;
  }

  static Result<UpdateAction> number_or_set(Kind kind, Path path, const model::Attribute* whole, Value value) {
    if (whole != nullptr) {
      const bool fits = model::is_set(whole->type()) || (kind == Kind::kAdd && whole->type() == Type::kN);
      if (!fits || whole->definition.json) {
        return unfit(
            kind, path,
            fmt::format("the attribute is {}{}; {}", whole->definition.json ? "json " : "", type_name(whole->type()),
                        kind == Kind::kAdd ? "add takes N, SS, NS and BS" : "delete takes sets"));
      }
      TT_CHECK(store_new_value(*whole, value));  // an empty set becomes NULL and is refused below
    } else {
      TT_CHECK(value::check_value(value));
    }
    if (!is_number_or_set(value) || (kind == Kind::kDelete && value.is(Type::kN))) {
      return unfit(kind, path,
                   kind == Kind::kAdd ? "give a number or a set with elements" : "give a set with elements");
    }
    UpdateAction action;
    action.kind = kind == Kind::kAdd ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
    action.path = std::move(path);
    action.value = Operand::of(std::move(value));
    return action;
  }

  static Result<UpdateAction> list(Kind kind, Path path, const model::Attribute* whole, Value elements) {
    if (whole != nullptr && (whole->type() != Type::kL)) {
      return unfit(kind, path, fmt::format("the attribute is {}; only L is a list", type_name(whole->type())));
    }
    TT_CHECK(value::check_value(elements));
    return list_append_action(kind, std::move(path), std::move(elements));
  }

  const model::Model* model_;
};

Result<void> check_overlaps(const expr::Update& update) {
  for (std::size_t i = 0; i < update.actions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Path &a = update.actions[j].path, &b = update.actions[i].path;
      if (!expr::overlaps(a, b) && !expr::conflicts(a, b)) continue;
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("two actions write \"{}\" and \"{}\", which overlap; keep one of them", a.to_string(),
                              b.to_string()));
    }
  }
  return {};
}

bool is_plain(const Operand& operand) {
  return operand.kind == Operand::Kind::kLiteral ||
         (operand.kind == Operand::Kind::kIfNotExists && operand.operands.front().kind == Operand::Kind::kLiteral);
}

bool has_list_element(const Path& path) {
  return std::ranges::any_of(path.steps, [](const Path::Step& step) { return step.is_index(); });
}

}  // namespace

std::vector<std::string_view> touched_roots(const model::Model* model, const UpdateBuilder& builder) {
  std::vector<std::string_view> roots;
  for (const auto& action : builder.actions()) roots.push_back(root_of(model, action.path));
  return roots;
}

std::vector<std::string_view> touched_roots(const expr::Update& update) {
  std::vector<std::string_view> roots;
  for (const UpdateAction& action : update.actions) roots.emplace_back(action.path.root());
  return roots;
}

Result<expr::Update> compile_actions(const model::Model* model, const UpdateBuilder& builder) {
  if (builder.actions().empty()) {
    return fail(ErrorCode::kInvalidOperator, "the update has no action; add one (set, remove, add, …)");
  }
  const Compiler compiler(model);
  expr::Update update;
  for (const auto& action : builder.actions()) {
    TT_TRY(UpdateAction compiled, compiler.compile(action));
    update.actions.push_back(std::move(compiled));
  }
  TT_CHECK(check_overlaps(update));
  return update;
}

Result<void> check_raw_update(const model::Model& model, const expr::Update& update) {
  if (model.has_encrypted_attributes()) {
    return fail(ErrorCode::kEncryptedFieldNotQueryable,
                fmt::format("model {} has encrypted attributes, which raw update expressions would store in the clear; "
                            "use the update builder",
                            model.name()));
  }
  for (const UpdateAction& action : update.actions) {
    TT_TRY(const std::size_t slot, check_path(&model, action.path));
    TT_CHECK(check_selectable(model, slot));
    const model::Attribute& attribute = model.attribute(slot);
    if (action.kind == UpdateAction::Kind::kRemove && action.path.is_root() && attribute.definition.required) {
      return std::unexpected(missing_required(attribute));
    }
  }
  return {};
}

bool is_repeatable(const expr::Update& update) {
  return std::ranges::all_of(update.actions, [](const UpdateAction& action) {
    if (has_list_element(action.path)) return false;
    if (action.kind == UpdateAction::Kind::kRemove) return true;
    return action.kind == UpdateAction::Kind::kSet && is_plain(action.value);
  });
}

UpdateAction set_action(Path path, Value literal) {
  UpdateAction action;
  action.kind = UpdateAction::Kind::kSet;
  action.path = std::move(path);
  action.value = Operand::of(std::move(literal));
  return action;
}

UpdateAction set_if_not_exists_action(Path path, Value literal) {
  UpdateAction action = set_action(path, Value());
  action.value.kind = Operand::Kind::kIfNotExists;
  action.value.path = std::move(path);
  action.value.operands.push_back(Operand::of(std::move(literal)));
  return action;
}

UpdateAction count_up_action(const std::string& attribute, const Number& missing) {
  UpdateAction current = set_if_not_exists_action(Path::attribute(attribute), Value(missing));
  UpdateAction action = set_action(Path::attribute(attribute), Value());
  action.value.kind = Operand::Kind::kPlus;
  action.value.operands.push_back(std::move(current.value));
  action.value.operands.push_back(Operand::of(Value(Number(1))));
  return action;
}

}  // namespace tabletheory::ops
