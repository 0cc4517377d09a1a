#include "ops/aggregate.h"

#include <fmt/format.h>

#include <algorithm>

#include "expr/evaluate.h"
#include "ops/conditions.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

// A node of a hash table and its string, roughly: what an entry takes beside its text.
constexpr std::size_t kEntryBytes = 96;

std::string_view name_of(Function function) {
  constexpr std::string_view kNames[] = {"count", "count_distinct", "sum", "average", "min", "max"};
  return kNames[static_cast<std::size_t>(function)];
}

template <class Set>
void sort_set(Set& set) {
  std::ranges::sort(set.elements);
}

// Equal values have equal text: sets have no order, so theirs is made one.
void order_sets(Value& value) {
  if (auto* strings = value.get_if<StringSet>()) sort_set(*strings);
  if (auto* numbers = value.get_if<NumberSet>()) sort_set(*numbers);
  if (auto* binaries = value.get_if<BinarySet>()) sort_set(*binaries);
  if (auto* list = value.get_if<List>()) std::ranges::for_each(*list, order_sets);
  if (auto* map = value.get_if<Map>()) {
    for (auto& [name, member] : *map) order_sets(member);
  }
}

std::string identity_of(Value value) {
  order_sets(value);
  return to_wire_json(value);
}

// Groups without a value come first, then by type, then by value.
bool is_before(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return !a && b;
  if (a->type() != b->type()) return a->type() < b->type();
  if (const auto order = expr::compare(*a, *b)) return *order < 0;
  return identity_of(*a) < identity_of(*b);
}

// The value at a path; nullptr when there is none, or NULL.
const Value* present(const Item& item, const expr::Path& path) {
  const Value* value = expr::find(item, path);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// The part of a path before its first list element: projecting an element would renumber it.
expr::Path readable(const expr::Path& path) {
  expr::Path part;
  for (const auto& step : path.steps) {
    if (step.is_index()) break;
    part.steps.push_back(step);
  }
  return part;
}

Result<expr::Path> known_path(const model::Model* model, const std::string& text) {
  TT_TRY(expr::Path path, resolve_path(model, text));
  TT_CHECK(check_path(model, path));
  return path;
}

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::kInvalidOperator, std::move(message));
}

}  // namespace

Result<Aggregator> Aggregator::make(const model::Model* model, AggregatePlan plan) {
  Aggregator aggregator;
  std::unordered_set<std::string_view> names;
  if (plan.functions.empty()) return invalid("there is nothing to compute; add count, sum or another function");
  for (const std::string& text : plan.group_by) {
    TT_TRY(expr::Path path, known_path(model, text));
    aggregator.group_by_.push_back(std::move(path));
    if (!names.insert(text).second) return invalid(fmt::format("group_by names \"{}\" twice", text));
  }
  for (const AggregateFunction& function : plan.functions) {
    Column column{function, {}};
    if (!function.path.empty()) {
      TT_TRY(column.path, known_path(model, function.path));
    } else if (function.function != Function::kCount) {
      return invalid(fmt::format("{} \"{}\" needs an attribute", name_of(function.function), function.name));
    }
    if (function.name.empty()) return invalid("a result needs a name");
    if (!names.insert(function.name).second) {
      return invalid(fmt::format("two columns are called \"{}\"; rename one", function.name));
    }
    aggregator.columns_.push_back(std::move(column));
  }
  TT_TRY(aggregator.having_, compile_condition(nullptr, plan.having));
  aggregator.plan_ = std::move(plan);
  return aggregator;
}

std::vector<std::string> Aggregator::needed() const {
  std::vector<expr::Path> paths;
  const auto add = [&](const expr::Path& path) {
    expr::Path part = readable(path);
    std::erase_if(paths, [&](const expr::Path& other) {
      if (!expr::overlaps(other, part)) return false;
      if (other.steps.size() < part.steps.size()) part = other;
      return true;
    });
    paths.push_back(std::move(part));
  };
  for (const expr::Path& path : group_by_) add(path);
  for (const Column& column : columns_)
    if (column.path) add(*column.path);
  std::vector<std::string> texts;
  for (const expr::Path& path : paths) texts.push_back(path.to_string());
  return texts;
}

Result<void> Aggregator::take_memory(std::size_t bytes) {
  memory_bytes_ += bytes;
  if (memory_bytes_ <= plan_.memory_limit_bytes) return {};
  return invalid(
      fmt::format("groups and distinct values need more than the {} bytes allowed; group by fewer values, "
                  "filter, or raise memory_limit",
                  plan_.memory_limit_bytes));
}

