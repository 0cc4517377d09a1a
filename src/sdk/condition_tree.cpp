#include "sdk/condition_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "expr/operators.h"
#include "expr/raw.h"
#include "sdk/record_writer.h"
#include "value/wire.h"

namespace tabletheory {
namespace detail {
namespace {

// The service refuses more than 300 operators; a tree deeper than that is a mistake in the caller's loop.
constexpr int kMaxDepth = 300;

using Kind = ConditionNode::Kind;

Result<expr::Path> to_path(const model::Model* model, const PathData& data) {
  if (!data.problem.empty()) return fail(ErrorCode::kInvalidModel, data.problem);
  expr::Path path;
  for (const PathStep& step : data.steps) {
    if (!step.is_text || (model != nullptr && model->slot_of(step.name) != model::kNoSlot)) {
      path.steps.push_back({step.name, step.index});
      continue;
    }
    TT_TRY(expr::Path parsed, expr::Path::parse(step.name));
    std::move(parsed.steps.begin(), parsed.steps.end(), std::back_inserter(path.steps));
  }
  return path;
}

const PathData* path_of(const ConditionNode& node) {
  for (const Operand& operand : node.operands) {
    if (operand.kind == Operand::Kind::kPath) return &operand.path;
  }
  return nullptr;
}

class Lowering {
 public:
  explicit Lowering(const model::Model* model) : model_(model) {}

  Result<expr::Condition> lower(const ConditionNode& node, int depth = 0) const {
    if (depth > kMaxDepth) {
      return fail(ErrorCode::kInvalidOperator,
                  "the condition is nested deeper than 300 levels; the service takes 300 operators at most");
    }
    switch (node.kind) {
      case Kind::kOperator:
        return lower_operator(node);
      case Kind::kRaw:
        return expr::read_raw_condition({node.expression, node.names.empty() ? nullptr : &node.names,
                                         node.values.empty() ? nullptr : &node.values});
      default:
        break;
    }
    std::vector<expr::Condition> children;
    for (const Condition& child : node.children) {
      TT_TRY(expr::Condition lowered, lower(*child.node(), depth + 1));
      children.push_back(std::move(lowered));
    }
    if (node.kind == Kind::kNot) return expr::Condition::negate(std::move(children.front()));
    return node.kind == Kind::kAnd ? expr::Condition::all_of(std::move(children))
                                   : expr::Condition::any_of(std::move(children));
  }

 private:
  Result<expr::Condition> lower_operator(const ConditionNode& node) const {
    std::vector<expr::Operand> operands;
    for (const Operand& operand : node.operands) {
      TT_TRY(expr::Operand lowered, lower(operand, path_of(node)));
      operands.push_back(std::move(lowered));
    }
    const bool literals = std::all_of(operands.begin() + 1, operands.end(), [](const expr::Operand& operand) {
      return operand.kind == expr::Operand::Kind::kLiteral;
    });
    if (operands.front().kind == expr::Operand::Kind::kPath && literals) {
      std::vector<Value> values;
      for (std::size_t i = 1; i < operands.size(); ++i) values.push_back(std::move(operands[i].literal));
      return expr::make_condition(operands.front().path, node.op, std::move(values));
    }
    return with_operands(node.op, std::move(operands));
  }

