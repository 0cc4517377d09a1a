#include "capi/expressions.h"

#include <fmt/format.h>

#include <limits>

#include "capi/values.h"

namespace tabletheory::capi {
namespace {

using detail::ConditionNode;
using detail::Operand;
using detail::PathData;
using detail::UpdateStep;

std::unexpected<Error> no_path(const Node& node) {
  return fail(
      ErrorCode::kInvalidModel,
      fmt::format("a path is text such as a.b[3].c, or a list of names and positions, not {}", tag_name(node.tag)));
}

Result<PathData> to_path_data(const Node& node) {
  if (node.tag == Tag::kPathText || node.tag == Tag::kString) {
    return PathData{{{std::string(node.text), -1, true}}, {}};
  }
  if (node.tag != Tag::kPath || node.count == 0) return no_path(node);
  PathData path;
  for (const Node& step : node.children()) {
    if (step.tag == Tag::kInt32 && (step.integer < 0 || path.steps.empty())) return no_path(node);
    path.steps.push_back({std::string(step.text), step.tag == Tag::kInt32 ? step.integer : -1, false});
  }
  return path;
}

Operand path_operand(PathData path) {
  return {.kind = Operand::Kind::kPath, .literal = {}, .timestamp = {}, .path = std::move(path), .problem = {}};
}

Result<Operand> to_size(const Node& node) {
  TT_TRY(PathData path, to_path_data(*node.children().begin()));
  return Operand{.kind = Operand::Kind::kSize, .literal = {}, .timestamp = {}, .path = std::move(path), .problem = {}};
}

Result<Operand> to_left(const Node& node) {
  if (node.tag == Tag::kSize) return to_size(node);
  TT_TRY(PathData path, to_path_data(node));
  return path_operand(std::move(path));
}

Result<Operand> to_right(const Node& node) {
  if (node.tag == Tag::kSize) return to_size(node);
  if (node.tag == Tag::kPathText || node.tag == Tag::kPath) return to_left(node);
  Operand operand;
  if (node.tag == Tag::kTime) {
    operand.kind = Operand::Kind::kTimestamp;
    operand.timestamp = node.time();
    return operand;
  }
  TT_TRY(operand.literal, to_value(node));
  return operand;
}

std::unexpected<Error> no_condition(std::string_view why) {
  return fail(ErrorCode::kInvalidOperator, fmt::format("a condition is no condition: {} (docs/c-abi.md)", why));
}

Result<std::map<std::string, std::string>> names_of(const Node& node) {
  std::map<std::string, std::string> names;
  if (node.tag == Tag::kAbsent || node.tag == Tag::kNull) return names;
  if (!node.is_map()) return fail(ErrorCode::kInvalidModel, "names of placeholders are a map of texts");
  for (const Node& name : node.children()) {
    if (name.tag != Tag::kString) {
      return fail(ErrorCode::kInvalidModel, fmt::format("the name of placeholder {} must be text", name.name));
    }
    names.emplace(name.name, name.text);
  }
  return names;
}

Result<Condition> to_raw(const std::vector<const Node*>& parts) {
  if (parts.size() < 2 || parts.size() > 4 || parts[1]->tag != Tag::kString) {
    return no_condition("\"raw\" takes an expression, names and values");
  }
  std::map<std::string, std::string> names;
  if (parts.size() > 2) {
    TT_TRY(names, names_of(*parts[2]));
  }
  Map values;
  if (parts.size() > 3 && parts[3]->tag != Tag::kAbsent && parts[3]->tag != Tag::kNull) {
    TT_TRY(values, to_map(*parts[3]));
  }
  return raw_condition(std::string(parts[1]->text), names, std::move(values));
}

Result<Condition> to_group(std::string_view kind, const std::vector<const Node*>& parts) {
  if (parts.size() < 2 || (kind == "not" && parts.size() != 2)) {
    return no_condition(fmt::format("\"{}\" takes {}", kind, kind == "not" ? "one condition" : "conditions"));
  }
  auto node = std::make_shared<ConditionNode>();
  node->kind = kind == "not"   ? ConditionNode::Kind::kNot
               : kind == "and" ? ConditionNode::Kind::kAnd
                               : ConditionNode::Kind::kOr;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    TT_TRY(Condition child, to_condition(*parts[i]));
    node->children.push_back(std::move(child));
  }
  if (node->children.size() == 1 && kind != "not") return std::move(node->children.front());
  return Condition(std::move(node));
}

struct StepForm {
  std::string_view name;
  UpdateStep::Kind kind;
  bool has_index;
  bool has_value;
};
constexpr StepForm kStepForms[] = {
    {"set", UpdateStep::Kind::kSet, false, true},
    {"set_if_not_exists", UpdateStep::Kind::kSetIfNotExists, false, true},
    {"remove", UpdateStep::Kind::kRemove, false, false},
    {"add", UpdateStep::Kind::kAdd, false, true},
    {"increment", UpdateStep::Kind::kIncrement, false, true},
    {"decrement", UpdateStep::Kind::kDecrement, false, true},
    {"delete", UpdateStep::Kind::kDelete, false, true},
    {"append", UpdateStep::Kind::kAppend, false, true},
    {"prepend", UpdateStep::Kind::kPrepend, false, true},
    {"set_element", UpdateStep::Kind::kSet, true, true},
    {"remove_element", UpdateStep::Kind::kRemove, true, false},
};

Result<UpdateStep> to_update_step(const Node& node) {
  std::vector<const Node*> parts;
  if (node.tag == Tag::kList) {
    for (const Node& part : node.children()) parts.push_back(&part);
  }
  if (parts.empty() || parts.front()->tag != Tag::kString) {
    return fail(ErrorCode::kInvalidOperator, "an update action is a list that begins with its name (docs/c-abi.md)");
  }
  for (const StepForm& form : kStepForms) {
    if (form.name != parts.front()->text) continue;
    const std::size_t size = 2 + (form.has_index ? 1 : 0) + (form.has_value ? 1 : 0);
    if (parts.size() != size || (form.has_index && (!parts[2]->is_integer() || parts[2]->integer < 0))) {
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("the update action {} takes a path{}{}", form.name, form.has_index ? ", a position" : "",
                              form.has_value ? " and a value" : ""));
    }
    TT_TRY(Path path, to_path(*parts[1]));
    if (form.has_index) path = path[static_cast<std::size_t>(parts[2]->integer)];
    UpdateStep step{form.kind, std::move(path), {}};
    if (form.has_value) {
      TT_TRY(step.operand, to_right(*parts.back()));
    }
    return step;
  }
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("there is no update action \"{}\" (docs/c-abi.md)", parts.front()->text));
}

}  // namespace