Result<Aggregator::Group*> Aggregator::group_of(const Item& item) {
  std::string identity;
  for (const expr::Path& path : group_by_) {
    const Value* value = present(item, path);
    identity += value == nullptr ? std::string("-") : identity_of(*value);
  }
  const auto [entry, is_new] = by_key_.try_emplace(std::move(identity), groups_.size());
  if (!is_new) return &groups_[entry->second];
  TT_CHECK(take_memory(2 * entry->first.size() + kEntryBytes + columns_.size() * sizeof(Cell)));
  Group& group = groups_.emplace_back(Group{{}, std::vector<Cell>(columns_.size())});
  for (const expr::Path& path : group_by_) {
    const Value* value = present(item, path);
    group.key.push_back(value == nullptr ? std::nullopt : std::optional(*value));
  }
  return &group;
}

Result<void> Aggregator::add(const Item& item) {
  TT_TRY(Group* const group, group_of(item));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Cell& cell = group->cells[i];
    if (!columns_[i].path) {
      ++cell.count;
      continue;
    }
    if (const Value* value = present(item, *columns_[i].path)) TT_CHECK(add_value(columns_[i], *value, cell));
  }
  return {};
}

Result<void> Aggregator::add_value(const Column& column, const Value& value, Cell& cell) {
  const Function function = column.function.function;
  const auto unfit = [&](std::string_view takes) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{} \"{}\": an item holds {} at {}, it takes {}", name_of(function), column.function.name,
                            type_name(value.type()), column.function.path, takes));
  };
  ++cell.count;
  switch (function) {
    case Function::kCount:
      return {};
    case Function::kCountDistinct: {
      const auto [entry, is_new] = cell.seen.insert(identity_of(value));
      return is_new ? take_memory(entry->size() + kEntryBytes) : Result<void>();
    }
    case Function::kSum:
    case Function::kAverage:
      if (!value.is(Type::kN)) return unfit("numbers");
      cell.sum.add(value.number());
      return {};
    default:
      break;
  }
  const auto order = expr::compare(value, cell.best ? *cell.best : value);
  if (!order) {
    return unfit(cell.best ? "values of one type" : "numbers, texts and binaries");
  }
  if (!cell.best || (function == Function::kMin ? *order < 0 : *order > 0)) cell.best = value;
  return {};
}

Result<Item> Aggregator::row_of(const Group& group) const {
  Item row;
  for (std::size_t i = 0; i < group.key.size(); ++i)
    if (group.key[i]) row.set(plan_.group_by[i], *group.key[i]);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const AggregateFunction& function = columns_[i].function;
    const Cell& cell = group.cells[i];
    const auto at = [&](Result<Number> number) -> Result<Number> {
      if (number) return number;
      return fail(number.error().code(),
                  fmt::format("{} \"{}\": {}", name_of(function.function), function.name, number.error().message()));
    };
    switch (function.function) {
      case Function::kCount:
        row.set(function.name, static_cast<std::int64_t>(cell.count));
        break;
      case Function::kCountDistinct:
        row.set(function.name, static_cast<std::int64_t>(cell.seen.size()));
        break;
      case Function::kSum: {
        TT_TRY(Number total, at(cell.sum.total()));
        row.set(function.name, total);
        break;
      }
      case Function::kAverage: {
        if (cell.count == 0) break;
        TT_TRY(Number average, at(cell.sum.divided_by(cell.count)));
        row.set(function.name, average);
        break;
      }
      default:
        if (cell.best) row.set(function.name, *cell.best);
    }
  }
  return row;
}

Result<std::vector<Item>> Aggregator::finish() const {
  std::vector<const Group*> groups;
  for (const Group& group : groups_) groups.push_back(&group);
  const Group nothing{{}, std::vector<Cell>(columns_.size())};
  if (group_by_.empty() && groups.empty()) groups.push_back(&nothing);
  std::ranges::sort(groups, [](const Group* a, const Group* b) {
    return std::ranges::lexicographical_compare(a->key, b->key, is_before);
  });
  std::vector<Item> rows;
  for (const Group* group : groups) {
    TT_TRY(Item row, row_of(*group));
    if (!having_ || expr::matches(*having_, row)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tabletheory::ops