  // Operators between paths, or on size(path).
  static Result<expr::Condition> with_operands(const std::string& name, std::vector<expr::Operand> operands) {
    using expr::Comparator;
    using ConditionKind = expr::Condition::Kind;
    TT_TRY(const expr::Operator* op, expr::resolve_operator(name, operands.size() - 1));
    expr::Condition condition;
    condition.operands = std::move(operands);
    switch (op->id) {
      case expr::OperatorId::kEq:
        condition.comparator = Comparator::kEq;
        break;
      case expr::OperatorId::kNe:
        condition.comparator = Comparator::kNe;
        break;
      case expr::OperatorId::kLt:
        condition.comparator = Comparator::kLt;
        break;
      case expr::OperatorId::kLe:
        condition.comparator = Comparator::kLe;
        break;
      case expr::OperatorId::kGt:
        condition.comparator = Comparator::kGt;
        break;
      case expr::OperatorId::kGe:
        condition.comparator = Comparator::kGe;
        break;
      case expr::OperatorId::kBetween:
        condition.kind = ConditionKind::kBetween;
        break;
      case expr::OperatorId::kIn:
        condition.kind = ConditionKind::kIn;
        break;
      case expr::OperatorId::kBeginsWith:
        condition.kind = ConditionKind::kBeginsWith;
        break;
      case expr::OperatorId::kContains:
        condition.kind = ConditionKind::kContains;
        break;
      default:
        return fail(ErrorCode::kInvalidOperator,
                    fmt::format("operator {} takes a path on its left and values on its right", op->name));
    }
    return condition;
  }

  Result<expr::Operand> lower(const Operand& operand, const PathData* against) const {
    if (operand.kind == Operand::Kind::kPath || operand.kind == Operand::Kind::kSize) {
      TT_TRY(expr::Path path, to_path(model_, operand.path));
      expr::Operand lowered = expr::Operand::of(std::move(path));
      if (operand.kind == Operand::Kind::kSize) lowered.kind = expr::Operand::Kind::kSize;
      return lowered;
    }
    static const PathData kNoPath;
    TT_TRY(Value literal, to_value(model_, against == nullptr ? kNoPath : *against, operand));
    return expr::Operand::of(std::move(literal));
  }