Result<Path> to_path(const Node& node) {
  TT_TRY(PathData data, to_path_data(node));
  return Path(std::move(data));
}

Result<std::vector<Path>> to_paths(const Arguments& arguments, std::string_view name) {
  TT_TRY(const auto elements, arguments.list(name));
  std::vector<Path> paths;
  for (const Node* element : elements) {
    TT_TRY(Path path, to_path(*element));
    paths.push_back(std::move(path));
  }
  return paths;
}

Result<Condition> to_condition(const Node& node) {
  std::vector<const Node*> parts;
  if (node.tag == Tag::kList) {
    for (const Node& part : node.children()) parts.push_back(&part);
  }
  if (parts.empty() || parts.front()->tag != Tag::kString) return no_condition("it is a list that begins with text");
  const std::string_view op = parts.front()->text;
  if (op == "raw") return to_raw(parts);
  if (op == "and" || op == "or" || op == "not") return to_group(op, parts);
  if (parts.size() < 2) return no_condition(fmt::format("\"{}\" lacks its path", op));
  std::vector<Operand> operands;
  TT_TRY(Operand left, to_left(*parts[1]));
  operands.push_back(std::move(left));
  for (std::size_t i = 2; i < parts.size(); ++i) {
    TT_TRY(Operand right, to_right(*parts[i]));
    operands.push_back(std::move(right));
  }
  return detail::make_condition(std::string(op), std::move(operands));
}

Result<Condition> to_condition(const Arguments& arguments, std::string_view name) {
  const Node* node = arguments.find(name);
  if (node == nullptr || node->tag == Tag::kNull) return Condition();
  return to_condition(*node);
}

Result<WriteOptions> to_write_options(const Arguments& arguments) {
  WriteOptions options;
  TT_TRY(options.condition, to_condition(arguments, "condition"));
  TT_TRY(options.if_version, arguments.integer("if_version"));
  TT_TRY(options.protect, arguments.texts("protect"));
  TT_TRY(options.return_item_on_failure, arguments.flag("return_item_on_failure"));
  return options;
}

Result<std::vector<UpdateStep>> to_update_steps(const Arguments& arguments) {
  TT_TRY(const auto actions, arguments.list("actions"));
  std::vector<UpdateStep> steps;
  for (const Node* action : actions) {
    TT_TRY(UpdateStep step, to_update_step(*action));
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::map<std::string, std::string>> to_names(const Arguments& arguments, std::string_view name) {
  const Node* node = arguments.find(name);
  if (node == nullptr) return std::map<std::string, std::string>{};
  return names_of(*node);
}

}  // namespace tabletheory::capi