  const model::Model* model_;
};

Result<void> append_comparisons(const model::Model* model, const ConditionNode& node, std::string_view what, int depth,
                                std::vector<ops::Comparison>& out) {
  const auto unfit = [&] {
    return fail(
        ErrorCode::kInvalidOperator,
        fmt::format("{} is `attribute == value` and the like, joined by &&; put anything else into a filter", what));
  };
  if (depth > kMaxDepth) return unfit();
  if (node.kind == Kind::kAnd) {
    for (const Condition& child : node.children)
      TT_CHECK(append_comparisons(model, *child.node(), what, depth + 1, out));
    return {};
  }
  if (node.kind != Kind::kOperator || node.operands.front().kind != Operand::Kind::kPath) return unfit();
  ops::Comparison comparison;
  TT_TRY(comparison.attribute, to_path_text(model, node.operands.front().path));
  comparison.op = node.op;
  for (std::size_t i = 1; i < node.operands.size(); ++i) {
    const Operand& operand = node.operands[i];
    if (operand.kind == Operand::Kind::kPath || operand.kind == Operand::Kind::kSize) return unfit();
    TT_TRY(Value value, to_value(model, node.operands.front().path, operand));
    comparison.values.push_back(std::move(value));
  }
  out.push_back(std::move(comparison));
  return {};
}

// An empty set is stored as NULL, but as an operand it stays what it is; NULL for everything else.
Value empty_set(const Codec& codec) {
  if (codec.shape == Shape::kOptional) return Value();
  switch (codec.type) {
    case Type::kSS:
      return Value(StringSet{});
    case Type::kNS:
      return Value(NumberSet{});
    case Type::kBS:
      return Value(BinarySet{});
    default:
      return Value();
  }
}

}  // namespace

Result<ops::ConditionInput> to_condition_input(const model::Model* model, const Condition& condition) {
  ops::ConditionInput input;
  if (condition.empty()) return input;
  const ConditionNode& node = *condition.node();
  // A raw condition by itself keeps the library's checks and words for raw conditions.
  if (node.kind == Kind::kRaw) {
    input.raw = ops::RawExpression{node.expression, node.names, node.values};
    return input;
  }
  TT_TRY(input.tree, Lowering(model).lower(node));
  return input;
}

Result<std::vector<ops::Comparison>> to_comparisons(const model::Model* model, const Condition& condition,
                                                    std::string_view what) {
  std::vector<ops::Comparison> comparisons;
  if (!condition.empty()) TT_CHECK(append_comparisons(model, *condition.node(), what, 0, comparisons));
  return comparisons;
}

Result<std::string> to_path_text(const model::Model* model, const PathData& path) {
  if (path.problem.empty() && path.steps.size() == 1) return path.steps.front().name;
  TT_TRY(const expr::Path resolved, to_path(model, path));
  return resolved.to_string();
}

Result<std::vector<std::string>> to_path_texts(const model::Model* model, const std::vector<Path>& paths) {
  std::vector<std::string> texts;
  texts.reserve(paths.size());
  for (const Path& path : paths) {
    TT_TRY(std::string text, to_path_text(model, path.data()));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<Value> to_value(const model::Model* model, const PathData& path, const Operand& operand) {
  if (!operand.problem.empty()) return fail(ErrorCode::kInvalidModel, operand.problem);
  if (operand.kind != Operand::Kind::kTimestamp) return operand.literal;
  if (model != nullptr && path.steps.size() == 1) {
    const std::size_t slot = model->slot_of(path.steps.front().name);
    if (slot != model::kNoSlot && model->attribute(slot).type() == Type::kN)
      return Value(operand.timestamp.unix_seconds());
  }
  return Value(operand.timestamp.to_string());
}

Operand operand_of(const Codec& codec, const void* native) {
  Operand operand;
  if (codec.shape == Shape::kTimestamp) {
    operand.kind = Operand::Kind::kTimestamp;
    operand.timestamp = *static_cast<const Timestamp*>(native);
    return operand;
  }
  std::string wire = R"({"v":)";
  auto written = write_native(codec, native, wire);
  wire += '}';
  auto item = written ? item_from_wire_json(wire) : Result<Item>(std::unexpected(std::move(written).error()));
  if (item) {
    operand.literal = std::move(*item->find("v"));
    if (operand.literal.is_null()) operand.literal = empty_set(codec);
  } else {
    operand.problem = item.error().message();
  }
  return operand;
}

Condition make_condition(std::string op, std::vector<Operand> operands) {
  auto node = std::make_shared<ConditionNode>();
  node->op = std::move(op);
  node->operands = std::move(operands);
  return Condition(std::move(node));
}

PathData member_path(const RecordInfo& record, std::size_t offset, const Codec* codec) {
  const Field* field = record.find(offset, codec);
  if (field != nullptr) return {{{field->name, -1, false}}, {}};
  return {
      {},
      fmt::format("a path names a member that describe() of model \"{}\" does not declare", record.declaration.name)};
}

PathData joined(PathData path, const PathData& below) {
  path.steps.insert(path.steps.end(), below.steps.begin(), below.steps.end());
  if (path.problem.empty()) path.problem = below.problem;
  return path;
}

PathData joined(PathData path, PathStep step) {
  path.steps.push_back(std::move(step));
  return path;
}

}  // namespace detail

namespace {

Condition combine(detail::ConditionNode::Kind kind, std::vector<Condition> children) {
  auto node = std::make_shared<detail::ConditionNode>();
  node->kind = kind;
  node->children = std::move(children);
  return Condition(std::move(node));
}

}  // namespace

Condition operator&&(const Condition& a, const Condition& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return combine(detail::ConditionNode::Kind::kAnd, {a, b});
}

// No condition is always true, and so is it joined with anything by ||.
Condition operator||(const Condition& a, const Condition& b) {
  if (a.empty() || b.empty()) return {};
  return combine(detail::ConditionNode::Kind::kOr, {a, b});
}

Condition operator!(const Condition& a) {
  if (a.empty()) return a;
  return combine(detail::ConditionNode::Kind::kNot, {a});
}

Condition raw_condition(std::string expression, const std::map<std::string, std::string>& names, Map values) {
  auto node = std::make_shared<detail::ConditionNode>();
  node->kind = detail::ConditionNode::Kind::kRaw;
  node->expression = std::move(expression);
  for (const auto& [placeholder, name] : names) node->names.set(placeholder, Value(name));
  node->values = std::move(values);
  return Condition(std::move(node));
}

}  // namespace tabletheory
